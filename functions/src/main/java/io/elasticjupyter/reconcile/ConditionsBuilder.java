package io.elasticjupyter.reconcile;

import io.elasticjupyter.api.v1alpha1.Conditions;
import io.elasticjupyter.api.v1alpha1.JupyterResource;
import io.elasticjupyter.api.v1alpha1.JupyterStatus;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Builds the conditions of a resource's status: those that the functions of its kind write, {@code Ready} first. */
public final class ConditionsBuilder {

    private final JupyterResource<?, ?> resource;
    private final Conditions before;
    private final Instant now;
    private final List<Condition> others = new ArrayList<>();
    private Readiness readiness;
    private boolean isUnfinished;

    /** Starts with the conditions of the resource, whose transition times are kept while their status is unchanged. */
    public ConditionsBuilder(JupyterResource<?, ?> resource, Instant now) {
        this.resource = resource;
        this.before = Conditions.of(resource.getStatus());
        this.now = now;
    }

    /** Sets the {@code Ready} condition, unless it is set already: an invalid spec is the reason for all later conditions. */
    public ConditionsBuilder ready(Readiness found) {
        readiness = readiness == null ? found : readiness;
        return this;
    }

    /** Adds a condition. */
    public ConditionsBuilder add(String type, boolean status, String reason, String message) {
        others.add(condition(type, of(status), reason, message));
        return this;
    }

    /** Adds a condition whose status nobody has reported yet. */
    public ConditionsBuilder addUnknown(String type, String reason, String message) {
        others.add(condition(type, "Unknown", reason, message));
        return this;
    }

    /** Keeps the {@code Delivered} condition: the sender is asked to deliver the event again. */
    ConditionsBuilder unfinished() {
        isUnfinished = true;
        return this;
    }

    /** Returns the conditions. */
    public List<Condition> build() {
        List<Condition> conditions = new ArrayList<>();
        conditions.add(condition(JupyterStatus.READY, of(readiness.state() == Readiness.State.READY),
                readiness.reason(), readiness.message()));
        conditions.addAll(others);
        if (isUnfinished) {
            before.find(JupyterStatus.DELIVERED).ifPresent(conditions::add);
        } else if (before.find(JupyterStatus.DELIVERED).isPresent()) {
            conditions.add(condition(JupyterStatus.DELIVERED, of(true), "Reconciled", "A later run succeeded."));
        }
        return conditions;
    }

    /** Returns the readiness of the {@code Ready} condition. */
    Readiness readiness() {
        return readiness;
    }

    private static String of(boolean status) {
        return status ? "True" : "False";
    }

    private Condition condition(String type, String status, String reason, String message) {
        return before.withTransitionTime(new ConditionBuilder()
                .withType(type)
                .withStatus(status)
                .withReason(reason)
                .withMessage(message)
                .withObservedGeneration(resource.getMetadata().getGeneration())
                .build(), now);
    }
}
