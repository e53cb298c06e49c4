package io.elasticjupyter.application;

import static org.assertj.core.api.Assertions.assertThat;

import io.elasticjupyter.event.RecordedEvent;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Primary;

/** The functions while the API server does not respond, and while it cannot be reached. */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
@Import(FunctionsWithoutApiTest.SilentApi.class)
class FunctionsWithoutApiTest {

    @LocalServerPort
    private int port;

    @Autowired
    private ServerSocket api;

    @Test
    void theSenderIsAskedToRetry() throws Exception {
        assertAsksForARetry();
        api.close();
        assertAsksForARetry();
    }

    private void assertAsksForARetry() throws IOException, InterruptedException {
        HttpResponse<String> response = HttpClient.newHttpClient()
                .send(RecordedEvent.of("resource/03-jupyternotebook-add.http")
                        .to(URI.create("http://localhost:" + port + "/reconcileNotebook")), BodyHandlers.ofString());

        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.headers().firstValue("Retry-After")).isPresent();
        assertThat(response.headers().firstValue("Content-Type")).contains("application/problem+json");
        assertThat(response.body()).doesNotContain("\tat ");
    }

    @TestConfiguration(proxyBeanMethods = false)
    static class SilentApi {

        @Bean
        ServerSocket silentServer() throws IOException {
            return new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        }

        @Bean
        @Primary
        KubernetesClient clientOfSilentServer(ServerSocket server) {
            return KubernetesConfiguration.client(new ConfigBuilder(Config.empty())
                    .withMasterUrl("http://localhost:" + server.getLocalPort()).withRequestTimeout(200)
                    .withRequestRetryBackoffLimit(0).build());
        }
    }
}
