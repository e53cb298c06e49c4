package io.embeddedkubernetes;

import static io.embeddedkubernetes.ApiClient.CONFIG_MAPS;
import static io.embeddedkubernetes.ApiClient.MERGE;
import static io.embeddedkubernetes.ApiClient.configMap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.embeddedkubernetes.json.JsonTrees;
import java.io.UncheckedIOException;
import org.junit.jupiter.api.Test;

/** How many changes and watches the embedded API keeps. */
class EmbeddedWatchTest extends EmbeddedTest {

    @Test
    void saysWhenAVersionIsTooOld() throws Exception {
        var created = client.post(CONFIG_MAPS, configMap("a", "{}"));
        for (var i = 0; i < 1030; i++) {
            client.patch(CONFIG_MAPS + "/a", MERGE, "{\"data\":{\"k\":\"" + i + "\"}}");
        }
        try (var events = client.watch(CONFIG_MAPS + "?watch=1&resourceVersion=" + created.resourceVersion())) {
            var error = events.next();
            assertThat(JsonTrees.text(error, "type")).isEqualTo("ERROR");
            assertThat(JsonTrees.at(error, "object", "code").asInt()).isEqualTo(410);
            assertThat(JsonTrees.text(error, "object", "reason")).isEqualTo("Expired");
            assertThat(events.next()).isNull();
        }
    }

    @Test
    void freesAWatchWhoseTimeIsOver() throws Exception {
        try (var events = client.watch(CONFIG_MAPS + "?watch=1&timeoutSeconds=1")) {
            assertThat(events.next()).isNull();
        }
        ApiClient.await(() -> api.watchers() == 0);
    }

    @Test
    void endsTheWatchesWhenItStops() throws Exception {
        try (var events = client.watch(CONFIG_MAPS + "?watch=1")) {
            ApiClient.await(() -> api.watchers() == 1);
            api.close();
            assertThatThrownBy(events::next).isInstanceOf(UncheckedIOException.class);
        }
    }

    @Test
    void freesTheWatchOfAClientThatHasGone() throws Exception {
        var events = client.watch(CONFIG_MAPS + "?watch=1");
        ApiClient.await(() -> api.watchers() == 1);
        events.close();
        ApiClient.await(() -> api.watchers() == 0);
    }
}
