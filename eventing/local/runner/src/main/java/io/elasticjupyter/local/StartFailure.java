package io.elasticjupyter.local;

/** The runner cannot start, for a reason that the user can fix. Only the message is printed. */
public final class StartFailure extends RuntimeException {

    StartFailure(String message) {
        super(message);
    }

    StartFailure(String message, Throwable cause) {
        super(message, cause);
    }
}
