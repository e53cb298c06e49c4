package io.elasticjupyter.json;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import org.junit.jupiter.api.Test;

class ClusterJsonTest {

    private static final String DEPLOYMENT = """
            {"apiVersion": "apps/v1", "kind": "Deployment",
             "metadata": {"name": "ada", "resourceVersion": "7",
               "managedFields": [{"manager": "kubectl", "fieldsV1": {"f:spec": {}}}]},
             "spec": {"replicas": 2, "selector": {"matchLabels": {"app": "ada"}},
               "template": {"spec": {"containers": [{"name": "notebook"}]}}},
             "status": {"readyReplicas": 1}}""";

    private final KubernetesSerialization json = new ClusterJson();

    @Test
    void anObjectIsReadWhole() {
        Deployment read = json.unmarshal(DEPLOYMENT, Deployment.class);

        assertThat(read.getMetadata().getAdditionalProperties()).isEmpty();
        assertThat(read.getSpec().getTemplate().getSpec().getContainers()).hasSize(1);
        assertThat(read.getSpec().getAdditionalProperties()).isEmpty();
        assertThat(read.getMetadata().getResourceVersion()).isEqualTo("7");
        assertThat(read.getSpec().getReplicas()).isEqualTo(2);
        assertThat(read.getSpec().getSelector().getMatchLabels()).containsEntry("app", "ada");
        assertThat(read.getStatus().getReadyReplicas()).isOne();
    }

    @Test
    void whatIsWrittenIsWhole() {
        KubernetesSerialization plain = new KubernetesSerialization();
        Deployment deployment = plain.unmarshal(DEPLOYMENT, Deployment.class);

        assertThat(json.asJson(deployment)).isEqualTo(plain.asJson(deployment)).contains("\"notebook\"", "fieldsV1");
    }
}
