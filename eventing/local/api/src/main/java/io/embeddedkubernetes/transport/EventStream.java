package io.embeddedkubernetes.transport;

import java.io.IOException;

/** Where a long answer goes, message by message. */
public interface EventStream {

    /** Sends a message, at the latest with the next {@link #flush}. */
    void send(byte[] message) throws IOException;

    void flush() throws IOException;

    /** Writes messages for as long as it likes; interrupted when the client has gone. */
    @FunctionalInterface
    interface Source {

        void writeTo(EventStream stream) throws IOException, InterruptedException;
    }
}
