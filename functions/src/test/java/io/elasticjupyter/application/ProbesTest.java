package io.elasticjupyter.application;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The functions answer the probes of the manifests. Without an answer, Knative would never send an event. */
class ProbesTest extends FunctionsTest {

    @ParameterizedTest
    @CsvSource({"reconciler, readinessProbe", "reconciler, livenessProbe", "culler, readinessProbe",
            "culler, livenessProbe"})
    void areAnswered(String service, String probe) throws Exception {
        JsonNode manifest = Serialization.unmarshal(Files.readString(
                Path.of(System.getProperty("repository.root"), "deploy/services", service + ".yaml")), JsonNode.class);
        String path = manifest.at("/spec/template/spec/containers/0/" + probe + "/httpGet/path").asText();

        assertThat(path).startsWith("/");
        assertThat(calls.send(HttpRequest.newBuilder(URI.create("http://localhost:" + port + path)).build())
                .statusCode()).as(path).isEqualTo(200);
    }
}
