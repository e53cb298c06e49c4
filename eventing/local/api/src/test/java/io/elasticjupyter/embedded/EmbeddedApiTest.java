package io.elasticjupyter.embedded;

import static io.elasticjupyter.embedded.ApiClient.CONFIG_MAPS;
import static io.elasticjupyter.embedded.ApiClient.MERGE;
import static io.elasticjupyter.embedded.ApiClient.configMap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.BindException;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

class EmbeddedApiTest extends ApiTest {

    @Test
    void says_where_it_is() {
        assertThat(api.url().getHost()).isEqualTo("127.0.0.1");
        assertThat(ApiClient.yaml(api.kubeconfig()).path("current-context").asText())
                .isEqualTo("elastic-jupyter-local");
        assertThat(api.kubeconfig()).contains("server: " + api.url() + "\n").contains("namespace: default\n");
    }

    @Test
    void refuses_a_port_in_use() {
        assertThatThrownBy(() -> EmbeddedApi.start(api.url().getPort())).isInstanceOf(BindException.class);
    }

    @Test
    void records_requests_and_whether_they_changed_anything() {
        client.post(CONFIG_MAPS, configMap("a", "{k: v}"));
        api.clearRequests();
        client.patch(CONFIG_MAPS + "/a?fieldManager=m", MERGE, "{\"data\":{\"k\":\"w\"}}");
        client.patch(CONFIG_MAPS + "/a?fieldManager=m", MERGE, "{\"data\":{\"k\":\"w\"}}");
        client.get(CONFIG_MAPS + "/b");
        assertThat(api.requests()).containsExactly(
                new Request("PATCH", CONFIG_MAPS + "/a", "fieldManager=m", MERGE, 200, true),
                new Request("PATCH", CONFIG_MAPS + "/a", "fieldManager=m", MERGE, 200, false),
                new Request("GET", CONFIG_MAPS + "/b", "", "", 404, false));
    }

    @Test
    void tells_of_every_request() {
        var told = new CopyOnWriteArrayList<Request>();
        api.onRequest(told::add);
        client.get(CONFIG_MAPS + "/b");
        assertThat(told).containsExactly(new Request("GET", CONFIG_MAPS + "/b", "", "", 404, false));
    }

    @Test
    void fails_once_when_asked() {
        api.failNext(request -> request.method().equals("POST"), 409);
        var failed = client.post(CONFIG_MAPS, configMap("a", "{}"));
        assertThat(failed.status()).isEqualTo(409);
        assertThat(failed.text("reason")).isEqualTo("Conflict");
        assertThat(client.get(CONFIG_MAPS + "/a").status()).isEqualTo(404);
        assertThat(client.post(CONFIG_MAPS, configMap("a", "{}")).status()).isEqualTo(201);
    }

    @Test
    void answers_health_version_and_unknown_paths() {
        assertThat(client.raw("GET", "/readyz", "", "*/*", null).body()).isEqualTo("ok");
        assertThat(client.get("/version").text("gitVersion")).isEqualTo("v1.36.0+embedded");
        for (var path : new String[]{"/nothing", "/api/v1/nothings", "/apis/example.com/v1/widgets",
                "/apis/no.group"}) {
            var reply = client.get(path);
            assertThat(reply.status()).isEqualTo(404);
            assertThat(reply.message()).isEqualTo("the server could not find the requested resource");
        }
    }

    @Test
    void turns_broken_bodies_into_statuses() {
        var broken = client.send("POST", CONFIG_MAPS, "application/json", "{nonsense");
        assertThat(broken.status()).isEqualTo(400);
        assertThat(broken.text("kind")).isEqualTo("Status");
        assertThat(broken.text("reason")).isEqualTo("BadRequest");
        var large = client.send("POST", CONFIG_MAPS, "application/json", " ".repeat(3 * 1024 * 1024 + 1));
        assertThat(large.status()).isEqualTo(413);
        assertThat(large.text("reason")).isEqualTo("RequestEntityTooLarge");
    }
}
