package io.elasticjupyter.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import io.elasticjupyter.api.v1alpha1.JupyterNotebook;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The claims of notebooks, and notebooks that are stopped and started. */
class NotebookStorageFunctionsTest extends FunctionsTest {

    @BeforeEach
    void noNotebooks() {
        for (var type : List.of(JupyterNotebook.class, PersistentVolumeClaim.class, Deployment.class)) {
            client.resources(type).inNamespace("default").delete();
        }
    }

    @Test
    void aNotebookOfTheSameNameUsesTheClaimAgain() throws Exception {
        create("{storage: {size: 10Gi}}");
        assertThat(reconcile().path("outcome").asText()).isEqualTo("created");
        String uid = claim().getMetadata().getUid();
        assertThat(reconcile().path("outcome").asText()).isEqualTo("unchanged");

        client.resources(JupyterNotebook.class).inNamespace("default").withName("ada").delete();
        assertThat(claim().getMetadata().getUid()).isEqualTo(uid);
        create("{storage: {size: 5Gi}}");

        assertThat(reconcile().path("reason").asText()).isNotEqualTo("NameTaken");
        assertThat(claim().getMetadata().getUid()).isEqualTo(uid);
        assertThat(claim().getSpec().getResources().getRequests()).containsEntry("storage", new Quantity("10Gi"));
    }

    @Test
    void theClaimFollowsWhenDeleted() throws Exception {
        create("{storage: {size: 10Gi, whenDeleted: Delete}}");
        reconcile();
        assertThat(claim().getMetadata().getOwnerReferences()).hasSize(1);

        merge("{\"spec\":{\"storage\":{\"whenDeleted\":\"Retain\"}}}");
        reconcile();
        assertThat(claim().getMetadata().getOwnerReferences()).isEmpty();

        merge("{\"spec\":{\"storage\":null}}");
        reconcile();
        assertThat(claim()).isNotNull();
        assertThat(deployment().getSpec().getTemplate().getSpec().getVolumes()).hasSize(1);
    }

    @Test
    void aClaimOfSomebodyElseIsNotTouched() throws Exception {
        client.resource(new PersistentVolumeClaimBuilder()
                .withNewMetadata().withName("ada-home").withNamespace("default").endMetadata()
                .withNewSpec().withAccessModes("ReadWriteOnce").withNewResources()
                .addToRequests("storage", new Quantity("1Gi")).endResources().endSpec().build()).create();
        create("{storage: {size: 10Gi}}");

        JsonNode report = reconcile();

        assertThat(report.path("reason").asText()).isEqualTo("NameTaken");
        assertThat(report.path("message").asText()).contains("set spec.storage.claimName to its name");
        assertThat(claim().getSpec().getResources().getRequests()).containsEntry("storage", new Quantity("1Gi"));
        assertThat(deployment()).isNull();
    }

    @Test
    void aLargerSizeGrowsTheClaimAndLeavesThePod() throws Exception {
        create("{storage: {size: 10Gi}}");
        reconcile();
        client.persistentVolumeClaims().inNamespace("default").withName("ada-home")
                .editStatus(claim -> new PersistentVolumeClaimBuilder(claim).editOrNewStatus().withPhase("Bound")
                        .addToCapacity("storage", new Quantity("10Gi")).endStatus().build());
        String template = deployment().getSpec().getTemplate().toString();

        merge("{\"spec\":{\"storage\":{\"size\":\"20Gi\"}}}");
        reconcile();

        assertThat(claim().getSpec().getResources().getRequests()).containsEntry("storage", new Quantity("20Gi"));
        assertThat(deployment().getSpec().getTemplate()).hasToString(template);
        assertThat(catchThrowableOfType(KubernetesClientException.class,
                () -> merge("{\"spec\":{\"storage\":{\"size\":\"15Gi\"}}}")))
                .hasMessageContaining("spec.storage.size: Invalid value: size must not be reduced");
    }

    @Test
    void scalingStopsAndStartsTheNotebook() throws Exception {
        create("{storage: {size: 10Gi}}");
        reconcile();

        client.resources(JupyterNotebook.class).inNamespace("default").withName("ada").scale(0);
        JsonNode stopped = reconcile();
        assertThat(stopped.path("reason").asText()).isEqualTo("Stopped");
        assertThat(stopped.path("message").asText()).contains("kubectl scale jnb ada -n default --replicas=1");
        assertThat(deployment().getSpec().getReplicas()).isZero();
        assertThat(claim()).isNotNull();

        client.resources(JupyterNotebook.class).inNamespace("default").withName("ada").scale(1);
        assertThat(reconcile().path("reason").asText()).isEqualTo("PodsNotReady");
        assertThat(deployment().getSpec().getReplicas()).isOne();
    }

    private JsonNode reconcile() throws Exception {
        return calls.reconcile("reconcileNotebook", JupyterNotebook.class, "ada");
    }

    private void create(String spec) {
        client.resource("""
                apiVersion: kubeflow.tkestack.io/v1alpha1
                kind: JupyterNotebook
                metadata: {name: ada, namespace: default}
                spec: %s
                """.formatted(spec)).create();
    }

    private void merge(String patch) {
        client.resources(JupyterNotebook.class).inNamespace("default").withName("ada")
                .patch(PatchContext.of(PatchType.JSON_MERGE), patch);
    }

    private PersistentVolumeClaim claim() {
        return client.persistentVolumeClaims().inNamespace("default").withName("ada-home").get();
    }

    private Deployment deployment() {
        return client.apps().deployments().inNamespace("default").withName("ada").get();
    }
}
