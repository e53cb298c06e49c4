package io.elasticjupyter.event;

/** The request is not an event that the function can act on. Its message says what is wrong and what to send; answered as 400. */
public class BadEventException extends RuntimeException {

    /** Says what is wrong and what to send instead. */
    public BadEventException(String message) {
        super(message);
    }
}
