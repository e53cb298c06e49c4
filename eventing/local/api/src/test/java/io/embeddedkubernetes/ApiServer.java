package io.embeddedkubernetes;

import java.io.IOException;
import java.net.URI;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;

/** An API server under test. */
interface ApiServer {

    /** Numbers the namespaces of the tests. */
    AtomicInteger NAMESPACES = new AtomicInteger();

    /** An address and the means to reach it. */
    record Access(URI url, String token, Optional<SSLContext> tls, String kubeconfig) {}

    /** A use of the server by one test; whatever it owns ends with it. */
    interface Session extends AutoCloseable {

        Access access();

        @Override
        void close();
    }

    Session open();

    /** Returns whether objects are collected when their owners are gone. */
    boolean collectsGarbage();

    /** Returns a name that no other test of this JVM uses. */
    static String newNamespace() {
        return "test-" + NAMESPACES.incrementAndGet();
    }

    /** A new embedded API for each session. */
    static ApiServer embedded() {
        return new ApiServer() {
            @Override
            public Session open() {
                try {
                    return session(EmbeddedApi.start(0));
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            }

            @Override
            public boolean collectsGarbage() {
                return true;
            }

            @Override
            public String toString() {
                return "embedded";
            }
        };
    }

    private static Session session(EmbeddedApi api) {
        return new Session() {
            @Override
            public Access access() {
                return ApiServer.access(api);
            }

            @Override
            public void close() {
                api.close();
            }
        };
    }

    static Access access(EmbeddedApi api) {
        return new Access(api.url(), "", Optional.empty(), api.kubeconfig());
    }
}
