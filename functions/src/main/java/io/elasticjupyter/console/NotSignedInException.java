package io.elasticjupyter.console;

/** The console does not know who calls, or the API server does not accept the caller's token. */
public final class NotSignedInException extends RuntimeException {

    private static final long serialVersionUID = 1;

    /** @param message what is wrong, and the cure */
    public NotSignedInException(String message) {
        super(message);
    }

    /** Returns the exception for a token that the API server refuses. */
    static NotSignedInException refused() {
        return new NotSignedInException("The API server does not accept the token. It may have expired: get a new one,"
                + " for example by 'kubectl create token'.");
    }
}
