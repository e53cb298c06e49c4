package io.elasticjupyter.notebook;

import io.elasticjupyter.api.v1alpha1.Conditions;
import io.elasticjupyter.api.v1alpha1.GatewayReference;
import io.elasticjupyter.api.v1alpha1.JupyterGateway;
import io.elasticjupyter.api.v1alpha1.JupyterGatewayStatus;
import io.elasticjupyter.api.v1alpha1.JupyterNotebook;
import io.elasticjupyter.api.v1alpha1.JupyterNotebookStatus;
import io.elasticjupyter.api.v1alpha1.JupyterStatus;
import io.elasticjupyter.kubernetes.ObjectId;
import io.elasticjupyter.kubernetes.OwnerReferences;
import io.elasticjupyter.reconcile.ConditionsBuilder;
import io.elasticjupyter.reconcile.Observed;
import io.elasticjupyter.reconcile.Readiness;
import io.elasticjupyter.reconcile.TerminalException;
import io.elasticjupyter.workload.GatewayLabels;
import io.elasticjupyter.workload.GatewayToken;
import io.fabric8.kubernetes.api.model.Secret;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** The gateway of a notebook, and its token, which the notebook's own Secret holds a copy of. */
final class NotebookGateway {

    static final String RESOLVED = "GatewayResolved";

    static final String READY = "GatewayReady";

    private NotebookGateway() {}

    /** Returns the gateway to which the notebook refers. */
    static Optional<ObjectId> reference(JupyterNotebook notebook) {
        return Optional.ofNullable(NotebookReconciler.spec(notebook).gateway())
                .map(gateway -> new ObjectId(JupyterGateway.class, namespace(notebook, gateway), gateway.name()));
    }

    /** Returns the Secret that holds the token of the gateway. */
    static Optional<ObjectId> secretReference(JupyterNotebook notebook) {
        return reference(notebook).map(NotebookGateway::secret);
    }

    /** Returns the labels of the notebook's pod, by which the gateway's NetworkPolicy selects it. */
    static Map<String, String> labels(JupyterNotebook notebook) {
        return reference(notebook).map(gateway -> Map.of(
                GatewayLabels.GATEWAY, gateway.name(),
                GatewayLabels.GATEWAY_NAMESPACE, gateway.namespace())).orElse(Map.of());
    }

    /** Returns the token of the gateway; empty without a gateway, or if the gateway does not exist or has no token yet. */
    static Optional<String> token(JupyterNotebook notebook, Observed observed) {
        return secret(notebook, observed).flatMap(GatewayToken::valid);
    }

    /** Returns the Secret with the token. A Secret of that name that is not the gateway's is not used. */
    private static Optional<Secret> secret(JupyterNotebook notebook, Observed observed) {
        return reference(notebook).flatMap(id -> observed.get(id)
                .flatMap(gateway -> observed.get(secret(id))
                        .filter(secret -> OwnerReferences.isControlledBy(secret, gateway)).map(Secret.class::cast)))
                .filter(secret -> GatewayToken.valid(secret).isPresent());
    }

    /**
     * Checks that the notebook has the token of its gateway, if the gateway exists. A pod that started without it would have to be
     * replaced a moment later.
     *
     * @throws TerminalException when it does not. The notebook is reconciled again when the gateway has a token
     */
    static void requireToken(JupyterNotebook notebook, Observed observed) {
        reference(notebook).filter(id -> observed.get(id).isPresent() && token(notebook, observed).isEmpty())
                .ifPresent(id -> {
                    throw new TerminalException(Readiness.waiting("GatewayPending", id + " in namespace '"
                            + id.namespace() + "' has no token yet. If this persists, see its Ready condition."));
                });
    }

    /**
     * Returns whether the token of a gateway is not the one that the notebook has, or the gateway is ready and the notebook does not
     * report it, or the other way round. A gateway that is gone has no token and is not ready.
     */
    static boolean isNews(JupyterNotebook notebook, Optional<JupyterGateway> gateway) {
        boolean wasReady = isTrue(Conditions.of(notebook.getStatus()), READY);
        if (wasReady != gateway.filter(NotebookGateway::isReady).isPresent()) {
            return true;
        }
        Optional<String> known = Optional.ofNullable(notebook.getStatus())
                .map(JupyterNotebookStatus::gatewayTokenHash);
        return !known.equals(gateway.map(JupyterGateway::getStatus).map(JupyterGatewayStatus::tokenHash));
    }

    /** Returns the {@code tokenHash} of the gateway whose token the notebook has. */
    static Optional<String> tokenHash(JupyterNotebook notebook, Observed observed) {
        return secret(notebook, observed).map(GatewayToken::hash);
    }

    private static boolean isReady(JupyterGateway gateway) {
        return isTrue(Conditions.of(gateway.getStatus()), JupyterStatus.READY);
    }

    private static boolean isTrue(Conditions conditions, String type) {
        return conditions.find(type).filter(condition -> condition.getStatus().equals("True")).isPresent();
    }

    /** Returns why no kernel of the notebook can start; empty if its gateway is ready, or it has none. */
    static Optional<Readiness> unready(JupyterNotebook notebook, Observed observed) {
        return reference(notebook).flatMap(id -> {
            Optional<JupyterGateway> gateway = observed.get(id).map(JupyterGateway.class::cast);
            if (gateway.isEmpty()) {
                return Optional.of(Readiness.fault("GatewayNotFound", missing(id)));
            }
            return gateway.filter(found -> !isReady(found)).map(found -> Readiness.waiting("GatewayNotReady", id
                    + " in namespace '" + id.namespace()
                    + "' is not ready: see its Ready condition. Until then, no kernel starts."));
        });
    }

    private static String missing(ObjectId id) {
        return id + " does not exist in namespace '" + id.namespace()
                + "': create it, or set another one in spec.gateway.";
    }

    /** Adds separate conditions, because a notebook without its gateway starts, but no kernel does. */
    static void addCondition(JupyterNotebook notebook, Observed observed, ConditionsBuilder conditions) {
        reference(notebook).ifPresent(id -> {
            boolean found = observed.get(id).isPresent();
            conditions.add(RESOLVED, found, found ? "Resolved" : "GatewayNotFound", found
                    ? id + " exists."
                    : missing(id));
            Optional<Readiness> unready = unready(notebook, observed);
            conditions.add(READY, unready.isEmpty(), unready.map(Readiness::reason).orElse("Ready"),
                    unready.map(Readiness::message).orElse(id + " is ready."));
        });
    }

    private static ObjectId secret(ObjectId gateway) {
        return new ObjectId(Secret.class, gateway.namespace(), GatewayToken.secretName(gateway.name()));
    }

    private static String namespace(JupyterNotebook notebook, GatewayReference gateway) {
        return Objects.requireNonNullElse(gateway.namespace(), notebook.getMetadata().getNamespace());
    }
}
