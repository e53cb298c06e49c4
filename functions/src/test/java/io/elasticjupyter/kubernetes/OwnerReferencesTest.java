package io.elasticjupyter.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import org.junit.jupiter.api.Test;

/** Whose an object is. */
class OwnerReferencesTest {

    private final ConfigMap owner = configMap("owner", "u-1");

    @Test
    void theControllerIsTheOwnerWithTheUid() {
        assertThat(isControlled(OwnerReferences.controller(owner))).isTrue();
        assertThat(isControlled(OwnerReferences.controller(configMap("owner", "u-2"))))
                .as("an earlier owner of the same name").isFalse();
    }

    @Test
    void anOwnerThatIsNotTheControllerDoesNotControl() {
        OwnerReference reference = OwnerReferences.controller(owner);

        assertThat(isControlled(new OwnerReferenceBuilder(reference).withController(false).build())).isFalse();
        assertThat(isControlled(new OwnerReferenceBuilder(reference).withController(null).build())).isFalse();
        assertThat(isControlled()).isFalse();
        assertThat(isControlled(new OwnerReferenceBuilder(OwnerReferences.controller(configMap("other", "u-2")))
                .withController(false).build(), reference)).isTrue();
    }

    private boolean isControlled(OwnerReference... references) {
        return OwnerReferences.isControlledBy(
                new ConfigMapBuilder(configMap("child", "u-3")).editMetadata().withOwnerReferences(references)
                        .endMetadata().build(),
                owner);
    }

    private static ConfigMap configMap(String name, String uid) {
        return new ConfigMapBuilder().withNewMetadata().withNamespace("team").withName(name).withUid(uid).endMetadata()
                .build();
    }
}
