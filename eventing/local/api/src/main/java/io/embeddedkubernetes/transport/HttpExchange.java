package io.embeddedkubernetes.transport;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;

/** A request and the means to answer it. */
public final class HttpExchange {

    /** The limit of a real API server, in bytes. A body that is longer is cut off one byte after it. */
    public static final int LARGEST_BODY = 3 * 1024 * 1024;

    /** In bytes. A server in Go sends longer bodies in chunks, which clients read another way. */
    private static final int MOST_IN_ONE_PIECE = 2048;

    private static final byte[] LINE_END = {'\r', '\n'};
    private static final Map<Integer, String> PHRASES = Map.ofEntries(Map.entry(101, "Switching Protocols"),
            Map.entry(200, "OK"), Map.entry(201, "Created"), Map.entry(400, "Bad Request"),
            Map.entry(401, "Unauthorized"), Map.entry(403, "Forbidden"), Map.entry(404, "Not Found"),
            Map.entry(405, "Method Not Allowed"), Map.entry(406, "Not Acceptable"), Map.entry(409, "Conflict"),
            Map.entry(410, "Gone"), Map.entry(413, "Request Entity Too Large"),
            Map.entry(415, "Unsupported Media Type"), Map.entry(422, "Unprocessable Entity"),
            Map.entry(429, "Too Many Requests"), Map.entry(500, "Internal Server Error"),
            Map.entry(503, "Service Unavailable"), Map.entry(504, "Gateway Timeout"));

    /** A header of an answer. */
    public record Header(String name, String value) {}

    private final String method;
    private final URI target;
    private final Map<String, String> headers;
    private final byte[] body;
    private final InputStream in;
    private final OutputStream out;
    private Thread reader;
    private boolean isStarted;
    private volatile boolean isLast;

    HttpExchange(String method, URI target, Map<String, String> headers, byte[] body, InputStream in,
            OutputStream out) {
        this.method = method;
        this.target = target;
        this.headers = headers;
        this.body = body;
        this.in = in;
        this.out = out;
    }

    public String method() {
        return method;
    }

    public String path() {
        return target.getPath();
    }

    /** Returns the query as it was sent, empty when there is none. */
    public String query() {
        return target.getRawQuery() == null ? "" : target.getRawQuery();
    }

    /** Returns the value of a header, empty when there is none. */
    public String header(String name) {
        return headers.getOrDefault(name, "");
    }

    public byte[] body() {
        return body;
    }

    /** Returns whether the client wants to go on with WebSocket. */
    public boolean isWebSocket() {
        return header("Upgrade").equalsIgnoreCase("websocket");
    }

    /** Returns whether the connection is not to be used again. */
    boolean isLast() {
        return isLast;
    }

    /** Sends a whole answer. */
    public void respond(int status, List<Header> answer, byte[] content) throws IOException {
        start(status, answer);
        if (method.equals("HEAD")) {
            out.write(LINE_END);
        } else if (content.length > MOST_IN_ONE_PIECE) {
            write("Transfer-Encoding: chunked\r\n\r\n");
            chunk(content);
            write("0\r\n\r\n");
        } else {
            write("Content-Length: " + content.length + "\r\n\r\n");
            out.write(content);
        }
    }

    /** Sends an answer whose messages are lines, for as long as the source writes and the client listens. */
    public void stream(List<Header> answer, EventStream.Source source) throws IOException, InterruptedException {
        start(200, answer);
        write("Transfer-Encoding: chunked\r\n\r\n");
        out.flush();
        follow(() -> {
            in.mark(1);
            if (in.read() < 0) {
                return true;
            }
            in.reset();
            return false;
        });
        source.writeTo(new EventStream() {
            @Override
            public void send(byte[] message) throws IOException {
                write(Integer.toHexString(message.length + 1) + "\r\n");
                out.write(message);
                write("\n\r\n");
            }

            @Override
            public void flush() throws IOException {
                out.flush();
            }
        });
        write("0\r\n\r\n");
        out.flush();
    }

    /**
     * Switches to WebSocket and sends each message as a text frame, for as long as the source writes and the client
     * listens. Requests that cannot be switched are refused as Go's {@code golang.org/x/net/websocket} does.
     */
    public void upgrade(EventStream.Source source) throws IOException, InterruptedException {
        isLast = true;
        isStarted = true;
        var refusal = WebSocket.refusalOf(this);
        if (refusal != 0) {
            var isOtherVersion = !header("Sec-WebSocket-Version").equals(WebSocket.VERSION);
            write("HTTP/1.1 " + refusal + " " + PHRASES.get(refusal) + "\r\n"
                    + (isOtherVersion ? "Sec-WebSocket-Version: " + WebSocket.VERSION + "\r\n" : "") + "\r\n");
            return;
        }
        var protocol = header("Sec-WebSocket-Protocol");
        write("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "
                + WebSocket.accept(header("Sec-WebSocket-Key")) + "\r\n"
                + (protocol.isEmpty() ? "" : "Sec-WebSocket-Protocol: " + protocol + "\r\n") + "\r\n");
        out.flush();
        var socket = new WebSocket(in, out);
        follow(() -> {
            socket.readToEnd();
            return true;
        });
        source.writeTo(socket);
        socket.close();
    }

    /** Reads what a client sends while it gets a long answer. */
    @FunctionalInterface
    private interface Reading {

        /** @return whether the client has gone */
        boolean isOver() throws IOException;
    }

    private void follow(Reading reading) {
        var writer = Thread.currentThread();
        reader = Thread.ofVirtual().start(() -> {
            var isGone = true;
            try {
                isGone = reading.isOver();
            } catch (IOException e) {
                // A broken connection is one whose client has gone.
            }
            if (isGone) {
                isLast = true;
                writer.interrupt();
            }
        });
    }

    /** Waits until nobody else reads from the connection. */
    void finish() throws IOException, InterruptedException {
        out.flush();
        if (reader != null && !isLast) {
            reader.join();
        }
    }

    private void start(int status, List<Header> answer) throws IOException {
        if (isStarted) {
            throw new IOException("an answer has been started already");
        }
        isStarted = true;
        write("HTTP/1.1 " + status + " " + PHRASES.getOrDefault(status, "Status") + "\r\n");
        write("Date: " + DateTimeFormatter.RFC_1123_DATE_TIME.format(ZonedDateTime.now(ZoneOffset.UTC)) + "\r\n");
        for (var header : answer) {
            write(header.name() + ": " + header.value() + "\r\n");
        }
    }

    private void chunk(byte[] content) throws IOException {
        write(Integer.toHexString(content.length) + "\r\n");
        out.write(content);
        out.write(LINE_END);
    }

    private void write(String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
    }
}
