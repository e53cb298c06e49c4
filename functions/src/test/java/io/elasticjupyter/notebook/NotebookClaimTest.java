package io.elasticjupyter.notebook;

import static io.elasticjupyter.fixtures.ResourceFixture.aNotebook;
import static org.assertj.core.api.Assertions.assertThat;

import io.elasticjupyter.api.v1alpha1.Conditions;
import io.elasticjupyter.api.v1alpha1.JupyterNotebook;
import io.elasticjupyter.api.v1alpha1.JupyterNotebookStatus;
import io.elasticjupyter.reconcile.ReconcilerFixture;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The home directories of notebooks. */
class NotebookClaimTest {

    private final ReconcilerFixture<JupyterNotebook, JupyterNotebookStatus> notebooks = new ReconcilerFixture<>(
            new NotebookReconciler(() -> "generated"));

    @Test
    void theClaimIsMountedAtTheHomeDirectoryAndOutlivesTheNotebook() {
        JupyterNotebook notebook = notebook("{size: 10Gi}");
        PersistentVolumeClaim claim = notebooks.child(notebook, PersistentVolumeClaim.class);
        PodSpec pod = pod(notebook);

        assertThat(claim.getMetadata().getName()).isEqualTo("n-home");
        assertThat(claim.getMetadata().getOwnerReferences()).isEmpty();
        assertThat(claim.getSpec().getAccessModes()).containsExactly("ReadWriteOnce");
        assertThat(claim.getSpec().getStorageClassName()).isNull();
        assertThat(claim.getSpec().getResources().getRequests()).containsEntry("storage", new Quantity("10Gi"));
        assertThat(pod.getVolumes()).filteredOn(volume -> volume.getPersistentVolumeClaim() != null).singleElement()
                .satisfies(volume -> assertThat(volume.getPersistentVolumeClaim().getClaimName()).isEqualTo("n-home"));
        assertThat(pod.getContainers().getFirst().getVolumeMounts()).extracting(VolumeMount::getMountPath)
                .contains("/home/jovyan");
    }

    @Test
    void theUserOfTheImageCanWriteAndThePodStaysRestricted() {
        PodSpec stock = pod(notebook("{size: 10Gi}"));
        PodSpec other = pod(aNotebook("n").withYaml("storage", "{size: 10Gi}")
                .withYaml("template", "{spec: {containers: [{name: notebook, image: other}]}}").build());
        PodSpec own = pod(aNotebook("n").withYaml("storage", "{size: 10Gi}")
                .withYaml("template", "{spec: {securityContext: {runAsUser: 2000, fsGroup: 2000}}}").build());

        assertThat(stock.getSecurityContext().getFsGroup()).isEqualTo(100L);
        assertThat(stock.getSecurityContext().getFsGroupChangePolicy()).isEqualTo("OnRootMismatch");
        assertThat(stock.getSecurityContext().getRunAsNonRoot()).isTrue();
        assertThat(other.getSecurityContext().getFsGroup()).isEqualTo(100L);
        assertThat(own.getSecurityContext().getFsGroup()).isEqualTo(2000L);
        assertThat(own.getSecurityContext().getRunAsUser()).isEqualTo(2000L);
    }

    @Test
    void theClaimIsDeletedWithTheNotebookOnRequest() {
        assertThat(notebooks.child(notebook("{size: 10Gi, whenDeleted: Delete}"), PersistentVolumeClaim.class)
                .getMetadata().getOwnerReferences()).singleElement()
                .satisfies(owner -> assertThat(owner.getController()).isTrue());
    }

    @Test
    void anExistingClaimIsMountedAndNoneIsCreated() {
        JupyterNotebook notebook = notebook("{claimName: shared, mountPath: /home/jovyan/work}");

        assertThat(ReconcilerFixture.wanted(notebooks.reconciler(), notebook))
                .noneMatch(child -> child.type() == PersistentVolumeClaim.class);
        assertThat(pod(notebook).getVolumes().getLast().getPersistentVolumeClaim().getClaimName()).isEqualTo("shared");
        assertThat(pod(notebook).getContainers().getFirst().getVolumeMounts().getLast().getMountPath())
                .isEqualTo("/home/jovyan/work");
        assertThat(notebooks.references(notebook)).anyMatch(id -> id.name().equals("shared"));
        assertThat(notebooks.readiness(notebook).reason()).isEqualTo("ClaimNotFound");
    }

    @ParameterizedTest
    @CsvSource({"10Gi, Bound, 20Gi, 20Gi", "20Gi, Bound, 10Gi, 20Gi", "10Gi, Pending, 20Gi, 10Gi",
            "10Gi, Bound, 10240Mi, 10Gi"})
    void theClaimGrowsWhenItHasAVolumeAndNeverShrinks(String current, String phase, String wanted, String size) {
        PersistentVolumeClaim desired = notebooks.child(notebook("{size: %s}".formatted(wanted)),
                PersistentVolumeClaim.class, claim(current, phase));

        assertThat(desired.getSpec().getResources().getRequests()).containsEntry("storage", new Quantity(size));
    }

    @Test
    void aChangedSizeDoesNotChangeThePod() {
        assertThat(notebooks.child(notebook("{size: 20Gi}"), Deployment.class))
                .isEqualTo(notebooks.child(notebook("{size: 10Gi}"), Deployment.class));
    }

    @Test
    void theConditionSaysWhetherThereIsAVolume() {
        JupyterNotebook notebook = notebook("{size: 10Gi}");

        assertThat(Conditions.of(notebooks.status(notebook, claim("10Gi", "Pending"))).find("StorageBound")
                .orElseThrow()).satisfies(bound -> {
                    assertThat(bound.getStatus()).isEqualTo("False");
                    assertThat(bound.getMessage()).contains("kubectl describe pvc n-home");
                });
        assertThat(Conditions.of(notebooks.status(notebook, claim("10Gi", "Bound"))).find("StorageBound").orElseThrow()
                .getStatus()).isEqualTo("True");
        assertThat(Conditions.of(notebooks.status(aNotebook("n").build())).find("StorageBound")).isEmpty();
    }

    private static PersistentVolumeClaim claim(String size, String phase) {
        return new PersistentVolumeClaimBuilder().withNewMetadata().withName("n-home").withNamespace("team")
                .endMetadata()
                .withNewSpec().withNewResources().addToRequests("storage", new Quantity(size)).endResources().endSpec()
                .withNewStatus().withPhase(phase).endStatus().build();
    }

    private PodSpec pod(JupyterNotebook notebook) {
        return notebooks.child(notebook, Deployment.class).getSpec().getTemplate().getSpec();
    }

    private static JupyterNotebook notebook(String storage) {
        return aNotebook("n").withYaml("storage", storage).build();
    }
}
