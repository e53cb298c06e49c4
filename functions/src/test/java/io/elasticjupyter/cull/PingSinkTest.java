package io.elasticjupyter.cull;

import static org.assertj.core.api.Assertions.assertThat;

import io.elasticjupyter.api.v1alpha1.JupyterGateway;
import io.elasticjupyter.event.EventKey;
import io.elasticjupyter.event.ResourceId;
import org.junit.jupiter.api.Test;

class PingSinkTest {

    private final JupyterGateway gateway = new JupyterGateway();

    /** The users of the gateway's namespace can read its PingSource. */
    @Test
    void aPingHasTheDerivedKeyOfItsGateway() {
        gateway.getMetadata().setNamespace("team");
        gateway.getMetadata().setName("g");
        EventKey key = EventKey.of("00112233445566778899aabbccddeeff");

        assertThat(PingSink.named("broker", key).extensions(gateway)).containsOnlyKeys("function", "eventkey")
                .containsEntry("function", "cullKernels")
                .containsEntry("eventkey",
                        key.derivedFor(ResourceId.of(JupyterGateway.class, "team", "g")).orElseThrow());
    }

    @Test
    void aPingHasNoKeyWhereNoneIsRequired() {
        assertThat(PingSink.FUNCTION.extensions(gateway)).containsOnlyKeys("function");
    }
}
