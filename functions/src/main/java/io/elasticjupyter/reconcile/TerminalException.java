package io.elasticjupyter.reconcile;

/** What the spec asks for cannot be done until somebody changes it, or the cluster. The loop reports it on the resource. */
public class TerminalException extends RuntimeException {

    private final Readiness readiness;

    /**
     * Says why.
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
