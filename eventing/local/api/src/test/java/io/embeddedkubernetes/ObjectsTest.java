package io.embeddedkubernetes;

import static io.embeddedkubernetes.ApiClient.CONFIG_MAPS;
import static io.embeddedkubernetes.ApiClient.DEPLOYMENTS;
import static io.embeddedkubernetes.ApiClient.JSON_PATCH;
import static io.embeddedkubernetes.ApiClient.MERGE;
import static io.embeddedkubernetes.ApiClient.STRATEGIC;
import static io.embeddedkubernetes.ApiClient.configMap;
import static io.embeddedkubernetes.ApiClient.yaml;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.embeddedkubernetes.json.JsonTrees;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

/** Reading and writing built-in objects: metadata, conflicts, patches, lists. */
class ObjectsTest extends ContractTest {

    private static final String WEB = """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: web}
            spec:
              selector: {matchLabels: {app: web}}
              template:
                metadata: {labels: {app: web}}
                spec:
                  containers:
                  - {name: one, image: "one:1", env: [{name: A, value: a}]}
                  - {name: two, image: two}
            """;

    @Test
    void createsWithMetadataOfItsOwn() {
        var created = client.post(CONFIG_MAPS, configMap("a", "{k: v}"));
        assertThat(created.status()).isEqualTo(201);
        assertThat(created.text("metadata", "uid")).hasSize(36);
        assertThat(created.text("metadata", "namespace")).isEqualTo(client.namespace());
        assertThat(created.text("metadata", "creationTimestamp")).endsWith("Z");
        var again = client.post(CONFIG_MAPS, configMap("a", "{}"));
        assertThat(again.status()).isEqualTo(409);
        assertThat(again.text("reason")).isEqualTo("AlreadyExists");
        assertThat(again.message()).isEqualTo("configmaps \"a\" already exists");
        var nowhere = client.post("/api/v1/namespaces/no-such-namespace/configmaps", configMap("a", "{}"));
        assertThat(nowhere.status()).isEqualTo(404);
        assertThat(nowhere.message()).isEqualTo("namespaces \"no-such-namespace\" not found");
    }

    @Test
    void generatesNamesAndChecksThem() {
        var generated = client.post(CONFIG_MAPS, yaml("{metadata: {generateName: a-}}"));
        assertThat(generated.text("metadata", "name")).matches("a-[a-z0-9]{5}");
        var bad = client.post(CONFIG_MAPS, configMap("A_b", "{}"));
        assertThat(bad.status()).isEqualTo(422);
        assertThat(bad.message()).startsWith(
                "ConfigMap \"A_b\" is invalid: metadata.name: Invalid value: \"A_b\": a lowercase RFC 1123 subdomain must consist of");
        assertThat(client.post("/api/v1/namespaces", yaml("{metadata: {name: a.b}}")).message())
                .endsWith("must not contain dots");
    }

    @Test
    void aWriteThatChangesNothingLeavesTheVersion() {
        var before = client.post(CONFIG_MAPS, configMap("a", "{k: v}"));
        var after = client.put(CONFIG_MAPS + "/a", before.body());
        assertThat(after.status()).isEqualTo(200);
        assertThat(after.body()).isEqualTo(before.body());
    }

    @Test
    void anOldVersionMakesAConflict() {
        var old = client.post(CONFIG_MAPS, configMap("a", "{k: v}"));
        client.patch(CONFIG_MAPS + "/a", MERGE, "{\"data\":{\"k\":\"w\"}}");
        var conflict = client.put(CONFIG_MAPS + "/a", old.body());
        assertThat(conflict.status()).isEqualTo(409);
        assertThat(conflict.text("reason")).isEqualTo("Conflict");
        assertThat(conflict.message())
                .isEqualTo("Operation cannot be fulfilled on configmaps \"a\": the object has been "
                        + "modified; please apply your changes to the latest version and try again");
        var wrongUid = client.delete(CONFIG_MAPS + "/a", "{\"preconditions\":{\"uid\":\"x\"}}");
        assertThat(wrongUid.status()).isEqualTo(409);
        assertThat(client.get(CONFIG_MAPS + "/a").text("data", "k")).isEqualTo("w");
    }

    @Test
    void losesNoUpdateWhenManyWriteAtOnce() throws Exception {
        client.post(CONFIG_MAPS, configMap("a", "{count: '0'}"));
        try (var threads = java.util.concurrent.Executors.newVirtualThreadPerTaskExecutor()) {
            for (var i = 0; i < 20; i++) {
                threads.submit(() -> {
                    int status;
                    do {
                        var map = client.get(CONFIG_MAPS + "/a").body();
                        JsonTrees.child(map, "data").put("count",
                                "" + (JsonTrees.at(map, "data", "count").asInt() + 1));
                        status = client.put(CONFIG_MAPS + "/a", map).status();
                    } while (status == 409);
                    return status;
                });
            }
        }
        assertThat(client.get(CONFIG_MAPS + "/a").text("data", "count")).isEqualTo("20");
    }

    @Test
    void aDryRunStoresNothing() {
        assertThat(client.post(CONFIG_MAPS + "?dryRun=All", configMap("a", "{}")).status()).isEqualTo(201);
        assertThat(client.get(CONFIG_MAPS + "/a").status()).isEqualTo(404);
        var before = client.post(CONFIG_MAPS, configMap("a", "{k: v}"));
        var dry = client.patch(CONFIG_MAPS + "/a?dryRun=All", MERGE, "{\"data\":{\"k\":\"w\"}}");
        assertThat(dry.text("data", "k")).isEqualTo("w");
        client.delete(CONFIG_MAPS + "/a?dryRun=All");
        assertThat(client.get(CONFIG_MAPS + "/a").body()).isEqualTo(before.body());
    }

    @Test
    void defaultsADeploymentAndCountsItsGeneration() {
        var created = client.post(DEPLOYMENTS, yaml(WEB));
        assertThat(created.at("spec", "replicas").asLong()).isEqualTo(1);
        assertThat(created.text("spec", "strategy", "rollingUpdate", "maxSurge")).isEqualTo("25%");
        var containers = created.at("spec", "template", "spec", "containers");
        assertThat(containers.get(0).path("imagePullPolicy").asText()).isEqualTo("IfNotPresent");
        assertThat(containers.get(1).path("imagePullPolicy").asText()).isEqualTo("Always");
        assertThat(created.at("metadata", "generation").asLong()).isEqualTo(1);
        var labelled = client.patch(DEPLOYMENTS + "/web", MERGE, "{\"metadata\":{\"labels\":{\"a\":\"b\"}}}");
        assertThat(labelled.at("metadata", "generation").asLong()).isEqualTo(1);
        var changed = client.patch(DEPLOYMENTS + "/web", MERGE,
                "{\"spec\":{\"replicas\":2},\"status\":{\"replicas\":9}}");
        assertThat(changed.at("metadata", "generation").asLong()).isEqualTo(2);
        assertThat(changed.at("status", "replicas").isMissingNode()).isTrue();
        var annotated = client.patch(DEPLOYMENTS + "/web", MERGE, "{\"metadata\":{\"annotations\":{\"a\":\"b\"}}}");
        assertThat(annotated.at("metadata", "generation").asLong()).isEqualTo(3);
        var status = client.patch(DEPLOYMENTS + "/web/status", MERGE,
                "{\"spec\":{\"replicas\":7},\"status\":{\"replicas\":2}}");
        assertThat(status.at("status", "replicas").asLong()).isEqualTo(2);
        assertThat(status.at("spec", "replicas").asLong()).isEqualTo(2);
        assertThat(status.at("metadata", "generation").asLong()).isEqualTo(3);
    }

    @Test
    void scales() {
        client.post(DEPLOYMENTS, yaml(WEB));
        var scaled = client.patch(DEPLOYMENTS + "/web/scale", MERGE, "{\"spec\":{\"replicas\":4}}");
        assertThat(scaled.text("kind")).isEqualTo("Scale");
        assertThat(scaled.at("spec", "replicas").asLong()).isEqualTo(4);
        assertThat(scaled.text("status", "selector")).isEqualTo("app=web");
        assertThat(client.get(DEPLOYMENTS + "/web").at("spec", "replicas").asLong()).isEqualTo(4);
    }

    @Test
    void refusesWhatUsersGetWrong() {
        var wrong = yaml(WEB);
        ((com.fasterxml.jackson.databind.node.ObjectNode) JsonTrees.at(wrong, "spec", "selector", "matchLabels")).put(
                "app",
                "x");
        assertThat(client.post(DEPLOYMENTS, wrong).message()).isEqualTo(
                "Deployment.apps \"web\" is invalid: spec.template.metadata.labels: Invalid value: {\"app\":\"web\"}: "
                        + "`selector` does not match template `labels`");
        client.post(DEPLOYMENTS, yaml(WEB));
        assertThat(client.patch(DEPLOYMENTS + "/web", MERGE,
                "{\"spec\":{\"selector\":{\"matchLabels\":{\"app\":\"web\",\"b\":\"c\"}}}}").message())
                .contains("spec.selector: Invalid value: ").contains("field is immutable");
        assertThat(client.post("/api/v1/namespaces/{namespace}/services",
                yaml("{metadata: {name: s}, spec: {ports: [{port: 99999, targetPort: web}]}}")).message())
                .isEqualTo("Service \"s\" is invalid: spec.ports[0].port: Invalid value: 99999: must be between 1 and "
                        + "65535, inclusive");
        var two = configMap("a", "{}");
        JsonTrees.metadata(two).set("ownerReferences",
                yaml("{o: [{apiVersion: v1, kind: A, name: a, uid: u, controller: true},"
                        + "{apiVersion: v1, kind: B, name: b, uid: w, controller: true}]}").path("o"));
        assertThat(client.post(CONFIG_MAPS, two).message())
                .contains("Only one reference can have Controller set to true");
    }

    @Test
    void knowsTheFieldsOfBuiltinKinds() {
        var odd = yaml("{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, foo: 1}");
        var strict = client.post(CONFIG_MAPS + "?fieldValidation=Strict", odd);
        assertThat(strict.status()).isEqualTo(400);
        assertThat(strict.message()).isEqualTo("ConfigMap in version \"v1\" cannot be handled as a ConfigMap: strict "
                + "decoding error: unknown field \"foo\"");
        var warned = client.raw("POST", CONFIG_MAPS, "application/json", "application/json", JsonTrees.bytes(odd));
        assertThat(warned.headers().firstValue("Warning")).hasValue("299 - \"unknown field \\\"foo\\\"\"");
        assertThat(client.get(CONFIG_MAPS + "/a").body().has("foo")).isFalse();
        var misfit = yaml(WEB);
        JsonTrees.child(misfit, "spec").put("replicas", "three");
        assertThat(client.post(DEPLOYMENTS, misfit).message())
                .isEqualTo("Deployment in version \"v1\" cannot be handled as "
                        + "a Deployment: json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32");
    }

    @Test
    void foldsStringDataIntoSecrets() {
        var secret = client.post("/api/v1/namespaces/{namespace}/secrets",
                yaml("{metadata: {name: s}, stringData: {a: hello}}"));
        assertThat(secret.text("data", "a")).isEqualTo("aGVsbG8=");
        assertThat(secret.text("type")).isEqualTo("Opaque");
        assertThat(secret.body().has("stringData")).isFalse();
    }

    @Test
    void mergesKnownListsByKey() {
        client.post(DEPLOYMENTS, yaml(WEB));
        var patched = client.patch(DEPLOYMENTS + "/web", STRATEGIC, """
                {"spec":{"template":{"spec":{"$setElementOrder/containers":[{"name":"two"},{"name":"one"}],
                "containers":[{"name":"one","env":[{"name":"A","$patch":"delete"},{"name":"B","value":"b"}]}]}}}}""");
        var containers = patched.at("spec", "template", "spec", "containers");
        assertThat(names(containers)).containsExactly("two", "one");
        assertThat(containers.get(1).path("env")).isEqualTo(JsonTrees.parse("[{\"name\":\"B\",\"value\":\"b\"}]"));
        var replaced = client.patch(DEPLOYMENTS + "/web", STRATEGIC,
                "{\"spec\":{\"template\":{\"spec\":{\"containers\":[{\"$patch\":\"replace\"},{\"name\":\"x\",\"image\":\"x\"}]}}}}");
        assertThat(names(replaced.at("spec", "template", "spec", "containers"))).containsExactly("x");
    }

    @Test
    void appliesJsonPatches() {
        client.post(CONFIG_MAPS, configMap("a", "{k: v}"));
        var patched = client.patch(CONFIG_MAPS + "/a", JSON_PATCH,
                "[{\"op\":\"test\",\"path\":\"/data/k\",\"value\":\"v\"},{\"op\":\"add\",\"path\":\"/data/l\",\"value\":\"w\"}]");
        assertThat(patched.at("data")).isEqualTo(JsonTrees.parse("{\"k\":\"v\",\"l\":\"w\"}"));
        var refused = client.patch(CONFIG_MAPS + "/a", JSON_PATCH,
                "[{\"op\":\"test\",\"path\":\"/data/k\",\"value\":\"other\"}]");
        assertThat(refused.status()).isEqualTo(422);
        assertThat(
                client.patch(CONFIG_MAPS + "/a", JSON_PATCH, "[{\"op\":\"remove\",\"path\":\"/data/none\"}]").status())
                .isEqualTo(422);
        assertThat(client.patch(CONFIG_MAPS + "/a", "text/plain", "x").status()).isEqualTo(415);
    }

    @Test
    void selectsAndPages() {
        for (var name : new String[]{"a", "b", "c", "d", "e"}) {
            var map = configMap(name, "{}");
            JsonTrees.metadata(map).putObject("labels").put("odd", name.matches("[ace]") ? "yes" : "no").put(name, "");
            client.post(CONFIG_MAPS, map);
        }
        assertThat(names(client.get(CONFIG_MAPS + "?labelSelector=odd%3Dyes").at("items"))).containsExactly("a", "c",
                "e");
        assertThat(names(client.get(CONFIG_MAPS + "?labelSelector=odd+in+(no),!b").at("items"))).containsExactly("d");
        assertThat(names(client.get(
                "/api/v1/configmaps?fieldSelector=metadata.name!%3Da,metadata.namespace%3D{namespace}&labelSelector=odd")
                .at("items"))).containsExactly("b", "c", "d", "e");
        var first = client.get(CONFIG_MAPS + "?limit=2");
        assertThat(names(first.at("items"))).containsExactly("a", "b");
        assertThat(first.at("metadata", "remainingItemCount").asLong()).isEqualTo(3);
        var second = client.get(CONFIG_MAPS + "?limit=3&continue=" + first.text("metadata", "continue"));
        assertThat(names(second.at("items"))).containsExactly("c", "d", "e");
        assertThat(second.at("metadata").has("continue")).isFalse();
        assertThat(client.get(CONFIG_MAPS + "?fieldSelector=spec.x%3D1").message()).isEqualTo(
                "\"spec.x\" is not a known field selector: only \"metadata.name\", \"metadata.namespace\"");
        assertThat(client.get(CONFIG_MAPS + "?labelSelector=a%3Ex").status()).isEqualTo(400);
    }

    @Test
    void showsOneStoreOfEventsInTwoGroups() {
        var wrong = client.post("/api/v1/namespaces/{namespace}/events",
                yaml("{metadata: {name: e}, involvedObject: {kind: Pod, name: p, namespace: default}}"));
        assertThat(wrong.message()).isEqualTo("Event \"e\" is invalid: involvedObject.namespace: Invalid value: "
                + "\"default\": does not match event.namespace");
        var created = client.post("/api/v1/namespaces/{namespace}/events", yaml("""
                {metadata: {name: e}, involvedObject: {kind: Pod, name: p, namespace: %s}, reason: Started,
                 message: it runs, type: Normal, lastTimestamp: "2026-01-01T00:00:00Z"}"""
                .formatted(client.namespace())));
        assertThat(created.status()).as(created.message()).isEqualTo(201);
        var newer = client.get("/apis/events.k8s.io/v1/namespaces/{namespace}/events/e");
        assertThat(newer.text("note")).as(newer.body().toString()).isEqualTo("it runs");
        assertThat(newer.text("regarding", "name")).isEqualTo("p");
        var table = client
                .table("/api/v1/namespaces/{namespace}/events?fieldSelector=involvedObject.name%3Dp,type%3DNormal");
        var cells = table.path("rows").get(0).path("cells");
        assertThat(cells.get(2).asText()).isEqualTo("Started");
        assertThat(cells.get(3).asText()).isEqualTo("pod/p");
        assertThat(cells.get(6).asText()).isEqualTo("it runs");
    }

    private static ArrayList<String> names(JsonNode items) {
        var names = new ArrayList<String>();
        items.forEach(item -> names.add(item.has("name") ? item.path("name").asText() : JsonTrees.name(item)));
        return names;
    }
}
