package io.elasticjupyter.embedded;

import static io.elasticjupyter.embedded.ApiClient.CONFIG_MAPS;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Requests beside those for resources, and requests that cannot be read. */
class RequestsTest extends ContractTest {

    @Test
    void answersHealthVersionAndUnknownPaths() {
        assertThat(client.raw("GET", "/readyz", "", "*/*", null).body()).isEqualTo("ok");
        assertThat(client.get("/version").text("gitVersion")).startsWith("v1.36.");
        for (var path : new String[]{"/api/v1/nothings", "/api/v9", "/apis/apps/v1/nothings"}) {
            var reply = client.get(path);
            assertThat(reply.status()).isEqualTo(404);
            assertThat(reply.message()).isEqualTo("the server could not find the requested resource");
        }
        for (var path : new String[]{"/nothing", "/apis/no.group", "/apis/no.group/v1/things"}) {
            var reply = client.get(path);
            assertThat(reply.status()).isEqualTo(404);
            assertThat(reply.message()).isEqualTo("404 page not found\n");
        }
    }

    @Test
    void turnsBrokenBodiesIntoStatuses() {
        var broken = client.send("POST", CONFIG_MAPS, "application/json", "{nonsense");
        assertThat(broken.status()).isEqualTo(400);
        assertThat(broken.text("kind")).isEqualTo("Status");
        assertThat(broken.text("reason")).isEqualTo("BadRequest");
        var large = client.send("POST", CONFIG_MAPS, "application/json", " ".repeat(3 * 1024 * 1024 + 1));
        assertThat(large.status()).isEqualTo(413);
        assertThat(large.text("reason")).isEqualTo("RequestEntityTooLarge");
    }
}
