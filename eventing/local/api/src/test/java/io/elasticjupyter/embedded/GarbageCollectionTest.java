package io.elasticjupyter.embedded;

import static io.elasticjupyter.embedded.ApiClient.CONFIG_MAPS;
import static io.elasticjupyter.embedded.ApiClient.MERGE;
import static io.elasticjupyter.embedded.ApiClient.configMap;
import static io.elasticjupyter.embedded.ApiClient.yaml;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Deletion: finalizers, owners, namespaces. */
class GarbageCollectionTest extends ApiTest {

    private static final String SECRETS = "/api/v1/namespaces/default/secrets";

    private String owner() {
        return client.post(CONFIG_MAPS, configMap("owner", "{}")).text("metadata", "uid");
    }

    private void dependent(String name, String uid, boolean blocks, String... finalizers) {
        var secret = yaml("{metadata: {name: %s}}".formatted(name));
        Json.metadata(secret).putArray("ownerReferences").addObject().put("apiVersion", "v1").put("kind", "ConfigMap")
                .put("name", "owner").put("uid", uid).put("blockOwnerDeletion", blocks);
        var list = Json.metadata(secret).putArray("finalizers");
        for (var finalizer : finalizers) {
            list.add(finalizer);
        }
        assertThat(client.post(SECRETS, secret).status()).isEqualTo(201);
    }

    private boolean isGone(String path) {
        return client.get(path).status() == 404;
    }

    @Test
    void answers_a_deletion_as_the_real_server_does() {
        var uid = owner();
        var deleted = client.delete(CONFIG_MAPS + "/owner");
        assertThat(deleted.body()).isEqualTo(Json.parse("""
                {"kind":"Status","apiVersion":"v1","metadata":{},"status":"Success",
                 "details":{"name":"owner","kind":"configmaps","uid":"%s"}}""".formatted(uid)));
        assertThat(client.delete(CONFIG_MAPS + "/owner").status()).isEqualTo(404);
    }

    @Test
    void dependents_follow_their_owner() {
        dependent("child", owner(), false);
        client.delete(CONFIG_MAPS + "/owner");
        ApiClient.await(() -> isGone(SECRETS + "/child"));
    }

    @Test
    void collects_what_never_had_an_owner() {
        dependent("child", "00000000-0000-0000-0000-000000000000", false);
        ApiClient.await(() -> isGone(SECRETS + "/child"));
    }

    @Test
    void orphans_stay_without_their_owner() {
        dependent("child", owner(), false);
        client.delete(CONFIG_MAPS + "/owner", "{\"propagationPolicy\":\"Orphan\"}");
        ApiClient.await(() -> isGone(CONFIG_MAPS + "/owner"));
        assertThat(client.get(SECRETS + "/child").at("metadata").has("ownerReferences")).isFalse();
    }

    @Test
    void a_foreground_deletion_waits_for_blocking_dependents() {
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
    void an_object_with_finalizers_waits() {
        var map = configMap("a", "{}");
        Json.metadata(map).putArray("finalizers").add("example.com/wait");
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
    void a_namespace_takes_its_contents_along() {
        client.post("/api/v1/namespaces", yaml("{metadata: {name: x}}"));
        var map = configMap("a", "{}");
        Json.metadata(map).putArray("finalizers").add("example.com/wait");
        client.post("/api/v1/namespaces/x/configmaps", map);
        client.post("/api/v1/namespaces/x/secrets", yaml("{metadata: {name: s}}"));
        assertThat(client.delete("/api/v1/namespaces/x").text("status", "phase")).isEqualTo("Terminating");
        ApiClient.await(() -> isGone("/api/v1/namespaces/x/secrets/s"));
        assertThat(client.post("/api/v1/namespaces/x/configmaps", configMap("b", "{}")).message()).isEqualTo(
                "configmaps \"b\" is forbidden: unable to create new content in namespace x because it is being terminated");
        client.patch("/api/v1/namespaces/x/configmaps/a", MERGE, "{\"metadata\":{\"finalizers\":null}}");
        ApiClient.await(() -> isGone("/api/v1/namespaces/x"));
        assertThat(client.delete("/api/v1/namespaces/default").status()).isEqualTo(403);
    }

    @Test
    void deletes_collections() {
        for (var name : new String[]{"a", "b", "c"}) {
            var map = configMap(name, "{}");
            Json.metadata(map).putObject("labels").put("kept", name.equals("c") ? "yes" : "no");
            client.post(CONFIG_MAPS, map);
        }
        client.delete(CONFIG_MAPS + "?labelSelector=kept%3Dno");
        assertThat(client.get(CONFIG_MAPS).at("items").findValuesAsText("name")).containsExactly("c");
    }
}
