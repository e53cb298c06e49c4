package io.embeddedkubernetes.transport;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;

/**
 * An HTTP/1.1 server. The JDK's own cannot hand over a connection after {@code 101 Switching Protocols}, so a watch over
 * WebSocket cannot be built on it.
 */
public final class HttpTransport implements AutoCloseable {

    private static final int BACKLOG = 1024;

    /** Answers requests, each on the thread of its connection. */
    @FunctionalInterface
    public interface Handler {

        void handle(HttpExchange exchange) throws IOException, InterruptedException;
    }

    private final ServerSocket socket;
    private final Handler handler;
    private final Set<HttpConnection> connections = ConcurrentHashMap.newKeySet();

    private HttpTransport(ServerSocket socket, Handler handler) {
        this.socket = socket;
        this.handler = handler;
    }

    /**
     * Starts a server.
     *
     * @param address the address to listen on, with port 0 for any free one
     * @param tls the server's key and certificate, empty for plain HTTP
     * @throws IOException when the server cannot listen
     */
    public static HttpTransport start(InetSocketAddress address, Optional<SSLContext> tls, Handler handler)
            throws IOException {
        var socket = tls.isPresent()
                ? secured((SSLServerSocket) tls.get().getServerSocketFactory().createServerSocket())
                : new ServerSocket();
        socket.bind(address, BACKLOG);
        var transport = new HttpTransport(socket, handler);
        Thread.ofPlatform().daemon().name("http-" + socket.getLocalPort()).start(transport::accept);
        return transport;
    }

    private static SSLServerSocket secured(SSLServerSocket socket) {
        var parameters = socket.getSSLParameters();
        // The cipher that a server in Go prefers.
        parameters.setCipherSuites(Stream.concat(Stream.of("TLS_AES_128_GCM_SHA256"),
                Stream.of(parameters.getCipherSuites())).distinct().toArray(String[]::new));
        socket.setSSLParameters(parameters);
        return socket;
    }

    private void accept() {
        while (!socket.isClosed()) {
            try {
                var accepted = socket.accept();
                accepted.setTcpNoDelay(true);
                var connection = new HttpConnection(accepted, handler, connections::remove);
                connections.add(connection);
                Thread.ofVirtual().start(connection);
            } catch (SocketException e) {
                // Either the server is closed, which ends the loop, or the client has gone already.
            } catch (IOException e) {
                System.getLogger(HttpTransport.class.getName()).log(System.Logger.Level.WARNING,
                        "connection not accepted", e);
            }
        }
    }

    /** Returns the port on which the server listens. */
    public int port() {
        return socket.getLocalPort();
    }

    /** Stops listening and closes all connections. */
    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        connections.forEach(HttpConnection::close);
    }
}
