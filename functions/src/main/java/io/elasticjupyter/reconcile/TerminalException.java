package io.elasticjupyter.reconcile;

/** Thrown when no retry helps, until somebody changes the spec or the cluster. The loop reports it on the resource. */
public class TerminalException extends RuntimeException {

    private final Readiness readiness;

    /**
     * Creates the exception with what the {@code Ready} condition reports.
     *
     * @param reason one CamelCase word
     * @param message a sentence that names the field and the cure
     */
    public TerminalException(String reason, String message) {
        super(message);
        this.readiness = Readiness.fault(reason, message);
    }

    Readiness readiness() {
        return readiness;
    }
}
