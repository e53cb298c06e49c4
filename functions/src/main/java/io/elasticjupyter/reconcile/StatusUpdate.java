package io.elasticjupyter.reconcile;

import io.elasticjupyter.api.v1alpha1.Conditions;
import io.elasticjupyter.api.v1alpha1.JupyterResource;
import io.elasticjupyter.api.v1alpha1.JupyterStatus;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import java.util.Comparator;
import java.util.Objects;

/**
 * Recognizes updates of the status, which the functions make themselves. They need no run: the status is the last thing that a run
 * writes, and its {@code observedGeneration} is the current one only if the run was complete.
 */
final class StatusUpdate {

    private StatusUpdate() {}

    /**
     * Returns whether the last change of a resource was an update of its status, after it was reconciled in its current generation.
     *
     * <p>The times of managed fields have a resolution of a second: a change of labels or annotations in the second of a status update is
     * not noticed. A condition that reports a failed delivery is removed by a run, so it needs one.
     */
    static boolean isLastChange(JupyterResource<?, ?> resource) {
        JupyterStatus status = resource.getStatus();
        return status != null && status.observedGeneration() != null
                && status.observedGeneration().equals(resource.getMetadata().getGeneration())
                && lastWrite(resource, true).compareTo(lastWrite(resource, false)) >= 0
                && Conditions.of(status).find(JupyterStatus.DELIVERED)
                        .filter(condition -> condition.getStatus().equals("False")).isEmpty();
    }

    /** Returns the time of the last write to the status, or to the rest of a resource, in RFC 3339; empty without one. */
    private static String lastWrite(JupyterResource<?, ?> resource, boolean toStatus) {
        return resource.getMetadata().getManagedFields().stream()
                .filter(entry -> "status".equals(entry.getSubresource()) == toStatus)
                .map(ManagedFieldsEntry::getTime).filter(Objects::nonNull).max(Comparator.naturalOrder()).orElse("");
    }
}
