package io.elasticjupyter.reconcile;

/**
 * Whether a resource does its job, as its {@code Ready} condition reports it.
 *
 * @param state whether it does, will, or needs somebody to act
 * @param reason one CamelCase word
 * @param message a sentence that names what is missing and the cure
 */
public record Readiness(State state, String reason, String message) {

    /** The state of a resource. */
    public enum State {
        /** It does its job. */
        READY,
        /** It does not yet, and nobody needs to act. */
        WAITING,
        /** It does not, and will not until somebody acts. */
        FAULT
    }

    /** Returns that it does its job. */
    public static Readiness ready(String message) {
        return new Readiness(State.READY, "Ready", message);
    }

    /** Returns that it does not yet, and nobody needs to act. */
    public static Readiness waiting(String reason, String message) {
        return new Readiness(State.WAITING, reason, message);
    }

    /** Returns that it does not, and will not until somebody acts. */
    public static Readiness fault(String reason, String message) {
        return new Readiness(State.FAULT, reason, message);
    }
}
