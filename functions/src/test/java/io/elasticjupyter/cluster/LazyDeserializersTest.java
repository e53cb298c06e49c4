package io.elasticjupyter.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import io.elasticjupyter.gateway.GatewayFunction;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class LazyDeserializersTest {

    static final class Outer {
        public Inner inner;
    }

    static final class Inner {
        public Unreadable unreadable;
    }

    /** Jackson cannot decide which of the two to take. */
    static final class Unreadable {
        public void setValue(List<String> value) {
            throw new AssertionError(value);
        }

        public void setValue(Map<String, String> value) {
            throw new AssertionError(value);
        }
    }

    private final ObjectMapper lazy = JsonMapper.builder()
            .addModule(new SimpleModule().setDeserializerModifier(new LazyDeserializers())).build();

    @Test
    void aClassOfWhichThereIsNothingIsNotLookedAt() throws Exception {
        assertThatThrownBy(() -> new ObjectMapper().readValue("{}", Outer.class))
                .isInstanceOf(JsonMappingException.class);

        assertThat(lazy.readValue("{}", Outer.class).inner).isNull();
        assertThatThrownBy(() -> lazy.readValue("{\"inner\": {\"unreadable\": {\"value\": 1}}}", Outer.class))
                .isInstanceOf(JsonMappingException.class).hasMessageContaining("value");
    }

    @Test
    void whatIsReadIsTheSame() {
        KubernetesSerialization eager = new KubernetesSerialization();
        KubernetesSerialization lazily = new KubernetesSerialization(lazy, false);
        assertThat(GatewayFunction.examples()).isNotEmpty().allSatisfy(object -> {
            String json = eager.asJson(object);
            HasMetadata read = lazily.unmarshal(json, object.getClass());
            HasMetadata expected = eager.unmarshal(json, object.getClass());
            assertThat(eager.asJson(read)).isEqualTo(eager.asJson(expected));
            assertThat(lazily.asJson(read)).isEqualTo(json);
        });
    }

    @Test
    void manyMayReadTheFirst() throws Exception {
        KubernetesSerialization lazily = new KubernetesSerialization(lazy, false);
        var deployment = GatewayFunction.examples().stream().filter(each -> each.getKind().equals("Deployment"))
                .findFirst().orElseThrow();
        String json = lazily.asJson(deployment);
        try (var threads = Executors.newFixedThreadPool(16)) {
            List<Callable<HasMetadata>> reads = Collections.nCopies(64,
                    () -> lazily.unmarshal(json, deployment.getClass()));
            for (Future<HasMetadata> read : threads.invokeAll(reads)) {
                assertThat(read.get()).isEqualTo(deployment);
            }
        }
    }
}
