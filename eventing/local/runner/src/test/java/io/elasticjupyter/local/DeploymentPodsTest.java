package io.elasticjupyter.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.dsl.RollableScalableResource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The pods of a Deployment on the embedded API. */
class DeploymentPodsTest {

    private ApiServer api;
    private KubernetesClient client;
    private Deployment deployment;

    @BeforeEach
    void start() {
        api = EmbeddedApiServer.start(0);
        client = new KubernetesClientBuilder().withConfig(api.config()).build();
        deployment = client.resource(new DeploymentBuilder()
                .withNewMetadata().withName("web").withNamespace("default").endMetadata()
                .withNewSpec().withReplicas(2)
                .withNewSelector().withMatchLabels(Map.of("app", "web")).endSelector()
                .withNewTemplate().withNewMetadata().withLabels(Map.of("app", "web")).endMetadata()
                .withNewSpec().addNewContainer().withName("web").withImage("web:1").endContainer().endSpec()
                .endTemplate().endSpec().build()).create();
    }

    @AfterEach
    void end() {
        client.close();
        api.close();
    }

    @Test
    void followTheDeployment() {
        List<Pod> first = updated();
        assertThat(first).hasSize(2).allSatisfy(pod -> {
            assertThat(pod.getMetadata().getName()).matches("web-[0-9a-f]{8}-[01]");
            assertThat(pod.getMetadata().getOwnerReferences().getFirst().getUid())
                    .isEqualTo(deployment.getMetadata().getUid());
            assertThat(pod.getSpec().getContainers().getFirst().getImage()).isEqualTo("web:1");
        });
        assertThat(updated()).isEqualTo(first);

        deployment().edit(web -> new DeploymentBuilder(web).editSpec().withReplicas(1).endSpec().build());
        assertThat(updated()).singleElement().isIn(first);

        deployment().edit(web -> new DeploymentBuilder(web).editSpec().editTemplate().editSpec()
                .editFirstContainer().withImage("web:2").endContainer().endSpec().endTemplate().endSpec().build());
        assertThat(updated()).singleElement().isNotIn(first);

        deployment().delete();
        await().untilAsserted(() -> assertThat(updated()).isEmpty());
    }

    private RollableScalableResource<Deployment> deployment() {
        return client.apps().deployments().inNamespace("default").withName("web");
    }

    /** Updates the pods with the first state of the Deployment, as a late event does, and returns them. */
    private List<Pod> updated() {
        new DeploymentPods(client).update(deployment);
        return client.pods().inNamespace("default").list().getItems();
    }
}
