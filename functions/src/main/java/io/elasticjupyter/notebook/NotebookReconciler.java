package io.elasticjupyter.notebook;

import static io.elasticjupyter.reconcile.Child.child;

import io.elasticjupyter.api.v1alpha1.JupyterGateway;
import io.elasticjupyter.api.v1alpha1.JupyterKernelTemplate;
import io.elasticjupyter.api.v1alpha1.JupyterNotebook;
import io.elasticjupyter.api.v1alpha1.JupyterNotebookSpec;
import io.elasticjupyter.api.v1alpha1.JupyterNotebookStatus;
import io.elasticjupyter.kubernetes.Labels;
import io.elasticjupyter.reconcile.Child;
import io.elasticjupyter.reconcile.ConditionsBuilder;
import io.elasticjupyter.reconcile.Observed;
import io.elasticjupyter.reconcile.Readiness;
import io.elasticjupyter.reconcile.Reconciler;
import io.elasticjupyter.reconcile.References;
import io.elasticjupyter.workload.DeploymentReadiness;
import io.elasticjupyter.workload.GoOperatorDeployment;
import io.elasticjupyter.workload.RandomToken;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Decides which children and which status a notebook has. */
public final class NotebookReconciler implements Reconciler<JupyterNotebook, JupyterNotebookStatus> {

    static final int PORT = 8888;

    private static final JupyterNotebookSpec ALL_DEFAULTS = new JupyterNotebookSpec(null, null, null, null, null, null,
            null, null, null, null);

    private final Supplier<String> newToken;

    /** Creates a reconciler that generates random tokens. */
    public NotebookReconciler() {
        this(RandomToken::generate);
    }

    NotebookReconciler(Supplier<String> newToken) {
        this.newToken = newToken;
    }

    static JupyterNotebookSpec spec(JupyterNotebook notebook) {
        return Objects.requireNonNullElse(notebook.getSpec(), ALL_DEFAULTS);
    }

    @Override
    public Class<JupyterNotebook> type() {
        return JupyterNotebook.class;
    }

    /** The status of a gateway changes with each of its kernels, but its notebooks depend only on its token and its readiness. */
    @Override
    public List<References<JupyterNotebook>> references() {
        return List.of(
                References.watched(JupyterGateway.class,
                        notebook -> NotebookGateway.reference(notebook).stream().toList(), NotebookGateway::isNews),
                References.watched(JupyterKernelTemplate.class,
                        notebook -> NotebookTemplate.reference(notebook).stream().toList()),
                References.unwatched(Secret.class, notebook -> Stream.concat(
                        NotebookGateway.secretReference(notebook).stream(),
                        NotebookCredentials.secretReferences(notebook).stream()).toList()),
                References.unwatched(PersistentVolumeClaim.class, NotebookClaim::references),
                References.unwatched(Deployment.class, notebook -> List.of(GoOperatorDeployment.id(notebook))));
    }

    @Override
    public Optional<Readiness> hold(JupyterNotebook notebook, Observed observed) {
        return GoOperatorDeployment.pending(notebook, "notebook",
                "restarts the notebook server, which ends its kernels and deletes files outside of volumes", "deploy",
                observed);
    }

    @Override
    public List<Child<JupyterNotebook, ?>> children() {
        return List.of(
                child(Secret.class, this::secret).named(NotebookSecret::name),
                child(NetworkPolicy.class, NotebookNetworkPolicy::desired).when(NotebookNetworkPolicy::isWanted),
                child(Service.class, NotebookService::desired).watched(),
                child(PersistentVolumeClaim.class, NotebookClaim::desired).named(NotebookClaim::ownName)
                        .when(NotebookClaim::isOwn)
                        .retainedUnless(NotebookClaim::isDeletedWithNotebook,
                                "set spec.storage.claimName to its name to use it"),
                // A new pod reads the Secret at its start, so the Secret must be updated before.
                child(Deployment.class, NotebookDeployment::desired).watched().afterOthers(),
                // The server runs also where they cannot be applied.
                child(Ingress.class, NotebookIngress::desired).when(NotebookExposed::isByIngress).watched()
                        .afterOthers(),
                child(HTTPRoute.class, NotebookRoute::desired).when(NotebookExposed::isByRoute).watched()
                        .afterOthers());
    }

    @Override
    public boolean hasPeers() {
        return true;
    }

    /** The notebooks that may have the same host and path, if it is exposed. */
    @Override
    public Optional<Predicate<JupyterNotebook>> peers(JupyterNotebook notebook, Observed observed) {
        return NotebookExposed.peers(notebook);
    }

    @Override
    public boolean waitsForPeers(JupyterNotebook notebook) {
        return NotebookExposed.isTaken(notebook);
    }

    private Secret secret(JupyterNotebook notebook, Observed observed) {
        return NotebookSecret.desired(notebook, observed, newToken);
    }

    @Override
    public Optional<String> application() {
        return Optional.of(Labels.NOTEBOOK);
    }

    @Override
    public boolean dependsOnPods(JupyterNotebook notebook, Observed observed) {
        return DeploymentReadiness.dependsOnPods(observed.namesake(notebook, Deployment.class));
    }

    @Override
    public JupyterNotebookStatus status(JupyterNotebook notebook, Observed observed, ConditionsBuilder conditions) {
        Optional<Deployment> deployment = observed.namesake(notebook, Deployment.class);
        conditions.ready(readiness(notebook, deployment, observed));
        NotebookGateway.addCondition(notebook, observed, conditions);
        NotebookCredentials.addConditions(notebook, observed, conditions);
        NotebookClaim.addCondition(notebook, observed, conditions);
        NotebookExposed.addCondition(notebook, observed, conditions);
        NotebookArguments.addCondition(notebook, deployment, conditions);
        return new JupyterNotebookStatus(
                notebook.getMetadata().getGeneration(),
                conditions.build(),
                NotebookExposed.url(notebook, observed),
                NotebookCredentials.secretName(notebook),
                NotebookGateway.tokenHash(notebook, observed).orElse(null),
                DeploymentReadiness.replicas(deployment),
                DeploymentReadiness.readyReplicas(deployment),
                null);
    }

    /** Returns why the pods are not ready: the missing object that keeps them from starting, or what the Deployment reports. */
    private static Readiness readiness(JupyterNotebook notebook, Optional<Deployment> deployment, Observed observed) {
        if (replicas(notebook) == 0) {
            String name = notebook.getMetadata().getName();
            return Readiness.waiting("Stopped",
                    "spec.replicas is 0. To start the notebook, run: kubectl scale jnb " + name
                            + " -n " + notebook.getMetadata().getNamespace() + " --replicas=1");
        }
        Readiness ofDeployment = DeploymentReadiness.of(deployment, observed.ofType(Pod.class));
        return ofDeployment.state() == Readiness.State.READY
                ? NotebookGateway.unready(notebook, observed).or(() -> NotebookExposed.unready(notebook, observed))
                        .orElse(ofDeployment)
                : NotebookCredentials.missing(notebook, observed).or(() -> NotebookClaim.missing(notebook, observed))
                        .orElse(ofDeployment);
    }

    /** Returns the number of notebook servers that the spec asks for. */
    static int replicas(JupyterNotebook notebook) {
        return Objects.requireNonNullElse(spec(notebook).replicas(), 1);
    }
}
