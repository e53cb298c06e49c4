package io.elasticjupyter.notebook;

import io.elasticjupyter.api.v1alpha1.JupyterNotebook;
import io.elasticjupyter.api.v1alpha1.NotebookStorage;
import io.elasticjupyter.kubernetes.ObjectId;
import io.elasticjupyter.reconcile.ConditionsBuilder;
import io.elasticjupyter.reconcile.Observed;
import io.elasticjupyter.reconcile.Readiness;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimStatus;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** The PersistentVolumeClaim at the home directory of a notebook server: its own, or one to which the spec refers. */
final class NotebookClaim {

    static final String BOUND = "StorageBound";

    private static final String STORAGE = "storage";

    private NotebookClaim() {}

    static Optional<NotebookStorage> storage(JupyterNotebook notebook) {
        return Optional.ofNullable(NotebookReconciler.spec(notebook).storage());
    }

    /** Returns whether the notebook has a claim of its own. */
    static boolean isOwn(JupyterNotebook notebook) {
        return storage(notebook).filter(storage -> storage.claimName() == null).isPresent();
    }

    /** Returns whether the notebook's own claim is deleted with it. */
    static boolean isDeletedWithNotebook(JupyterNotebook notebook) {
        return storage(notebook).filter(storage -> storage.whenDeleted() == NotebookStorage.WhenDeleted.Delete)
                .isPresent();
    }

    /** Returns the name of the notebook's own claim. */
    static String ownName(JupyterNotebook notebook) {
        return notebook.getMetadata().getName() + "-home";
    }

    /** Returns the name of the claim that is mounted; empty without storage. */
    static Optional<String> name(JupyterNotebook notebook) {
        return storage(notebook)
                .map(storage -> Objects.requireNonNullElseGet(storage.claimName(), () -> ownName(notebook)));
    }

    /** Returns the claim to which the spec refers. */
    static List<ObjectId> references(JupyterNotebook notebook) {
        return storage(notebook).map(NotebookStorage::claimName)
                .map(name -> List.of(ObjectId.beside(notebook, PersistentVolumeClaim.class, name))).orElse(List.of());
    }

    static PersistentVolumeClaim desired(JupyterNotebook notebook, Observed observed) {
        NotebookStorage storage = storage(notebook).orElseThrow();
        return new PersistentVolumeClaimBuilder()
                .withNewMetadata().withLabels(NotebookDeployment.labels(notebook)).endMetadata()
                .withNewSpec()
                .withStorageClassName(storage.storageClassName())
                .withAccessModes(Objects.requireNonNullElse(storage.accessModes(),
                        List.of(NotebookStorage.AccessMode.ReadWriteOnce)).stream().map(Enum::name).toList())
                .withNewResources().addToRequests(STORAGE, size(notebook, new Quantity(storage.size()), observed))
                .endResources()
                .endSpec()
                .build();
    }

    /**
     * Returns the size of the claim. A claim that is larger than the spec, such as one that a former notebook has left, keeps its size:
     * claims cannot shrink. A claim without a volume keeps it, too: it cannot be changed, and grows when it is bound.
     */
    private static Quantity size(JupyterNotebook notebook, Quantity wanted, Observed observed) {
        return observed.beside(notebook, PersistentVolumeClaim.class, ownName(notebook))
                .flatMap(claim -> Optional.ofNullable(claim.getSpec().getResources().getRequests().get(STORAGE))
                        .filter(current -> !isBound(claim)
                                || wanted.getNumericalAmount().compareTo(current.getNumericalAmount()) <= 0))
                .orElse(wanted);
    }

    private static boolean isBound(PersistentVolumeClaim claim) {
        return "Bound".equals(phase(claim));
    }

    private static String phase(PersistentVolumeClaim claim) {
        return Optional.ofNullable(claim.getStatus()).map(PersistentVolumeClaimStatus::getPhase).orElse("Pending");
    }

    /** Returns the reason why the claim to which the spec refers cannot be mounted. The pod starts when it can be. */
    static Optional<Readiness> missing(JupyterNotebook notebook, Observed observed) {
        return references(notebook).stream().filter(claim -> observed.get(claim).isEmpty()).findFirst()
                .map(claim -> Readiness.fault("ClaimNotFound", "spec.storage.claimName: " + claim
                        + " does not exist: create it, or name another one."));
    }

    static void addCondition(JupyterNotebook notebook, Observed observed, ConditionsBuilder conditions) {
        name(notebook).ifPresent(name -> {
            Optional<Readiness> missing = missing(notebook, observed);
            Optional<PersistentVolumeClaim> claim = observed.beside(notebook, PersistentVolumeClaim.class, name);
            boolean isBound = claim.filter(NotebookClaim::isBound).isPresent();
            conditions.add(BOUND, isBound,
                    missing.map(Readiness::reason).orElse(claim.map(NotebookClaim::phase).orElse("Pending")),
                    missing.map(Readiness::message).orElse("PersistentVolumeClaim '" + name + "' " + (isBound
                            ? "has a volume."
                            : "has no volume: 'kubectl describe pvc " + name + "' says why.")));
        });
    }
}
