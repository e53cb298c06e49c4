package io.elasticjupyter.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClusterTest {

    @TempDir
    private Path folder;

    @Test
    void aNamespaceThatNoBenchmarkCreatedIsNeitherUsedNorDeleted() throws Exception {
        try (Cluster cluster = Cluster.start(Optional.empty())) {
            KubernetesClient client = cluster.client();
            client.resource(new NamespaceBuilder().withNewMetadata().withName("warm").endMetadata().build()).create();

            assertThatThrownBy(() -> cluster.createNamespace("warm")).hasMessageContaining("'warm'");
            assertThat(client.namespaces().withName("warm").get().isMarkedForDeletion()).isFalse();
        }
    }

    @Test
    void aNamespaceOfAnEarlierRunIsReplaced() throws Exception {
        try (Cluster cluster = Cluster.start(Optional.empty())) {
            KubernetesClient client = cluster.client();
            cluster.createNamespace("warm");
            ConfigMap left = new ConfigMapBuilder().withNewMetadata().withName("left").withNamespace("warm")
                    .endMetadata().build();
            client.resource(left).create();
            cluster.createNamespace("warm");
            assertThat(client.resource(left).get()).as("created by the same run").isNotNull();

            try (Cluster later = Cluster.start(Optional.of(cluster.kubeconfig(folder)))) {
                later.createNamespace("warm");

                assertThat(client.resource(left).get()).isNull();
            }
        }
    }
}
