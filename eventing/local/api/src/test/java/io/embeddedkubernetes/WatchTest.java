package io.embeddedkubernetes;

import static io.embeddedkubernetes.ApiClient.CONFIG_MAPS;
import static io.embeddedkubernetes.ApiClient.MERGE;
import static io.embeddedkubernetes.ApiClient.configMap;
import static org.assertj.core.api.Assertions.assertThat;

import io.embeddedkubernetes.json.JsonTrees;
import org.junit.jupiter.api.Test;

class WatchTest extends ContractTest {

    @Test
    void sendsWhatIsThereAndWhatHappens() throws Exception {
        client.post(CONFIG_MAPS, configMap("a", "{}"));
        try (var events = client.watch(CONFIG_MAPS + "?watch=true")) {
            assertThat(events.nextShort()).isEqualTo("ADDED a");
            client.post(CONFIG_MAPS, configMap("b", "{}"));
            var changed = client.patch(CONFIG_MAPS + "/a", MERGE, "{\"data\":{\"k\":\"v\"}}");
            client.delete(CONFIG_MAPS + "/b");
            assertThat(events.nextShort()).isEqualTo("ADDED b");
            var modified = events.next();
            assertThat(JsonTrees.text(modified, "type")).isEqualTo("MODIFIED");
            assertThat(modified.path("object")).isEqualTo(changed.body());
            var deleted = events.next();
            assertThat(JsonTrees.text(deleted, "type")).isEqualTo("DELETED");
            assertThat(JsonTrees.resourceVersion(deleted.path("object")))
                    .isGreaterThan(Long.parseLong(changed.resourceVersion()));
        }
    }

    @Test
    void goesOnFromAVersion() throws Exception {
        client.post(CONFIG_MAPS, configMap("a", "{}"));
        var version = client.get(CONFIG_MAPS).resourceVersion();
        client.post(CONFIG_MAPS, configMap("b", "{}"));
        try (var events = client.watch(CONFIG_MAPS + "?watch=1&resourceVersion=" + version)) {
            assertThat(events.nextShort()).isEqualTo("ADDED b");
        }
    }

    @Test
    void turnsSelectorTransitionsIntoAdditionsAndDeletions() throws Exception {
        client.post(CONFIG_MAPS, configMap("a", "{}"));
        try (var events = client.watch(CONFIG_MAPS + "?watch=1&labelSelector=on")) {
            client.patch(CONFIG_MAPS + "/a", MERGE, "{\"metadata\":{\"labels\":{\"on\":\"1\"}}}");
            client.patch(CONFIG_MAPS + "/a", MERGE, "{\"data\":{\"k\":\"v\"}}");
            client.patch(CONFIG_MAPS + "/a", MERGE, "{\"metadata\":{\"labels\":null}}");
            assertThat(events.nextShort()).isEqualTo("ADDED a");
            assertThat(events.nextShort()).isEqualTo("MODIFIED a");
            assertThat(events.nextShort()).isEqualTo("DELETED a");
        }
    }

    @Test
    void watchesOneObjectOrOneNamespaceOnly() throws Exception {
        var other = client.namespace() + "-other";
        client.post("/api/v1/namespaces", ApiClient.yaml("{metadata: {name: %s}}".formatted(other)));
        try (var one = client.watch(CONFIG_MAPS + "?watch=1&fieldSelector=metadata.name%3Db");
                var legacy = client.watch("/api/v1/watch/namespaces/{namespace}/configmaps/b");
                var all = client.watch("/api/v1/configmaps?watch=1&labelSelector=test%3D{namespace}")) {
            client.post("/api/v1/namespaces/" + other + "/configmaps", labelled("b"));
            client.post(CONFIG_MAPS, labelled("a"));
            client.post(CONFIG_MAPS, labelled("b"));
            assertThat(one.nextShort()).isEqualTo("ADDED b");
            assertThat(legacy.nextShort()).isEqualTo("ADDED b");
            assertThat(all.nextShort()).isEqualTo("ADDED b");
            assertThat(all.nextShort()).isEqualTo("ADDED a");
        }
    }

    private com.fasterxml.jackson.databind.node.ObjectNode labelled(String name) {
        var map = configMap(name, "{}");
        JsonTrees.metadata(map).putObject("labels").put("test", client.namespace());
        return map;
    }

    @Test
    void marksTheEndOfTheInitialEvents() throws Exception {
        client.post(CONFIG_MAPS, configMap("a", "{}"));
        try (var events = client.watch(CONFIG_MAPS + "?watch=1&sendInitialEvents=true&allowWatchBookmarks=true"
                + "&resourceVersionMatch=NotOlderThan")) {
            assertThat(events.nextShort()).isEqualTo("ADDED a");
            var bookmark = events.next();
            assertThat(JsonTrees.text(bookmark, "type")).isEqualTo("BOOKMARK");
            assertThat(JsonTrees.text(bookmark, "object", "metadata", "annotations", "k8s.io/initial-events-end"))
                    .isEqualTo("true");
        }
    }

    @Test
    void endsAfterItsTime() throws Exception {
        try (var events = client.watch(CONFIG_MAPS + "?watch=1&timeoutSeconds=1")) {
            assertThat(events.next()).isNull();
        }
    }
}
