package io.elasticjupyter.workload;

import io.elasticjupyter.kubernetes.Labels;
import io.elasticjupyter.kubernetes.ObjectId;
import io.elasticjupyter.kubernetes.OwnerReferences;
import io.elasticjupyter.reconcile.Observed;
import io.elasticjupyter.reconcile.Readiness;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentSpec;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * The Deployment that the <a href="https://github.com/tkestack/elastic-jupyter-operator">Go operator</a> created for a resource. Its
 * selector cannot be changed, so the functions can only replace it, and a replaced pod loses its kernels and its files. Therefore it is
 * left as it is until somebody who may change it sets the label {@code app.kubernetes.io/managed-by}. The functions may write no object
 * without that label.
 */
public final class GoOperatorDeployment {

    /** The reason of a resource whose Deployment is left as it is. */
    public static final String PENDING = "TakeOverPending";

    private static final String NAMESPACE = "namespace";

    private GoOperatorDeployment() {}

    /** Returns the Deployment that a resource may have from the Go operator, to be read. */
    public static ObjectId id(HasMetadata resource) {
        return ObjectId.beside(resource, Deployment.class, resource.getMetadata().getName());
    }

    /**
     * Returns the Deployment of a resource, if the Go operator created it for this resource, and not for another one of that name.
     *
     * @param label the label by which the Go operator selects the pods of a kind: {@code notebook}, {@code gateway} or {@code kernel}
     */
    public static Optional<Deployment> of(HasMetadata resource, String label, Observed observed) {
        Map<String, String> labels = Map.of(NAMESPACE, resource.getMetadata().getNamespace(), label,
                resource.getMetadata().getName());
        return observed.namesake(resource, Deployment.class)
                .filter(deployment -> OwnerReferences.isControlledBy(deployment, resource))
                .filter(deployment -> Optional.ofNullable(deployment.getSpec()).map(DeploymentSpec::getSelector)
                        .map(LabelSelector::getMatchLabels).filter(labels::equals).isPresent());
    }

    /**
     * Returns why nothing of a notebook or gateway is changed: it has a Deployment of the Go operator, and nobody has agreed to the
     * replacement.
     *
     * @param label the label by which the Go operator selects the pods of the kind
     * @param loss what the replacement of the pod ends
     * @param kinds the kinds of the children of the Go operator, as kubectl names them; the Deployment last, because its label makes
     *     the functions replace it
     */
    public static Optional<Readiness> pending(HasMetadata resource, String label, String loss, String kinds,
            Observed observed) {
        return of(resource, label, observed).filter(deployment -> !isHandedOver(deployment))
                .map(deployment -> Readiness.fault(PENDING, "Deployment '"
                        + deployment.getMetadata().getName() + "' was created by the Go operator and is left as it is. "
                        + "Its replacement " + loss + ". When that is acceptable, run: kubectl label " + kinds + " -n "
                        + resource.getMetadata().getNamespace() + " " + resource.getMetadata().getName() + " "
                        + Labels.MANAGED_BY + "=" + Labels.ELASTIC_JUPYTER));
    }

    private static boolean isHandedOver(Deployment deployment) {
        return Labels.ELASTIC_JUPYTER.equals(
                Objects.requireNonNullElse(deployment.getMetadata().getLabels(), Map.of()).get(Labels.MANAGED_BY));
    }
}
