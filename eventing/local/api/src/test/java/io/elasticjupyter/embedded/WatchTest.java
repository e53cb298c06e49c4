package io.elasticjupyter.embedded;

import static io.elasticjupyter.embedded.ApiClient.CONFIG_MAPS;
import static io.elasticjupyter.embedded.ApiClient.MERGE;
import static io.elasticjupyter.embedded.ApiClient.configMap;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WatchTest extends ApiTest {

    @Test
    void sends_what_is_there_and_what_happens() throws Exception {
        client.post(CONFIG_MAPS, configMap("a", "{}"));
        try (var events = client.watch(CONFIG_MAPS + "?watch=true")) {
            assertThat(events.nextShort()).isEqualTo("ADDED a");
            client.post(CONFIG_MAPS, configMap("b", "{}"));
            var changed = client.patch(CONFIG_MAPS + "/a", MERGE, "{\"data\":{\"k\":\"v\"}}");
            client.delete(CONFIG_MAPS + "/b");
            assertThat(events.nextShort()).isEqualTo("ADDED b");
            var modified = events.next();
            assertThat(Json.text(modified, "type")).isEqualTo("MODIFIED");
            assertThat(modified.path("object")).isEqualTo(changed.body());
            var deleted = events.next();
            assertThat(Json.text(deleted, "type")).isEqualTo("DELETED");
            assertThat(Json.resourceVersion(deleted.path("object")))
                    .isGreaterThan(Long.parseLong(changed.resourceVersion()));
        }
    }

    @Test
    void goes_on_from_a_version() throws Exception {
        client.post(CONFIG_MAPS, configMap("a", "{}"));
        var version = client.get(CONFIG_MAPS).resourceVersion();
        client.post(CONFIG_MAPS, configMap("b", "{}"));
        try (var events = client.watch(CONFIG_MAPS + "?watch=1&resourceVersion=" + version)) {
            assertThat(events.nextShort()).isEqualTo("ADDED b");
        }
    }

    @Test
    void says_when_a_version_is_too_old() throws Exception {
        var created = client.post(CONFIG_MAPS, configMap("a", "{}"));
        for (var i = 0; i < 1030; i++) {
            client.patch(CONFIG_MAPS + "/a", MERGE, "{\"data\":{\"k\":\"" + i + "\"}}");
        }
        try (var events = client.watch(CONFIG_MAPS + "?watch=1&resourceVersion=" + created.resourceVersion())) {
            var error = events.next();
            assertThat(Json.text(error, "type")).isEqualTo("ERROR");
            assertThat(Json.at(error, "object", "code").asInt()).isEqualTo(410);
            assertThat(Json.text(error, "object", "reason")).isEqualTo("Expired");
            assertThat(events.next()).isNull();
        }
    }

    @Test
    void turns_selector_transitions_into_additions_and_deletions() throws Exception {
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
    void watches_one_object_or_one_namespace_only() throws Exception {
        client.post("/api/v1/namespaces", ApiClient.yaml("{metadata: {name: other}}"));
        try (var one = client.watch(CONFIG_MAPS + "?watch=1&fieldSelector=metadata.name%3Db");
                var legacy = client.watch("/api/v1/watch/namespaces/default/configmaps/b");
                var all = client.watch("/api/v1/configmaps?watch=1&resourceVersion=0")) {
            client.post("/api/v1/namespaces/other/configmaps", configMap("b", "{}"));
            client.post(CONFIG_MAPS, configMap("a", "{}"));
            client.post(CONFIG_MAPS, configMap("b", "{}"));
            assertThat(one.nextShort()).isEqualTo("ADDED b");
            assertThat(legacy.nextShort()).isEqualTo("ADDED b");
            assertThat(all.nextShort()).isEqualTo("ADDED b");
            assertThat(all.nextShort()).isEqualTo("ADDED a");
        }
    }

    @Test
    void marks_the_end_of_the_initial_events() throws Exception {
        client.post(CONFIG_MAPS, configMap("a", "{}"));
        try (var events = client.watch(CONFIG_MAPS + "?watch=1&sendInitialEvents=true&allowWatchBookmarks=true"
                + "&resourceVersionMatch=NotOlderThan")) {
            assertThat(events.nextShort()).isEqualTo("ADDED a");
            var bookmark = events.next();
            assertThat(Json.text(bookmark, "type")).isEqualTo("BOOKMARK");
            assertThat(Json.text(bookmark, "object", "metadata", "annotations", "k8s.io/initial-events-end"))
                    .isEqualTo("true");
        }
    }

    @Test
    void ends_after_its_time() throws Exception {
        try (var events = client.watch(CONFIG_MAPS + "?watch=1&timeoutSeconds=1")) {
            assertThat(events.next()).isNull();
        }
        ApiClient.await(() -> api.watchers() == 0);
    }

    @Test
    void frees_the_watch_of_a_client_that_has_gone() throws Exception {
        var events = client.watch(CONFIG_MAPS + "?watch=1");
        ApiClient.await(() -> api.watchers() == 1);
        events.close();
        var i = new int[1];
        ApiClient.await(() -> {
            client.post(CONFIG_MAPS, configMap("m" + i[0]++, "{}"));
            return api.watchers() == 0;
        });
    }
}
