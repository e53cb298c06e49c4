package io.elasticjupyter.deadletter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cloudevents.core.builder.CloudEventBuilder;
import io.elasticjupyter.event.BadEventException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.Test;

class DeadLetterTest {

    private static final String DESTINATION = "http://reconciler.elastic-jupyter.svc.cluster.local/reconcileNotebook";

    @Test
    void theDetailOfAProblemIsTheFailure() {
        DeadLetter letter = of(DESTINATION, "503",
                encoded("{\"title\":\"t\",\"status\":503,\"detail\":\"the API server is unavailable.\",\"instance\":\"/x\"}"));

        assertThat(letter.function()).isEqualTo("reconcileNotebook");
        assertThat(letter.failure()).isEqualTo("answered 503: the API server is unavailable");
    }

    @Test
    void aTruncatedBodyStillHasItsDetail() {
        String whole = encoded("{\"detail\":\"the API server is unavailable.\",\"title\":\"" + "x".repeat(900) + "\"}");

        assertThat(of(DESTINATION, "503", whole.substring(0, 1022)).failure())
                .isEqualTo("answered 503: the API server is unavailable");
    }

    @Test
    void aBodyThatIsNotAProblemBecomesOneBoundedLine() {
        assertThat(of(DESTINATION, "502", encoded("bad\n\tgateway")).failure()).isEqualTo("answered 502: bad gateway");
        assertThat(of(DESTINATION, "502", "not base64!").failure()).isEqualTo("answered 502: not base64!");
        assertThat(of(DESTINATION, "502", encoded("x".repeat(700))).failure()).hasSizeLessThan(330);
    }

    @Test
    void aFunctionThatDidNotAnswerIsReportedAsSuch() {
        assertThat(of(DESTINATION, "-1", null).failure()).isEqualTo("did not answer");
        assertThat(of(DESTINATION, null, null).failure()).isEqualTo("did not answer");
    }

    @Test
    void anEventThatIsNotADeadLetterIsRejected() {
        assertThatThrownBy(() -> of(null, "503", null)).isInstanceOf(BadEventException.class)
                .hasMessageContaining("ce-knativeerrordest");
    }

    private static String encoded(String body) {
        return Base64.getEncoder().encodeToString(body.getBytes(StandardCharsets.UTF_8));
    }

    private static DeadLetter of(String destination, String code, String data) {
        var event = CloudEventBuilder.v1().withId("1").withSource(URI.create("/x")).withType("t");
        if (destination != null) {
            event.withExtension("knativeerrordest", destination);
        }
        if (code != null) {
            event.withExtension("knativeerrorcode", code);
        }
        if (data != null) {
            event.withExtension("knativeerrordata", data);
        }
        return DeadLetter.of(event.build());
    }
}
