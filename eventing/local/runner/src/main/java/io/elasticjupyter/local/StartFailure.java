package io.elasticjupyter.local;

/** The runner cannot start, for a reason that the person at the keyboard can cure. Its message is all they see. */
public final class StartFailure extends RuntimeException {

    StartFailure(String message) {
        super(message);
    }

    StartFailure(String message, Throwable cause) {
        super(message, cause);
    }
}
