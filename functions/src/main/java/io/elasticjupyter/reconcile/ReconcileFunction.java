package io.elasticjupyter.reconcile;

import io.cloudevents.CloudEvent;
import io.elasticjupyter.event.EventFunction;
import io.elasticjupyter.event.FunctionResult;
import io.elasticjupyter.event.ResourceEvent;
import io.elasticjupyter.event.ResourceId;
import io.elasticjupyter.reconcile.ReconcileResult.Outcome;
import io.fabric8.kubernetes.api.model.HasMetadata;

/**
 * Reconciles the resources of one kind when an ApiServerSource's event is about one of them, about a child, or about an object
 * that they refer to.
 *
 * <p>The result's type is {@value #TYPE} and its data a {@link ReconcileResult}.
 */
public final class ReconcileFunction implements EventFunction {

    /** The type of the results. */
    public static final String TYPE = "io.elasticjupyter.reconciled";

    private static final String KIND_PREFIX = "Jupyter";

    private final ReconcileLoop<?, ?> loop;

    /** Creates a function that runs a loop. */
    public ReconcileFunction(ReconcileLoop<?, ?> loop) {
        this.loop = loop;
    }

    /** Returns the loop that the function runs. */
    public ReconcileLoop<?, ?> loop() {
        return loop;
    }

    /** Returns whether an event of this type is about a resource that no longer exists. */
    public static boolean isGone(CloudEvent result) {
        return Outcome.GONE.toString().equals(result.getExtension("outcome"));
    }

    /** Returns {@code reconcile} and the kind without its prefix, such as {@code reconcileNotebook}. */
    @Override
    public String name() {
        return "reconcile" + HasMetadata.getKind(loop.type()).substring(KIND_PREFIX.length());
    }

    @Override
    public FunctionResult apply(CloudEvent event) {
        ReconcileResult result = loop.reconcile(ResourceEvent.of(event));
        ResourceId id = new ResourceId(result.apiVersion(), result.kind(), result.namespace(), result.name());
        return new FunctionResult(TYPE, result.outcome().toString(), result, id + " " + result.outcome())
                .about(id).with("reason", result.reason());
    }
}
