package io.elasticjupyter.event;

/** An event does not have the key that its function requires. The message names the solution; the status is 401. */
public final class UnauthenticatedException extends RuntimeException {

    private static final String CURE = " Only the sources of this installation can send events: they have it from the Job"
            + " 'event-key'. To call a function by hand, send the key in the Secret 'event-key' of the functions' namespace.";

    private UnauthenticatedException(String message) {
        super(message);
    }

    /** Returns the exception for an event without a key. */
    public static UnauthenticatedException missing() {
        return new UnauthenticatedException("The event has no attribute 'ce-" + EventKey.ATTRIBUTE + "'." + CURE);
    }

    /** Returns the exception for an event with a key that does not permit to send it. */
    static UnauthenticatedException wrong() {
        return new UnauthenticatedException(
                "The event's attribute 'ce-" + EventKey.ATTRIBUTE + "' is not the key for this event." + CURE);
    }

    /** Returns the exception for an event of a gateway without the gateway's session key. */
    public static UnauthenticatedException wrongSessionKey() {
        return new UnauthenticatedException("The event's attribute 'ce-" + EventKey.ATTRIBUTE
                + "' is not the session key of a JupyterGateway with that namespace and name. Send the one in the"
                + " gateway's Secret.");
    }
}
