package io.elasticjupyter.api.v1alpha1;

import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;

/** The fields that the status of every kind has. */
public interface JupyterStatus {

    /** The condition type that says whether the resource does its job. */
    String READY = "Ready";

    /** The condition type that says, once an event about the resource was given up, whether a later run made up for it. */
    String DELIVERED = "Delivered";

    /** The {@code metadata.generation} that this status speaks of. */
    Long observedGeneration();

    /** Conditions as in Kubernetes' {@code metav1.Condition}, at most one of each type; null when none was written yet. */
    List<Condition> conditions();

    /** Events about the resource that no function took; null: none. */
    FailedDeliveries failedDeliveries();
}
