package io.elasticjupyter.reconcile;

/** Thrown when no retry can succeed until the spec or the cluster is changed. The loop reports it on the resource. */
public class TerminalException extends RuntimeException {

    private final Readiness readiness;

    /**
     * Creates the exception with the reason and the message of the {@code Ready} condition.
     *
     * @param reason one CamelCase word
     * @param message a sentence that names the field and the solution
     */
    public TerminalException(String reason, String message) {
        super(message);
        this.readiness = Readiness.fault(reason, message);
    }

    /** Creates the exception with a readiness of its own, such as one that needs no action. */
    public TerminalException(Readiness readiness) {
        super(readiness.message());
        this.readiness = readiness;
    }

    Readiness readiness() {
        return readiness;
    }
}
