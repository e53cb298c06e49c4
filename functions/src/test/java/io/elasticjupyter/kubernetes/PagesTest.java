package io.elasticjupyter.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.ConfigMapList;
import io.fabric8.kubernetes.api.model.ConfigMapListBuilder;
import io.fabric8.kubernetes.api.model.ListOptions;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Listable;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class PagesTest {

    private final List<String> requested = new ArrayList<>();

    @Test
    void everyPageIsRead() {
        assertThat(items(token -> token == null ? page("a", "2") : page("b", ""))).containsExactly("a", "b");
        assertThat(requested).containsExactly(null, "2");
    }

    /** The API server compacts its history, by default every five minutes, and then no longer has the state that is being listed. */
    @Test
    void aListThatExpiresContinuesWithItsRest() {
        assertThat(items(token -> switch (token) {
            case null -> page("a", "2");
            case "2" -> throw expired("inconsistent");
            case "inconsistent" -> page("b", "3");
            default -> page("c", null);
        })).containsExactly("a", "b", "c");
        assertThat(requested).containsExactly(null, "2", "inconsistent", "3");
    }

    @Test
    void anExpiredListWithoutARestFails() {
        for (String rest : new String[]{null, ""}) {
            assertThatThrownBy(() -> items(token -> {
                if (token == null) {
                    return page("a", "2");
                }
                throw expired(rest);
            })).isInstanceOfSatisfying(KubernetesClientException.class, e -> assertThat(e.getCode()).isEqualTo(410));
        }
    }

    @Test
    void anotherFailureIsThrown() {
        assertThatThrownBy(() -> items(token -> {
            throw new KubernetesClientException("unavailable", 503, null);
        })).hasMessage("unavailable");
        assertThat(requested).hasSize(1);
    }

    private static KubernetesClientException expired(String rest) {
        return new KubernetesClientException("expired", 410,
                new StatusBuilder().withNewMetadata().withContinue(rest).endMetadata().build());
    }

    private static ConfigMapList page(String name, String next) {
        return new ConfigMapListBuilder()
                .addToItems(new ConfigMapBuilder().withNewMetadata().withName(name).endMetadata().build())
                .withNewMetadata().withContinue(next).endMetadata().build();
    }

    private List<String> items(Function<String, ConfigMapList> server) {
        List<String> names = new ArrayList<>();
        new Pages<ConfigMap>(new Listable<ConfigMapList>() {
            @Override
            public ConfigMapList list() {
                throw new UnsupportedOperationException();
            }

            @Override
            @Deprecated
            public ConfigMapList list(Integer limit, String next) {
                throw new UnsupportedOperationException();
            }

            @Override
            public ConfigMapList list(ListOptions options) {
                requested.add(options.getContinue());
                return server.apply(options.getContinue());
            }
        }).forEach(map -> names.add(map.getMetadata().getName()));
        return names;
    }
}
