package io.elasticjupyter.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import org.junit.jupiter.api.Test;

class ObjectIdTest {

    private final ObjectId id = new ObjectId(Service.class, "team", "ada");

    @Test
    void theSameObjectHasTheSameId() {
        assertThat(new ObjectId(Service.class, "team", "ada")).isEqualTo(id).hasSameHashCodeAs(id);
    }

    @Test
    void objectsThatDifferInTypeNamespaceOrNameHaveDifferentIds() {
        assertThat(id).isNotEqualTo(new ObjectId(Secret.class, "team", "ada"))
                .isNotEqualTo(new ObjectId(Service.class, "other", "ada"))
                .isNotEqualTo(new ObjectId(Service.class, "team", "grace"))
                .isNotEqualTo(new ObjectId(Service.class, null, "ada"));
    }
}
