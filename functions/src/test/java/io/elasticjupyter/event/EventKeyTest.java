package io.elasticjupyter.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.elasticjupyter.api.v1alpha1.JupyterGateway;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventKeyTest {

    private static final String SECRET = "0123456789abcdef0123456789abcdef";

    private static final ResourceId GATEWAY = ResourceId.of(JupyterGateway.class, "team", "g");

    private final EventKey key = EventKey.of(SECRET);

    @Test
    void theKeyOfTheInstallationIsAcceptedForEveryEvent() {
        key.require(with(SECRET), () -> {
            throw new AssertionError("the event need not be read");
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0123456789abcdef0123456789abcdeF", "0123456789abcdef0123456789abcdef0"})
    void anotherKeyIsRefused(String other) {
        assertThatThrownBy(() -> key.require(with(other), () -> Optional.of(GATEWAY)))
                .isInstanceOf(UnauthenticatedException.class).hasMessageContaining("is not the key for this event")
                .hasMessageNotContaining(SECRET);
    }

    @Test
    void anEventWithoutAKeyIsRefused() {
        assertThatThrownBy(() -> key.require(with(null), () -> Optional.of(GATEWAY)))
                .isInstanceOf(UnauthenticatedException.class).hasMessageContaining("no attribute 'ce-eventkey'")
                .hasMessageContaining("Secret 'event-key'");
    }

    @Test
    void theDerivedKeyOfAResourceIsAcceptedForThatResourceOnly() {
        String derived = key.derivedFor(GATEWAY).orElseThrow();

        assertThatCode(() -> key.require(with(derived), () -> Optional.of(GATEWAY))).doesNotThrowAnyException();
        for (Optional<ResourceId> other : List.of(Optional.<ResourceId>empty(),
                Optional.of(ResourceId.of(JupyterGateway.class, "team", "h")),
                Optional.of(ResourceId.of(JupyterGateway.class, "other", "g")),
                Optional.of(new ResourceId(GATEWAY.apiVersion(), "JupyterNotebook", "team", "g")))) {
            assertThatThrownBy(() -> key.require(with(derived), () -> other))
                    .isInstanceOf(UnauthenticatedException.class);
        }
        assertThat(derived).doesNotContain(SECRET).hasSize(64);
        assertThat(EventKey.of(SECRET + "x").derivedFor(GATEWAY)).isNotEqualTo(Optional.of(derived));
    }

    @Test
    void withoutAKeyEveryEventIsAccepted() {
        EventKey none = EventKey.none();

        assertThatCode(() -> none.require(with(null), Optional::empty)).doesNotThrowAnyException();
        assertThat(none.isRequired()).isFalse();
        assertThat(none.derivedFor(GATEWAY)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0123456789abcdef0123456789abcde"})
    void aShortKeyIsAMistake(String secret) {
        assertThatThrownBy(() -> EventKey.of(secret)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at least 32");
    }

    private static CloudEvent with(String key) {
        var event = CloudEventBuilder.v1().withId("1").withSource(URI.create("/x")).withType("t");
        return (key == null ? event : event.withExtension(EventKey.ATTRIBUTE, key)).build();
    }
}
