package io.elasticjupyter.integration;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.storage.StorageClass;
import io.fabric8.kubernetes.api.model.storage.StorageClassBuilder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The claims of notebooks, and the scale of notebooks, as an API server treats them. */
@OnEachCluster
class NotebookStorageTest {

    private final Site site;
    private String namespace;

    NotebookStorageTest(Site site) {
        this.site = site;
    }

    @BeforeEach
    void aNamespace() {
        namespace = site.namespace();
    }

    @Test
    void theClaimHasNoOwnerAndIsUsedAgain() {
        GenericKubernetesResource notebook = notebook("storage: {size: 1024Mi}");
        site.reconcile(notebook);
        String uid = claim().getMetadata().getUid();
        assertThat(claim().getMetadata().getOwnerReferences()).isEmpty();
        assertThat(site.reconcile(notebook).outcome()).isEqualTo("unchanged");

        site.client().resource(notebook).delete();
        notebook = notebook("storage: {size: 1Gi, whenDeleted: Delete}");
        site.reconcile(notebook);

        assertThat(claim().getMetadata().getUid()).isEqualTo(uid);
        assertThat(claim().getMetadata().getOwnerReferences()).singleElement()
                .satisfies(owner -> assertThat(owner.getController()).isTrue());
        site.apply(namespace, yaml("storage: {size: 1Gi}"));
        site.reconcile(notebook);
        assertThat(claim().getMetadata().getOwnerReferences()).isEmpty();
    }

    /** The plugin of a real API server asks the StorageClass. */
    @Test
    void aLargerSizeExpandsABoundClaimIfItsClassAllowsIt() {
        String storageClass = "class-of-" + namespace;
        if (site.cluster().isReal()) {
            storageClass(storageClass, false);
        }
        String storage = "storage: {size: %s, storageClassName: " + storageClass + "}";
        GenericKubernetesResource notebook = notebook(storage.formatted("1Gi"));
        site.reconcile(notebook);
        site.client().persistentVolumeClaims().inNamespace(namespace).withName("ada-home")
                .editStatus(claim -> new PersistentVolumeClaimBuilder(claim).editOrNewStatus().withPhase("Bound")
                        .addToCapacity("storage", new Quantity("1Gi")).endStatus().build());
        String pod = deployment().getSpec().getTemplate().toString();

        site.apply(namespace, yaml(storage.formatted("2Gi")));
        site.reconcile(notebook);
        if (site.cluster().isReal()) {
            assertThat(Site.condition(site.now(notebook), "Ready").path("reason").asText()).isEqualTo("Rejected");
            assertThat(Site.condition(site.now(notebook), "Ready").path("message").asText())
                    .contains("can be resized", "Set allowVolumeExpansion of the StorageClass");
            storageClass(storageClass, true);
            site.reconcile(notebook);
            site.client().resources(StorageClass.class).withName(storageClass).delete();
        }

        assertThat(claim().getSpec().getResources().getRequests()).containsEntry("storage", new Quantity("2Gi"));
        assertThat(Site.condition(site.now(notebook), "Ready").path("reason").asText()).isNotEqualTo("Rejected");
        assertThat(deployment().getSpec().getTemplate()).hasToString(pod);
    }

    @Test
    void aNotebookWithoutASpecCanBeScaled() {
        GenericKubernetesResource notebook = site.apply(namespace, """
                apiVersion: kubeflow.tkestack.io/v1alpha1
                kind: JupyterNotebook
                metadata: {name: ada}
                """);
        site.reconcile(notebook);
        assertThat(deployment().getSpec().getReplicas()).isOne();

        for (int replicas : new int[]{0, 1}) {
            site.client().genericKubernetesResources(notebook.getApiVersion(), notebook.getKind())
                    .inNamespace(namespace).withName("ada").scale(replicas);
            site.reconcile(notebook);
            assertThat(deployment().getSpec().getReplicas()).isEqualTo(replicas);
        }
    }

    private void storageClass(String name, boolean allowVolumeExpansion) {
        site.client().resource(new StorageClassBuilder().withNewMetadata().withName(name).endMetadata()
                .withProvisioner("example.com/none").withAllowVolumeExpansion(allowVolumeExpansion).build())
                .serverSideApply();
    }

    private GenericKubernetesResource notebook(String spec) {
        return site.apply(namespace, yaml(spec));
    }

    private static String yaml(String spec) {
        return """
                apiVersion: kubeflow.tkestack.io/v1alpha1
                kind: JupyterNotebook
                metadata: {name: ada}
                spec: {%s}
                """.formatted(spec);
    }

    private PersistentVolumeClaim claim() {
        return site.client().persistentVolumeClaims().inNamespace(namespace).withName("ada-home").get();
    }

    private Deployment deployment() {
        return site.client().apps().deployments().inNamespace(namespace).withName("ada").get();
    }
}
