package io.elasticjupyter.application;

import io.elasticjupyter.application.FuzzedRequest.Reply;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;

/** Sends bytes unchanged, and reuses the connection if the server keeps it open. */
final class FuzzConnection implements AutoCloseable {

    /** Longer than any response may take. */
    private static final int PATIENCE_MILLIS = 60_000;

    private final int port;
    private Socket socket;
    private InputStream in;

    FuzzConnection(int port) {
        this.port = port;
    }

    Reply send(FuzzedRequest request) throws IOException {
        if (!request.whole() || socket == null) {
            open();
        }
        Optional<Reply> reply = trySend(request);
        if (reply.isEmpty() && request.whole()) {
            // The server may close an idle connection at any time, but must respond on a new one.
            open();
            reply = trySend(request);
        }
        if (reply.isEmpty() || !request.whole()) {
            close();
        }
        return reply.orElse(new Reply(0, ""));
    }

    private void open() throws IOException {
        close();
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(PATIENCE_MILLIS);
        in = new BufferedInputStream(socket.getInputStream());
    }

    private Optional<Reply> trySend(FuzzedRequest request) throws IOException {
        try {
            try {
                socket.getOutputStream().write(request.bytes());
                socket.getOutputStream().flush();
                if (!request.whole()) {
                    socket.shutdownOutput();
                }
            } catch (SocketException e) {
                // The server may have responded before it read the whole request.
            }
            return read(request);
        } catch (SocketTimeoutException e) {
            throw new AssertionError("no response within a minute to " + request, e);
        } catch (SocketException e) {
            return Optional.empty();
        }
    }

    private Optional<Reply> read(FuzzedRequest request) throws IOException {
        String status = line();
        if (status == null) {
            return Optional.empty();
        }
        StringBuilder text = new StringBuilder(status).append('\n');
        if (!status.startsWith("HTTP/")) {
            // Tomcat treats a request line without a version as HTTP/0.9, whose responses consist of a body only.
            text.append(new String(in.readAllBytes(), StandardCharsets.UTF_8));
            close();
            return Optional.of(new Reply(Reply.WITHOUT_STATUS, text.toString()));
        }
        int length = -1;
        boolean chunked = false;
        boolean last = false;
        for (String header = line(); header != null && !header.isEmpty(); header = line()) {
            text.append(header).append('\n');
            String lower = header.toLowerCase(Locale.ROOT);
            if (lower.startsWith("content-length:")) {
                length = Integer.parseInt(lower.substring(lower.indexOf(':') + 1).strip());
            }
            chunked |= lower.startsWith("transfer-encoding:") && lower.contains("chunked");
            last |= lower.startsWith("connection:") && lower.contains("close");
        }
        int code = Integer.parseInt(status.split(" ")[1]);
        if (code == 100) {
            return read(request);
        }
        boolean head = request.bytes()[0] == 'H' && request.whole();
        if (head || code == 204 || code == 304) {
            length = 0;
            chunked = false;
        }
        if (chunked) {
            for (int size = Integer.parseInt(line(), 16); size > 0; size = Integer.parseInt(line(), 16)) {
                text.append(new String(in.readNBytes(size), StandardCharsets.UTF_8));
                line();
            }
            line();
        } else {
            text.append(new String(length < 0 ? in.readAllBytes() : in.readNBytes(length), StandardCharsets.UTF_8));
        }
        if (last || !chunked && length < 0) {
            close();
        }
        return Optional.of(new Reply(code, text.toString()));
    }

    private String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = in.read(); b >= 0; b = in.read()) {
            if (b == '\n') {
                return line.toString(StandardCharsets.UTF_8).stripTrailing();
            }
            line.write(b);
        }
        return line.size() == 0 ? null : line.toString(StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws IOException {
        if (socket != null) {
            socket.close();
            socket = null;
        }
    }
}
