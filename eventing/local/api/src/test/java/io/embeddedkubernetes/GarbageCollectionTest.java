package io.embeddedkubernetes;

import static io.embeddedkubernetes.ApiClient.CONFIG_MAPS;
import static io.embeddedkubernetes.ApiClient.MERGE;
import static io.embeddedkubernetes.ApiClient.configMap;
import static io.embeddedkubernetes.ApiClient.yaml;
import static org.assertj.core.api.Assertions.assertThat;

import io.embeddedkubernetes.json.JsonTrees;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Deletion: finalizers, owners, namespaces. */
class GarbageCollectionTest extends ContractTest {

    private static final String SECRETS = "/api/v1/namespaces/{namespace}/secrets";

    /** The path of another namespace. */
    private String space() {
        return "/api/v1/namespaces/" + client.namespace() + "-x";
    }

    @BeforeEach
    void needsAGarbageCollector() {
        Assumptions.assumeTrue(server.collectsGarbage(), "there is no kube-controller-manager");
    }

    private String owner() {
        return client.post(CONFIG_MAPS, configMap("owner", "{}")).text("metadata", "uid");
    }

    private void dependent(String name, String uid, boolean blocks, String... finalizers) {
        var secret = yaml("{metadata: {name: %s}}".formatted(name));
        JsonTrees.metadata(secret).putArray("ownerReferences").addObject().put("apiVersion", "v1")
                .put("kind", "ConfigMap")
                .put("name", "owner").put("uid", uid).put("blockOwnerDeletion", blocks);
        var list = JsonTrees.metadata(secret).putArray("finalizers");
        for (var finalizer : finalizers) {
            list.add(finalizer);
        }
        assertThat(client.post(SECRETS, secret).status()).isEqualTo(201);
    }

    private boolean isGone(String path) {
        return client.get(path).status() == 404;
    }

    @Test
    void answersADeletionAsTheRealServerDoes() {
        var uid = owner();
        var deleted = client.delete(CONFIG_MAPS + "/owner");
        assertThat(deleted.body()).isEqualTo(JsonTrees.parse("""
                {"kind":"Status","apiVersion":"v1","metadata":{},"status":"Success",
                 "details":{"name":"owner","kind":"configmaps","uid":"%s"}}""".formatted(uid)));
        assertThat(client.delete(CONFIG_MAPS + "/owner").status()).isEqualTo(404);
    }

    @Test
    void dependentsFollowTheirOwner() {
        dependent("child", owner(), false);
        client.delete(CONFIG_MAPS + "/owner");
        ApiClient.await(() -> isGone(SECRETS + "/child"));
    }

    @Test
    void collectsWhatNeverHadAnOwner() {
        dependent("child", "00000000-0000-0000-0000-000000000000", false);
        ApiClient.await(() -> isGone(SECRETS + "/child"));
    }

    @Test
    void orphansStayWithoutTheirOwner() {
        dependent("child", owner(), false);
        client.delete(CONFIG_MAPS + "/owner", "{\"propagationPolicy\":\"Orphan\"}");
        ApiClient.await(() -> isGone(CONFIG_MAPS + "/owner"));
        assertThat(client.get(SECRETS + "/child").at("metadata").has("ownerReferences")).isFalse();
    }

    @Test
    void aForegroundDeletionWaitsForBlockingDependents() {
        dependent("child", owner(), true, "example.com/wait");
        var marked = client.delete(CONFIG_MAPS + "/owner", "{\"propagationPolicy\":\"Foreground\"}");
        assertThat(marked.text("metadata", "deletionTimestamp")).isNotEmpty();
        ApiClient.await(() -> client.get(SECRETS + "/child").at("metadata").has("deletionTimestamp"));
        assertThat(client.get(CONFIG_MAPS + "/owner").at("metadata", "finalizers").get(0).asText())
                .isEqualTo("foregroundDeletion");
        client.patch(SECRETS + "/child", MERGE, "{\"metadata\":{\"finalizers\":null}}");
        ApiClient.await(() -> isGone(SECRETS + "/child") && isGone(CONFIG_MAPS + "/owner"));
    }

    @Test
    void anObjectWithFinalizersWaits() {
        var map = configMap("a", "{}");
        JsonTrees.metadata(map).putArray("finalizers").add("example.com/wait");
        client.post(CONFIG_MAPS, map);
        var marked = client.delete(CONFIG_MAPS + "/a");
        assertThat(marked.text("kind")).isEqualTo("ConfigMap");
        assertThat(marked.at("metadata", "deletionGracePeriodSeconds").asLong()).isZero();
        assertThat(client.patch(CONFIG_MAPS + "/a", MERGE,
                "{\"metadata\":{\"finalizers\":[\"example.com/wait\",\"example.com/new\"]}}").message())
                .contains("no new finalizers can be added if the object is being deleted");
        client.patch(CONFIG_MAPS + "/a", MERGE, "{\"metadata\":{\"finalizers\":[]}}");
        assertThat(isGone(CONFIG_MAPS + "/a")).isTrue();
    }

    @Test
    void aNamespaceTakesItsContentsAlong() {
        client.post("/api/v1/namespaces", yaml("{metadata: {name: %s}}".formatted(client.namespace() + "-x")));
        var map = configMap("a", "{}");
        JsonTrees.metadata(map).putArray("finalizers").add("example.com/wait");
        client.post(space() + "/configmaps", map);
        client.post(space() + "/secrets", yaml("{metadata: {name: s}}"));
        assertThat(client.delete(space()).text("status", "phase")).isEqualTo("Terminating");
        ApiClient.await(() -> isGone(space() + "/secrets/s"));
        var refused = client.post(space() + "/configmaps", configMap("b", "{}"));
        assertThat(refused.at("details", "causes").path(0).path("reason").asText()).isEqualTo("NamespaceTerminating");
        assertThat(refused.message()).isEqualTo(
                "configmaps \"b\" is forbidden: unable to create new content in namespace "
                        + client.namespace() + "-x because it is being terminated");
        client.patch(space() + "/configmaps/a", MERGE, "{\"metadata\":{\"finalizers\":null}}");
        ApiClient.await(() -> isGone(space()));
        assertThat(client.delete("/api/v1/namespaces/default").status()).isEqualTo(403);
    }

    @Test
    void deletesCollections() {
        for (var name : new String[]{"a", "b", "c"}) {
            var map = configMap(name, "{}");
            JsonTrees.metadata(map).putObject("labels").put("kept", name.equals("c") ? "yes" : "no");
            client.post(CONFIG_MAPS, map);
        }
        client.delete(CONFIG_MAPS + "?labelSelector=kept%3Dno");
        assertThat(client.get(CONFIG_MAPS).at("items").findValuesAsText("name")).containsExactly("c");
    }
}
