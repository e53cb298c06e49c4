package io.elasticjupyter.event;

/**
 * The request is not an event that the function can handle. The message names the problem and a valid event; the status is
 * 400.
 */
public class BadEventException extends RuntimeException {

    /** Creates the exception with a message that names the problem and a valid event. */
    public BadEventException(String message) {
        super(message);
    }
}
