package io.elasticjupyter.reconcile;

/**
 * The readiness of a resource, as its {@code Ready} condition reports it.
 *
 * @param state the state
 * @param reason one CamelCase word
 * @param message a sentence that names the problem and its solution
 */
public record Readiness(State state, String reason, String message) {

    /** The state of a resource. */
    public enum State {
        /** The resource works. */
        READY,
        /** The resource does not work yet, and needs no action. */
        WAITING,
        /** The resource does not work until a user acts. */
        FAULT
    }

    /** Returns the readiness of a resource that works. */
    public static Readiness ready(String message) {
        return new Readiness(State.READY, "Ready", message);
    }

    /** Returns the readiness of a resource that does not work yet and needs no action. */
    public static Readiness waiting(String reason, String message) {
        return new Readiness(State.WAITING, reason, message);
    }

    /** Returns the readiness of a resource that does not work until a user acts. */
    public static Readiness fault(String reason, String message) {
        return new Readiness(State.FAULT, reason, message);
    }
}
