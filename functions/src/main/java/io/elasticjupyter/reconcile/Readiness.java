package io.elasticjupyter.reconcile;

import io.elasticjupyter.api.v1alpha1.JupyterStatus;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;

/**
 * Whether a resource does its job, as its {@code Ready} condition will say.
 *
 * @param state it does, it will, or somebody has to act
 * @param reason one CamelCase word
 * @param message a sentence that names what is missing and the cure
 */
public record Readiness(State state, String reason, String message) {

    /** How things stand. */
    public enum State {
        /** It does its job. */
        READY,
        /** It does not yet, and nobody needs to act. */
        WAITING,
        /** It does not, and will not until somebody acts. */
        FAULT
    }

    /** It does its job. */
    public static Readiness ready(String message) {
        return new Readiness(State.READY, "Ready", message);
    }

    /** It does not yet, and nobody needs to act. */
    public static Readiness waiting(String reason, String message) {
        return new Readiness(State.WAITING, reason, message);
    }

    /** It does not, and will not until somebody acts. */
    public static Readiness fault(String reason, String message) {
        return new Readiness(State.FAULT, reason, message);
    }

    Condition condition() {
        return new ConditionBuilder()
                .withType(JupyterStatus.READY)
                .withStatus(state == State.READY ? "True" : "False")
                .withReason(reason)
                .withMessage(message)
                .build();
    }
}
