package io.elasticjupyter.console;

/** An action is not possible, or the caller may not do it. */
public final class ActionRefusedException extends RuntimeException {

    private static final long serialVersionUID = 1;

    /** @param message what is wrong, and the cure */
    public ActionRefusedException(String message) {
        super(message);
    }
}
