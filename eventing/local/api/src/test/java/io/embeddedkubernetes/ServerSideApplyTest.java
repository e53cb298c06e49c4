package io.embeddedkubernetes;

import static io.embeddedkubernetes.ApiClient.CONFIG_MAPS;
import static io.embeddedkubernetes.ApiClient.DEPLOYMENTS;
import static io.embeddedkubernetes.ApiClient.MERGE;
import static io.embeddedkubernetes.ApiClient.WIDGETS;
import static io.embeddedkubernetes.ApiClient.configMap;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.embeddedkubernetes.json.JsonTrees;
import org.junit.jupiter.api.Test;

/** Server-side apply and the ownership of fields. */
class ServerSideApplyTest extends ContractTest {

    private static final String WEB = """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: web, labels: {a: b}}
            spec:
              selector: {matchLabels: {app: web}}
              template:
                metadata: {labels: {app: web}}
                spec:
                  containers:
                  - name: one
                    image: one
                    ports: [{containerPort: 80}]
                    env: [{name: A, value: a}]
            """;

    private static String map(String data) {
        return "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: " + data + "}";
    }

    private static String widget(String spec) {
        return "{apiVersion: example.com/v1, kind: Widget, metadata: {name: a}, spec: " + spec + "}";
    }

    private static JsonNode fields(JsonNode object, String manager) {
        for (var entry : JsonTrees.at(object, "metadata", "managedFields")) {
            if (JsonTrees.text(entry, "manager").equals(manager)) {
                return entry.path("fieldsV1");
            }
        }
        return JsonTrees.object();
    }

    @Test
    void createsThenChangesNothing() {
        var created = client.apply(DEPLOYMENTS + "/web", "me", WEB);
        assertThat(created.status()).isEqualTo(201);
        assertThat(JsonTrees.compact(fields(created.body(), "me"))).isEqualTo(
                "{\"f:metadata\":{\"f:labels\":{\"f:a\":{}}},\"f:spec\":{\"f:selector\":{},\"f:template\":{\"f:metadata\":"
                        + "{\"f:labels\":{\"f:app\":{}}},\"f:spec\":{\"f:containers\":{\"k:{\\\"name\\\":\\\"one\\\"}\":{\".\":{},"
                        + "\"f:env\":{\"k:{\\\"name\\\":\\\"A\\\"}\":{\".\":{},\"f:name\":{},\"f:value\":{}}},\"f:image\":{},"
                        + "\"f:name\":{},\"f:ports\":{\"k:{\\\"containerPort\\\":80,\\\"protocol\\\":\\\"TCP\\\"}\":{\".\":{},"
                        + "\"f:containerPort\":{}}}}}}}}}");
        var again = client.apply(DEPLOYMENTS + "/web", "me", WEB);
        assertThat(again.status()).isEqualTo(200);
        assertThat(again.body()).isEqualTo(created.body());
    }

    @Test
    void aResourceVersionThatNoObjectHasCreatesAnObjectButChangesNone() {
        var first = "{apiVersion: v1, kind: ConfigMap, metadata: {name: a, resourceVersion: '1'}, data: {k: v}}";
        assertThat(client.apply(CONFIG_MAPS + "/a", "me", first).status()).isEqualTo(201);
        var second = client.apply(CONFIG_MAPS + "/a?force=true", "me", first.replace("k: v", "k: w"));
        assertThat(second.status()).isEqualTo(409);
        assertThat(client.get(CONFIG_MAPS + "/a").text("data", "k")).isEqualTo("v");
    }

    @Test
    void aUidOfAnotherObjectIsRefused() {
        var uid = client.apply(CONFIG_MAPS + "/a", "me", map("{k: v}")).text("metadata", "uid");
        var body = "{apiVersion: v1, kind: ConfigMap, metadata: {name: a, uid: '%s'}, data: {k: w}}";
        assertThat(client.apply(CONFIG_MAPS + "/a", "me", body.formatted(uid)).text("data", "k")).isEqualTo("w");
        var refused = client.apply(CONFIG_MAPS + "/a", "me", body.formatted("another"));
        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.message()).isEqualTo(
                "ConfigMap \"a\" is invalid: metadata.uid: Invalid value: \"another\": field is immutable");
        assertThat(client.patch(CONFIG_MAPS + "/a", MERGE, "{\"metadata\":{\"uid\":\"another\"}}").status())
                .isEqualTo(422);
        assertThat(client.put(CONFIG_MAPS + "/a", ApiClient.yaml(body.formatted("another"))).status()).isEqualTo(409);
        client.delete(CONFIG_MAPS + "/a");
        assertThat(client.apply(CONFIG_MAPS + "/a", "me", body.formatted(uid)).status()).isEqualTo(409);
    }

    @Test
    void dropsLabelsButNotTheRestOfTheMetadata() {
        client.apply(DEPLOYMENTS + "/web", "me", WEB);
        var bare = client.apply(DEPLOYMENTS + "/web", "me", WEB.replace(", labels: {a: b}", ""));
        assertThat(bare.at("metadata").has("labels")).isFalse();
        assertThat(bare.text("metadata", "name")).isEqualTo("web");
        assertThat(bare.text("metadata", "uid")).hasSize(36);
    }

    @Test
    void removesWhatIsNoLongerApplied() {
        client.apply(CONFIG_MAPS + "/a", "me", map("{k: v, l: w}"));
        client.patch(CONFIG_MAPS + "/a?fieldManager=other", MERGE, "{\"data\":{\"mine\":\"x\"}}");
        var reduced = client.apply(CONFIG_MAPS + "/a", "me", map("{k: v}"));
        assertThat(reduced.at("data")).isEqualTo(JsonTrees.parse("{\"k\":\"v\",\"mine\":\"x\"}"));
        client.apply(CONFIG_MAPS + "/a", "second", map("{k: v}"));
        var given = client.apply(CONFIG_MAPS + "/a", "me", "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}");
        assertThat(given.at("data")).isEqualTo(JsonTrees.parse("{\"k\":\"v\",\"mine\":\"x\"}"));
        assertThat(fields(given.body(), "me")).isEmpty();
    }

    @Test
    void reportsConflictsUnlessForced() {
        client.post(CONFIG_MAPS + "?fieldManager=creator", configMap("a", "{k: v, l: w}"));
        var one = client.apply(CONFIG_MAPS + "/a", "me", map("{k: other}"));
        assertThat(one.status()).isEqualTo(409);
        assertThat(one.message())
                .isEqualTo("Apply failed with 1 conflict: conflict with \"creator\" using v1: .data.k");
        assertThat(one.at("details", "causes")).isEqualTo(JsonTrees.parse(
                "[{\"reason\":\"FieldManagerConflict\",\"message\":\"conflict with \\\"creator\\\" using v1\",\"field\":\".data.k\"}]"));
        var two = client.apply(CONFIG_MAPS + "/a", "me", map("{k: other, l: other}"));
        assertThat(two.message()).isEqualTo("""
                Apply failed with 2 conflicts: conflicts with "creator" using v1:
                - .data.k
                - .data.l""");
        var forced = client.apply(CONFIG_MAPS + "/a?force=true", "me", map("{k: other}"));
        assertThat(forced.text("data", "k")).isEqualTo("other");
        assertThat(JsonTrees.compact(fields(forced.body(), "creator"))).isEqualTo("{\"f:data\":{\".\":{},\"f:l\":{}}}");
        assertThat(JsonTrees.compact(fields(forced.body(), "me"))).isEqualTo("{\"f:data\":{\"f:k\":{}}}");
    }

    @Test
    void mergesTheListsOfCustomResourcesByKey() {
        client.installWidgets();
        client.apply(WIDGETS + "/a", "me", widget("{parts: [{id: x, count: 2}], tags: [a]}"));
        var both = client.apply(WIDGETS + "/a", "other", widget("{parts: [{id: z, count: 3}], tags: [b]}"));
        assertThat(both.at("spec", "parts")).as(both.body().toString()).isEqualTo(
                JsonTrees.parse("[{\"id\":\"x\",\"count\":2},{\"id\":\"z\",\"count\":3}]"));
        assertThat(both.at("spec", "tags")).isEqualTo(JsonTrees.parse("[\"a\",\"b\"]"));
        assertThat(JsonTrees.compact(fields(both.body(), "other"))).isEqualTo(
                "{\"f:spec\":{\"f:parts\":{\"k:{\\\"id\\\":\\\"z\\\"}\":{\".\":{},\"f:count\":{},\"f:id\":{}}},"
                        + "\"f:tags\":{\"v:\\\"b\\\"\":{}}}}");
        var mine = client.apply(WIDGETS + "/a", "me", widget("{parts: []}"));
        assertThat(mine.at("spec", "parts")).isEqualTo(JsonTrees.parse("[{\"id\":\"z\",\"count\":3}]"));
        assertThat(mine.at("spec", "tags")).isEqualTo(JsonTrees.parse("[\"b\"]"));
    }

    @Test
    void appliesToTheStatusAlone() {
        client.installWidgets();
        client.apply(WIDGETS + "/a", "me", widget("{size: 1}"));
        var applied = client.apply(WIDGETS + "/a/status", "controller",
                "{apiVersion: example.com/v1, kind: Widget, metadata: {name: a}, status: {ready: true}}");
        assertThat(applied.at("status", "ready").asBoolean()).isTrue();
        assertThat(applied.at("spec", "size").asLong()).isEqualTo(1);
        assertThat(JsonTrees.compact(fields(applied.body(), "controller")))
                .isEqualTo("{\"f:status\":{\"f:ready\":{}}}");
        var main = client.apply(WIDGETS + "/a", "me", widget("{size: 2}"));
        assertThat(main.at("status", "ready").asBoolean()).isTrue();
        var again = client.apply(WIDGETS + "/a/status", "controller",
                "{apiVersion: example.com/v1, kind: Widget, metadata: {name: a}, status: {ready: true}}");
        assertThat(again.resourceVersion()).isEqualTo(main.resourceVersion());
    }

    @Test
    void refusesWhatCannotBeApplied() {
        assertThat(client.patch(CONFIG_MAPS + "/a", ApiClient.APPLY, map("{}")).message()).isEqualTo(
                "PatchOptions.meta.k8s.io \"\" is invalid: fieldManager: Required value: is required for apply patch");
        assertThat(client.apply(CONFIG_MAPS + "/a", "me",
                "{apiVersion: v1, kind: ConfigMap, metadata: {name: a, managedFields: [{manager: x}]}}").message())
                .isEqualTo("metadata.managedFields must be nil");
        assertThat(client.apply(CONFIG_MAPS + "/a", "me",
                "{apiVersion: v1, kind: ConfigMap, metadata: {name: a, uid: x}}").status()).isEqualTo(409);
        client.apply(CONFIG_MAPS + "/a", "me", map("{k: v}"));
        assertThat(client.apply(CONFIG_MAPS + "/a", "me",
                "{apiVersion: v1, kind: ConfigMap, metadata: {name: a, resourceVersion: '1'}}").status())
                .isEqualTo(409);
    }

    @Test
    void notesWhoChangedWhat() {
        client.post(CONFIG_MAPS + "?fieldManager=one", configMap("a", "{k: v, l: w}"));
        var changed = client.patch(CONFIG_MAPS + "/a", MERGE, "{\"data\":{\"k\":\"x\"}}");
        assertThat(JsonTrees.compact(fields(changed.body(), "one"))).isEqualTo("{\"f:data\":{\".\":{},\"f:l\":{}}}");
        assertThat(JsonTrees.compact(fields(changed.body(), "tester"))).isEqualTo("{\"f:data\":{\"f:k\":{}}}");
        assertThat(changed.at("metadata", "managedFields").get(0).path("operation").asText()).isEqualTo("Update");
    }
}
