package io.elasticjupyter.deadletter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cloudevents.core.builder.CloudEventBuilder;
import io.elasticjupyter.event.BadEventException;
import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeadLetterTest {

    private static final String DESTINATION = "http://reconciler.elastic-jupyter.svc.cluster.local/reconcileNotebook";

    @Test
    void theFunctionAndItsStatusAreTheFailure() {
        assertThat(of(DESTINATION, "503").failure()).isEqualTo(
                "The function reconcileNotebook did not handle an event about this resource: it answered 503");
        assertThat(of(DESTINATION + "?a=b", "404").function()).contains("reconcileNotebook");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "", "0", "600", "5030", "503 see http://evil.example"})
    void aFunctionWithoutAStatusDidNotAnswer(String code) {
        assertThat(of(DESTINATION, code).failure()).endsWith("reconcileNotebook did not handle an event about this "
                + "resource: it did not answer");
        assertThat(of(DESTINATION, null).code()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://reconciler/", "http://reconciler/log-in-at-evil.example", "reconcileNotebook",
            "http://reconciler/reconcileNotebook\nLog in at http://evil.example/resync"})
    void anotherAddressIsNotRepeated(String destination) {
        assertThat(of(destination, "503").failure())
                .isEqualTo("A function did not handle an event about this resource: it answered 503");
    }

    @Test
    void anEventThatIsNotADeadLetterIsRejected() {
        assertThatThrownBy(() -> of(null, "503")).isInstanceOf(BadEventException.class)
                .hasMessageContaining("ce-knativeerrordest");
    }

    private static DeadLetter of(String destination, String code) {
        var event = CloudEventBuilder.v1().withId("1").withSource(URI.create("/x")).withType("t");
        if (destination != null) {
            event.withExtension("knativeerrordest", destination);
        }
        if (code != null) {
            event.withExtension("knativeerrorcode", code);
        }
        return DeadLetter.of(event.build());
    }
}
