package io.elasticjupyter.api.v1alpha1;

import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;

/** The fields that the status of every kind has. */
public interface JupyterStatus {

    /** The condition type that reports whether the resource is fully functional. */
    String READY = "Ready";

    /** The condition type that is {@code False} from a failed delivery of an event until the next successful reconcile. */
    String DELIVERED = "Delivered";

    /** Returns the {@code metadata.generation} that this status was computed for. */
    Long observedGeneration();

    /** Returns the conditions, as {@code metav1.Condition}, at most one of each type; null when there are none. */
    List<Condition> conditions();

    /** Returns the events about the resource that could not be delivered; null when there were none. */
    FailedDeliveries failedDeliveries();
}
