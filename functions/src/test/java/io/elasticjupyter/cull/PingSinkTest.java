package io.elasticjupyter.cull;

import static org.assertj.core.api.Assertions.assertThat;

import io.elasticjupyter.api.v1alpha1.JupyterGateway;
import io.elasticjupyter.event.EventKey;
import io.elasticjupyter.event.ResourceId;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
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

    /** It reaches another function. */
    @Test
    void aPingForAPodHasTheDerivedKeyOfThePod() {
        Pod pod = new PodBuilder().withNewMetadata().withNamespace("team").withName("training").endMetadata().build();
        EventKey key = EventKey.of("00112233445566778899aabbccddeeff");

        assertThat(PingSink.named("broker", key).ofReclaim(pod)).containsOnlyKeys("function", "eventkey")
                .containsEntry("function", "reclaimKernels").containsEntry("eventkey",
                        key.derivedFor(ResourceId.of(Pod.class, "team", "training")).orElseThrow());
        assertThat(PingSink.BROKER.ofReclaim()).isEqualTo(PingSink.BROKER.destination());
        assertThat(PingSink.FUNCTION.ofReclaim()).containsEntry("uri", "/reclaimKernels").containsEntry("ref",
                PingSink.FUNCTION.destination().get("ref"));
    }

    @Test
    void aPingHasNoKeyWhereNoneIsRequired() {
        assertThat(PingSink.FUNCTION.extensions(gateway)).containsOnlyKeys("function");
    }
}
