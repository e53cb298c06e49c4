package io.elasticjupyter.cull;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cloudevents.core.builder.CloudEventBuilder;
import io.cloudevents.http.HttpMessageFactory;
import io.elasticjupyter.event.BadEventException;
import io.elasticjupyter.event.RecordedEvent;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CullRequestTest {

    @Test
    void aPingNamesTheGatewayAndItsSourceNamesTheNamespace() {
        assertThat(CullRequest.of(recorded("ping/01-pingsource.http")))
                .isEqualTo(new CullRequest(Optional.of("default"), Optional.of("jupytergateway-elastic"),
                        Optional.empty(), false, false));
    }

    @Test
    void anEventAboutAKernelPodRequestsItsGateway() {
        assertThat(CullRequest.of(recorded("resource/06-pod-add.http")))
                .isEqualTo(new CullRequest(Optional.of("default"), Optional.empty(),
                        Optional.of("jovyan-219cfd49-89ad-428c-8e0d-3e61e15d79a7"), false, false));
    }

    @Test
    void theStartOfASourceRequestsAllGateways() {
        assertThat(CullRequest.of(recorded("resource/10-deployment-update.http")))
                .isEqualTo(new CullRequest(Optional.empty(), Optional.empty(), Optional.empty(), false, false));
    }

    @Test
    void aReconciledGatewayRequestsItself() {
        var event = CloudEventBuilder.v1().withId("1").withSource(URI.create("/me"))
                .withType("io.elasticjupyter.reconciled").withExtension("kind", "JupyterGateway")
                .withExtension("namespace", "team").withExtension("name", "g");

        assertThat(CullRequest.of(event.build()))
                .isEqualTo(new CullRequest(Optional.of("team"), Optional.of("g"), Optional.empty(), false, false));
        assertThatThrownBy(() -> CullRequest.of(event.withExtension("kind", "JupyterNotebook").build()))
                .isInstanceOf(BadEventException.class).hasMessageContaining("JupyterGateway");
    }

    @Test
    void aKernelThatIsGoneRequestsTheGatewaysThatStillCountIt() {
        var event = CloudEventBuilder.v1().withId("1").withSource(URI.create("/me"))
                .withType("io.elasticjupyter.reconciled").withExtension("kind", "JupyterKernel")
                .withExtension("namespace", "team").withExtension("name", "k");

        assertThat(CullRequest.of(event.withExtension("outcome", "gone").build()).ended()).isTrue();
        assertThat(CullRequest.of(event.withExtension("outcome", "updated").build()).ended()).isFalse();
    }

    /** The values become parts of URLs. */
    @ParameterizedTest
    @CsvSource({"namespace,team?watch=true", "namespace,a.b", "namespace,''", "name,g?limit=1", "name,g#x", "name,../g",
            "name,G", "kind,Jupyter/Gateway"})
    void aReconciledGatewayHasValidNames(String attribute, String value) {
        var event = CloudEventBuilder.v1().withId("1").withSource(URI.create("/me"))
                .withType("io.elasticjupyter.reconciled").withExtension("kind", "JupyterGateway")
                .withExtension("namespace", "team").withExtension("name", "g").withExtension(attribute, value);

        assertThatThrownBy(() -> CullRequest.of(event.build())).isInstanceOf(BadEventException.class)
                .hasMessageContaining(attribute);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/apis/v1/namespaces/a%3Fwatch=1/pingsources/x",
            "/apis/v1/namespaces/a?watch=1/pingsources/x",
            "/apis/v1/namespaces/A/pingsources/x", "/apis/v1/namespaces/../pingsources/x"})
    void aSourceWithoutAValidNamespaceNamesNone(String source) {
        assertThatThrownBy(() -> CullRequest.of(CloudEventBuilder.v1().withId("1").withSource(URI.create(source))
                .withType("dev.knative.sources.ping").withData("application/json", "{\"gateway\": \"g\"}".getBytes(
                        StandardCharsets.UTF_8))
                .build())).isInstanceOf(BadEventException.class).hasMessageContaining("not its namespace");
    }

    @Test
    void dataMayContainANamespaceOrADryRunOrBeEmpty() {
        assertThat(ping("{\"gateway\": \"g\", \"namespace\": \"team\", \"dryRun\": true}"))
                .isEqualTo(new CullRequest(Optional.of("team"), Optional.of("g"), Optional.empty(), false, true));
        assertThat(ping("{}"))
                .isEqualTo(new CullRequest(Optional.empty(), Optional.empty(), Optional.empty(), false, false));
        assertThat(ping("{\"namespace\": \"team\"}"))
                .isEqualTo(new CullRequest(Optional.of("team"), Optional.empty(), Optional.empty(), false, false));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"gateway\": \"g\"}", "{\"gateway\": 3, \"namespace\": \"team\"}",
            "{\"namespace\": \"../x\"}", "[]", "{", "{\"dryRun\": \"true\"}",
            "{\"dryRun\": 1}", "{\"dryrun\": true}"})
    void invalidDataIsRejectedWithTheReason(String data) {
        assertThatThrownBy(() -> ping(data)).isInstanceOf(BadEventException.class).hasMessageContaining("event");
    }

    private static CullRequest ping(String data) {
        return CullRequest.of(
                CloudEventBuilder.v1().withId("1").withSource(URI.create("/me")).withType("dev.knative.sources.ping")
                        .withData("application/json", data.getBytes(StandardCharsets.UTF_8)).build());
    }

    private static io.cloudevents.CloudEvent recorded(String file) {
        RecordedEvent recorded = RecordedEvent.of(file);
        return HttpMessageFactory.createReader(each -> recorded.headers().forEach(each),
                recorded.body().getBytes(StandardCharsets.UTF_8)).toEvent();
    }
}
