package io.embeddedkubernetes.transport;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/** One connection: reads requests and has them answered, one after the other, until either side closes it. */
final class HttpConnection implements Runnable, AutoCloseable {

    private static final int LONGEST_LINE = 64 * 1024;
    private static final int MOST_HEADERS = 200;

    private final Socket socket;
    private final HttpTransport.Handler handler;
    private final Consumer<HttpConnection> onEnd;
    private InputStream in;
    private OutputStream out;

    HttpConnection(Socket socket, HttpTransport.Handler handler, Consumer<HttpConnection> onEnd) {
        this.socket = socket;
        this.handler = handler;
        this.onEnd = onEnd;
    }

    @Override
    public void run() {
        try (socket) {
            in = new BufferedInputStream(socket.getInputStream(), 16 * 1024);
            out = new BufferedOutputStream(socket.getOutputStream(), 16 * 1024);
            while (serveOne()) {
                out.flush();
            }
            out.flush();
        } catch (IOException | InterruptedException e) {
            // The client has closed the connection, or the server closes: no response can be sent.
        } finally {
            onEnd.accept(this);
        }
    }

    /** @return whether the connection can take another request */
    private boolean serveOne() throws IOException, InterruptedException {
        var start = line();
        if (start == null) {
            return false;
        }
        var words = start.split(" ");
        URI target;
        try {
            target = new URI(words.length == 3 ? words[1] : "");
        } catch (URISyntaxException e) {
            target = URI.create("");
        }
        if (target.getPath() == null || target.getPath().isEmpty()) {
            out.write("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII));
            return false;
        }
        var headers = headers();
        var exchange = new HttpExchange(words[0], target, headers, body(headers), in, out);
        handler.handle(exchange);
        exchange.finish();
        return !exchange.isLast() && !words[2].equals("HTTP/1.0")
                && !headers.getOrDefault("Connection", "").equalsIgnoreCase("close");
    }

    /** @return the next line without its end, or null at the end of the stream */
    private String line() throws IOException {
        var bytes = new ByteArrayOutputStream(128);
        for (var next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                if (bytes.size() == 0) {
                    return null;
                }
                throw new EOFException();
            }
            if (bytes.size() > LONGEST_LINE) {
                throw new IOException("line too long");
            }
            bytes.write(next);
        }
        return bytes.toString(StandardCharsets.ISO_8859_1).stripTrailing();
    }

    private Map<String, String> headers() throws IOException {
        var headers = new TreeMap<String, String>(String.CASE_INSENSITIVE_ORDER);
        for (var line = line(); line != null && !line.isEmpty(); line = line()) {
            var colon = line.indexOf(':');
            if (colon < 0 || headers.size() > MOST_HEADERS) {
                throw new IOException("bad header");
            }
            headers.merge(line.substring(0, colon).strip(), line.substring(colon + 1).strip(),
                    (first, second) -> first + ", " + second);
        }
        return headers;
    }

    private byte[] body(Map<String, String> headers) throws IOException {
        var isChunked = headers.getOrDefault("Transfer-Encoding", "").equalsIgnoreCase("chunked");
        var length = headers.containsKey("Content-Length") ? number(headers.get("Content-Length"), 10) : 0;
        if (!isChunked && length == 0) {
            return new byte[0];
        }
        if (headers.getOrDefault("Expect", "").equalsIgnoreCase("100-continue")) {
            out.write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            out.flush();
        }
        var body = new ByteArrayOutputStream();
        if (!isChunked) {
            read(length, body);
            return body.toByteArray();
        }
        for (var size = chunkSize(); size > 0; size = chunkSize()) {
            read(size, body);
            line();
        }
        headers();
        return body.toByteArray();
    }

    private long chunkSize() throws IOException {
        var line = line();
        if (line == null) {
            throw new EOFException();
        }
        return number(line.split(";")[0].strip(), 16);
    }

    private static long number(String text, int radix) throws IOException {
        try {
            return Long.parseUnsignedLong(text, radix);
        } catch (NumberFormatException e) {
            throw new IOException("bad length", e);
        }
    }

    /** Reads a part of the body. Of a body that is too large only as much is kept as shows that it is. */
    private void read(long length, ByteArrayOutputStream body) throws IOException {
        var buffer = new byte[(int) Math.min(length, 64 * 1024)];
        for (var left = length; left > 0;) {
            var count = in.read(buffer, 0, (int) Math.min(left, buffer.length));
            if (count < 0) {
                throw new EOFException();
            }
            left -= count;
            body.write(buffer, 0, Math.min(count, HttpExchange.LARGEST_BODY + 1 - body.size()));
        }
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            // It is closed either way.
        }
    }
}
