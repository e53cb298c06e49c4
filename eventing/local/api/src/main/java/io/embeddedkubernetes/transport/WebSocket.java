package io.embeddedkubernetes.transport;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/** The server's side of a WebSocket (RFC 6455) that sends text and expects nothing but pings and a close. */
final class WebSocket implements EventStream {

    static final String VERSION = "13";

    private static final int FINAL = 0x80;
    private static final int TEXT = 1;
    private static final int CLOSE = 8;
    private static final int PING = 9;
    private static final int PONG = 10;
    private static final int MASKED = 0x80;
    private static final int LONGEST_CONTROL = 125;
    private static final byte[] NORMAL_CLOSURE = {(byte) (1000 >> 8), (byte) 1000};

    private final DataInputStream in;
    private final OutputStream out;

    WebSocket(InputStream in, OutputStream out) {
        this.in = new DataInputStream(in);
        this.out = out;
    }

    /** @return the status that refuses a request to upgrade, or 0 */
    static int refusalOf(HttpExchange request) {
        if (!request.header("Sec-WebSocket-Version").equals(VERSION) || request.header("Sec-WebSocket-Key").isEmpty()
                || request.header("Sec-WebSocket-Protocol").contains(",")) {
            return 400;
        }
        return request.header("Origin").isEmpty() ? 403 : 0;
    }

    static String accept(String key) {
        try {
            var digest = MessageDigest.getInstance("SHA-1")
                    .digest((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").getBytes(StandardCharsets.US_ASCII));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void send(byte[] message) throws IOException {
        frame(TEXT, message);
    }

    @Override
    public synchronized void flush() throws IOException {
        out.flush();
    }

    void close() throws IOException {
        frame(CLOSE, NORMAL_CLOSURE);
        flush();
    }

    private synchronized void frame(int opcode, byte[] payload) throws IOException {
        out.write(FINAL | opcode);
        if (payload.length <= LONGEST_CONTROL) {
            out.write(payload.length);
        } else if (payload.length <= 0xffff) {
            out.write(126);
            out.write(payload.length >> 8);
            out.write(payload.length);
        } else {
            out.write(127);
            for (var shift = 56; shift >= 0; shift -= 8) {
                out.write((int) ((long) payload.length >> shift));
            }
        }
        out.write(payload);
    }

    /** Reads frames, and answers pings, until the client closes. */
    void readToEnd() throws IOException {
        while (true) {
            var opcode = in.readUnsignedByte() & 0x0f;
            var second = in.readUnsignedByte();
            var length = switch (second & 0x7f) {
                case 126 -> in.readUnsignedShort();
                case 127 -> in.readLong();
                default -> second & 0x7f;
            };
            var mask = (second & MASKED) == 0 ? new byte[4] : in.readNBytes(4);
            if (opcode != PING) {
                in.skipNBytes(length);
                if (opcode == CLOSE) {
                    return;
                }
                continue;
            }
            if (length > LONGEST_CONTROL) {
                throw new IOException("ping too long");
            }
            var payload = in.readNBytes((int) length);
            for (var i = 0; i < payload.length; i++) {
                payload[i] ^= mask[i % 4];
            }
            frame(PONG, payload);
            flush();
        }
    }
}
