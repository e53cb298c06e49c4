package io.elasticjupyter.notebook;

import static io.elasticjupyter.reconcile.Child.child;

import io.elasticjupyter.api.v1alpha1.JupyterNotebook;
import io.elasticjupyter.api.v1alpha1.JupyterNotebookSpec;
import io.elasticjupyter.api.v1alpha1.JupyterNotebookStatus;
import io.elasticjupyter.reconcile.Child;
import io.elasticjupyter.reconcile.ConditionsBuilder;
import io.elasticjupyter.reconcile.Observed;
import io.elasticjupyter.reconcile.Reconciler;
import io.elasticjupyter.workload.DeploymentReadiness;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;

/** Decides which children and which status a notebook has. */
public final class NotebookReconciler implements Reconciler<JupyterNotebook, JupyterNotebookStatus> {

    static final int PORT = 8888;

    /** The length of Jupyter's own tokens. */
    private static final int TOKEN_BYTES = 24;

    private static final JupyterNotebookSpec ALL_DEFAULTS = new JupyterNotebookSpec(null, null, null, null);

    private final Supplier<String> newToken;

    /** Creates a reconciler that generates random tokens. */
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
    public List<Child<JupyterNotebook, ?>> children() {
        return List.of(
                child(Secret.class, this::secret).named(NotebookSecret::name),
                child(Service.class, NotebookService::desired),
                // A new pod reads the Secret at its start, so the Secret must be updated before.
                child(Deployment.class, NotebookDeployment::desired).watched().afterOthers());
    }

    private Secret secret(JupyterNotebook notebook, Observed observed) {
        return NotebookSecret.desired(notebook, observed, newToken);
    }

    @Override
    public JupyterNotebookStatus status(JupyterNotebook notebook, Observed observed, ConditionsBuilder conditions) {
        Optional<Deployment> deployment = observed.namesake(notebook, Deployment.class);
        return new JupyterNotebookStatus(
                notebook.getMetadata().getGeneration(),
                conditions.ready(DeploymentReadiness.of(deployment)).build(),
                "http://%s.%s.svc:%d".formatted(notebook.getMetadata().getName(), notebook.getMetadata().getNamespace(),
                        PORT),
                NotebookSecret.requiresCredentials(notebook) ? NotebookSecret.name(notebook) : null,
                DeploymentReadiness.replicas(deployment),
                DeploymentReadiness.readyReplicas(deployment),
                null);
    }
}
