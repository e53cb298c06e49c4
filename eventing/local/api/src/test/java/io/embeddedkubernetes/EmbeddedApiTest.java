package io.embeddedkubernetes;

import static io.embeddedkubernetes.ApiClient.CONFIG_MAPS;
import static io.embeddedkubernetes.ApiClient.MERGE;
import static io.embeddedkubernetes.ApiClient.configMap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.BindException;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** What only the embedded API has: its address, its request log, failures on demand. */
class EmbeddedApiTest extends EmbeddedTest {

    private static final String PATH = "/api/v1/namespaces/default/configmaps";

    @Test
    void saysWhereItIs() {
        assertThat(api.url().getHost()).isEqualTo("127.0.0.1");
        assertThat(ApiClient.yaml(api.kubeconfig()).path("current-context").asText())
                .isEqualTo("embedded-kubernetes");
        assertThat(api.kubeconfig()).contains("server: " + api.url() + "\n").contains("namespace: default\n");
    }

    @Test
    void refusesAPortInUse() {
        assertThatThrownBy(() -> EmbeddedApi.start(api.url().getPort())).isInstanceOf(BindException.class);
    }

    @Test
    void recordsRequestsAndWhetherTheyChangedAnything() {
        client.post(CONFIG_MAPS, configMap("a", "{k: v}"));
        api.clearRequests();
        client.patch(CONFIG_MAPS + "/a?fieldManager=m", MERGE, "{\"data\":{\"k\":\"w\"}}");
        client.patch(CONFIG_MAPS + "/a?fieldManager=m", MERGE, "{\"data\":{\"k\":\"w\"}}");
        client.get(CONFIG_MAPS + "/b");
        assertThat(api.requests()).containsExactly(
                new Request("PATCH", PATH + "/a", "fieldManager=m", MERGE, 200, true),
                new Request("PATCH", PATH + "/a", "fieldManager=m", MERGE, 200, false),
                new Request("GET", PATH + "/b", "", "", 404, false));
    }

    @Test
    void tellsOfEveryRequest() {
        var told = new CopyOnWriteArrayList<Request>();
        api.onRequest(told::add);
        client.get(CONFIG_MAPS + "/b");
        assertThat(told).containsExactly(new Request("GET", PATH + "/b", "", "", 404, false));
    }

    @Test
    void failsOnceWhenAsked() {
        api.failNext(request -> request.method().equals("POST"), 409);
        var failed = client.post(CONFIG_MAPS, configMap("a", "{}"));
        assertThat(failed.status()).isEqualTo(409);
        assertThat(failed.text("reason")).isEqualTo("Conflict");
        assertThat(client.get(CONFIG_MAPS + "/a").status()).isEqualTo(404);
        assertThat(client.post(CONFIG_MAPS, configMap("a", "{}")).status()).isEqualTo(201);
    }
}
