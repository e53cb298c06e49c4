package io.elasticjupyter.notebook;

import io.elasticjupyter.api.v1alpha1.JupyterNotebook;
import io.elasticjupyter.api.v1alpha1.JupyterNotebookSpec;
import io.elasticjupyter.api.v1alpha1.JupyterNotebookStatus;
import io.elasticjupyter.kubernetes.ObjectId;
import io.elasticjupyter.reconcile.Observed;
import io.elasticjupyter.reconcile.Readiness;
import io.elasticjupyter.reconcile.Reconciler;
import io.elasticjupyter.workload.DeploymentReadiness;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;

/** What a notebook wants of the cluster. */
public final class NotebookReconciler implements Reconciler<JupyterNotebook, JupyterNotebookStatus> {

    static final int PORT = 8888;

    /** The length of Jupyter's own tokens. */
    private static final int TOKEN_BYTES = 24;

    private static final JupyterNotebookSpec ALL_DEFAULTS = new JupyterNotebookSpec(null, null, null, null);

    private final Supplier<String> newToken;

    /** Creates a reconciler that makes random tokens. */
    public NotebookReconciler() {
        this(NotebookReconciler::randomToken);
    }

    NotebookReconciler(Supplier<String> newToken) {
        this.newToken = newToken;
    }

    private static String randomToken() {
        byte[] bytes = new byte[TOKEN_BYTES];
        new SecureRandom().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    static JupyterNotebookSpec spec(JupyterNotebook notebook) {
        return Objects.requireNonNullElse(notebook.getSpec(), ALL_DEFAULTS);
    }

    @Override
    public Class<JupyterNotebook> type() {
        return JupyterNotebook.class;
    }

    @Override
    public Optional<Class<? extends HasMetadata>> watchedChild() {
        return Optional.of(Deployment.class);
    }

    @Override
    public List<ObjectId> mayOwn(JupyterNotebook notebook) {
        String name = notebook.getMetadata().getName();
        return List.of(ObjectId.beside(notebook, Secret.class, NotebookSecret.name(notebook)),
                ObjectId.beside(notebook, Service.class, name),
                ObjectId.beside(notebook, Deployment.class, name));
    }

    @Override
    public List<HasMetadata> desired(JupyterNotebook notebook, Observed snapshot) {
        Secret secret = NotebookSecret.of(notebook,
                snapshot.beside(notebook, Secret.class, NotebookSecret.name(notebook)), newToken);
        return List.of(secret, NotebookService.of(notebook), NotebookDeployment.of(notebook, secret));
    }

    @Override
    public Readiness readiness(JupyterNotebook notebook, Observed snapshot) {
        return DeploymentReadiness.of(deployment(notebook, snapshot));
    }

    @Override
    public JupyterNotebookStatus status(JupyterNotebook notebook, Observed snapshot, List<Condition> conditions) {
        Optional<Deployment> deployment = deployment(notebook, snapshot);
        return new JupyterNotebookStatus(
                notebook.getMetadata().getGeneration(),
                conditions,
                "http://%s.%s.svc:%d".formatted(notebook.getMetadata().getName(), notebook.getMetadata().getNamespace(),
                        PORT),
                NotebookSecret.asksForSomething(notebook) ? NotebookSecret.name(notebook) : null,
                DeploymentReadiness.replicas(deployment),
                DeploymentReadiness.readyReplicas(deployment),
                null);
    }

    @Override
    public JupyterNotebookStatus own(JupyterNotebookStatus status) {
        return new JupyterNotebookStatus(status.observedGeneration(), status.conditions(), status.url(),
                status.secretName(), status.replicas(), status.readyReplicas(), null);
    }

    private static Optional<Deployment> deployment(JupyterNotebook notebook, Observed snapshot) {
        return snapshot.beside(notebook, Deployment.class, notebook.getMetadata().getName());
    }
}
