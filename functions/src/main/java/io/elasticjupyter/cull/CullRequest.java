package io.elasticjupyter.cull;

import io.cloudevents.CloudEvent;
import io.elasticjupyter.api.v1alpha1.JupyterGateway;
import io.elasticjupyter.api.v1alpha1.JupyterKernel;
import io.elasticjupyter.event.BadEventException;
import io.elasticjupyter.event.PingEvent;
import io.elasticjupyter.event.ResourceEvent;
import io.elasticjupyter.event.ResourceId;
import io.elasticjupyter.reconcile.ReconcileFunction;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.util.List;
import java.util.Optional;

/**
 * The gateways whose kernels an event asks to cull.
 *
 * @param namespace the gateways' namespace; empty for all namespaces
 * @param gateway the gateway's name; empty for all gateways
 * @param pod the name of a kernel and its pod, for the gateway whose kernel it is; empty for all gateways
 * @param ended whether that kernel has ended: its gateway is one whose status counts other kernels than there are
 * @param dryRun whether to report what would be deleted without any change
 */
record CullRequest(Optional<String> namespace, Optional<String> gateway, Optional<String> pod, boolean ended,
        boolean dryRun) {

    private static final String EXAMPLE = "{\"gateway\": \"g\", \"namespace\": \"default\"}";

    /**
     * Reads an event. It is one of
     * <ul>
     * <li>a PingSource's, whose data may name a gateway and its namespace,
     * <li>an ApiServerSource's about a kernel's pod, for its gateway,
     * <li>an ApiServerSource's about a Deployment, for all gateways: the source's own adapter has started, and events about pods
     * can have been missed,
     * <li>the reconcile function's about a gateway, whose settings may have changed,
     * <li>the reconcile function's about a kernel that waits for a place at its gateway, or that has ended.
     * </ul>
     *
     * @throws BadEventException when it is none of them
     */
    static CullRequest of(CloudEvent event) {
        if (event.getType().startsWith(ResourceEvent.TYPE_PREFIX)) {
            ResourceEvent resource = ResourceEvent.of(event);
            if (resource.subject().isA(Deployment.class)) {
                return new CullRequest(Optional.empty(), Optional.empty(), Optional.empty(), false, false);
            }
            if (!resource.subject().isA(Pod.class)) {
                throw new BadEventException("The event is about a " + resource.subject().kind()
                        + ". Send events about a kernel's Pod, or of type " + PingEvent.TYPE + ".");
            }
            return new CullRequest(Optional.of(resource.subject().namespace()), Optional.empty(),
                    Optional.of(resource.subject().name()), false, false);
        }
        if (event.getType().equals(ReconcileFunction.TYPE)) {
            return ofReconciled(event);
        }
        PingEvent ping = PingEvent.of(event, List.of("gateway", "namespace", "dryRun"), EXAMPLE);
        Optional<String> gateway = ping.name("gateway");
        Optional<String> namespace = ping.namespace("namespace")
                .or(() -> gateway.flatMap(named -> ping.sourceNamespace()));
        if (gateway.isPresent() && namespace.isEmpty()) {
            throw new BadEventException("The event names the gateway '" + gateway.get()
                    + "' and not its namespace. Send data such as " + EXAMPLE + ".");
        }
        return new CullRequest(namespace, gateway, Optional.empty(), false, ping.flag("dryRun"));
    }

    private static CullRequest ofReconciled(CloudEvent event) {
        ResourceId reconciled = ResourceEvent.ofResult(event, HasMetadata.getApiVersion(JupyterGateway.class));
        if (reconciled.isA(JupyterKernel.class)) {
            return new CullRequest(Optional.of(reconciled.namespace()), Optional.empty(),
                    Optional.of(reconciled.name()), ReconcileFunction.isGone(event), false);
        }
        if (!reconciled.isA(JupyterGateway.class)) {
            throw new BadEventException(
                    "The event is about a " + reconciled.kind() + ". Send events about a reconciled "
                            + HasMetadata.getKind(JupyterGateway.class) + " or "
                            + HasMetadata.getKind(JupyterKernel.class) + ", with its namespace and name.");
        }
        return new CullRequest(Optional.of(reconciled.namespace()), Optional.of(reconciled.name()), Optional.empty(),
                false, false);
    }
}
