package io.elasticjupyter.reconcile;

import io.elasticjupyter.api.v1alpha1.JupyterResource;
import io.elasticjupyter.api.v1alpha1.JupyterStatus;
import io.elasticjupyter.kubernetes.EventRecorder;
import io.elasticjupyter.kubernetes.StatusPatch;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** Writes what was found on the resource itself: its status, and an Event when its readiness changes. */
final class StatusApi<R extends JupyterResource<?, S>, S extends JupyterStatus> {

    private final StatusPatch patch;
    private final Clock clock;
    private final EventRecorder events;

    StatusApi(KubernetesClient client, Clock clock) {
        this.patch = new StatusPatch(client, ReconcileLoop.FIELD_MANAGER);
        this.clock = clock;
        this.events = new EventRecorder(client, ReconcileLoop.FIELD_MANAGER, clock);
    }

    /** The conditions with the time at which each last changed its status, as {@code metav1.Condition} defines it. */
    List<Condition> conditions(R resource, List<Condition> found) {
        String now = clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
        return found.stream()
                .map(condition -> {
                    Optional<Condition> before = condition(resource.getStatus(), condition.getType());
                    boolean same = before.filter(b -> Objects.equals(b.getStatus(), condition.getStatus())).isPresent();
                    return new ConditionBuilder(condition)
                            .withObservedGeneration(resource.getMetadata().getGeneration())
                            .withLastTransitionTime(same ? before.get().getLastTransitionTime() : now).build();
                })
                .toList();
    }

    /** That this run makes up for the events that were given up, if there were any. */
    static List<Condition> delivered(JupyterResource<?, ?> resource) {
        return condition(resource.getStatus(), JupyterStatus.DELIVERED)
                .map(before -> new ConditionBuilder().withType(JupyterStatus.DELIVERED).withStatus("True")
                        .withReason("Reconciled").withMessage("A later run made up for it.").build())
                .stream().toList();
    }

    /** Writes the status if it differs from what it was before, and says whether it did. */
    boolean write(R resource, S before, S status, Readiness readiness) {
        if (Objects.equals(before, status)) {
            return false;
        }
        // A run that worked from an older look loses, and looks again.
        patch.apply(resource, status);
        if (changed(resource.getStatus(), readiness)) {
            EventRecorder.Type type = readiness.state() == Readiness.State.FAULT
                    ? EventRecorder.Type.Warning
                    : EventRecorder.Type.Normal;
            events.record(EventRecorder.about(resource), type, readiness.reason(), readiness.message());
        }
        return true;
    }

    private static boolean changed(JupyterStatus before, Readiness now) {
        return condition(before, JupyterStatus.READY)
                .filter(c -> c.getReason().equals(now.reason()))
                .filter(c -> now.state() != Readiness.State.FAULT || c.getMessage().equals(now.message()))
                .isEmpty();
    }

    private static Optional<Condition> condition(JupyterStatus status, String type) {
        return status == null || status.conditions() == null
                ? Optional.empty()
                : status.conditions().stream().filter(c -> type.equals(c.getType())).findFirst();
    }
}
