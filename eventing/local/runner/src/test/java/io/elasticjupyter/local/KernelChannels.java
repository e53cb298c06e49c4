package io.elasticjupyter.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * The WebSocket between a notebook and its kernel, with
 * <a href="https://jupyter-client.readthedocs.io/en/stable/messaging.html">Jupyter's messages</a>.
 */
public final class KernelChannels implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final BlockingQueue<JsonNode> received = new LinkedBlockingQueue<>();
    private final String session = UUID.randomUUID().toString();
    private WebSocket socket;

    private KernelChannels() {}

    /** Opens the WebSocket of a kernel. */
    public static KernelChannels open(HttpClient http, URI uri) {
        KernelChannels channels = new KernelChannels();
        channels.socket = http.newWebSocketBuilder().connectTimeout(PATIENCE)
                .buildAsync(uri, channels.new Messages()).orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
        return channels;
    }

    /** Runs code and returns its printed output, its value, or its error. */
    public String run(String code) throws InterruptedException {
        return outcome(send(code));
    }

    /** Sends code to run, and returns its message id once it has printed output. */
    String start(String code) throws InterruptedException {
        String id = send(code);
        Instant end = Instant.now().plus(PATIENCE);
        String type;
        do {
            type = next(id, end).at("/header/msg_type").asText();
        } while (!type.equals("stream"));
        return id;
    }

    /** Returns the further output of the code that was sent with a message id. */
    String outcome(String id) throws InterruptedException {
        StringBuilder output = new StringBuilder();
        Instant end = Instant.now().plus(PATIENCE);
        while (true) {
            JsonNode message = next(id, end);
            JsonNode content = message.get("content");
            switch (message.at("/header/msg_type").asText()) {
                case "stream" -> output.append(content.get("text").asText());
                case "execute_result" -> output.append(content.at("/data/text~1plain").asText());
                case "error" -> output.append(content.get("ename").asText());
                case "status" -> {
                    if (content.get("execution_state").asText().equals("idle")) {
                        return output.toString().strip();
                    }
                }
                default -> {
                    // The reply and the echoed code are not needed.
                }
            }
        }
    }

    /** Returns true while neither side has closed the WebSocket. */
    boolean isOpen() {
        return !socket.isInputClosed() && !socket.isOutputClosed();
    }

    private String send(String code) {
        String id = UUID.randomUUID().toString();
        ObjectNode message = JSON.createObjectNode().put("channel", "shell");
        message.putObject("header").put("msg_id", id).put("msg_type", "execute_request").put("session", session)
                .put("username", "jovyan").put("version", "5.3");
        message.putObject("parent_header");
        message.putObject("metadata");
        message.putObject("content").put("code", code).put("silent", false).put("store_history", true)
                .put("allow_stdin", false).putObject("user_expressions");
        socket.sendText(message.toString(), true).orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
        return id;
    }

    /** Returns the next message with this parent. */
    private JsonNode next(String id, Instant end) throws InterruptedException {
        while (true) {
            JsonNode message = received.poll(Duration.between(Instant.now(), end).toMillis(), TimeUnit.MILLISECONDS);
            assertThat(message).as("a message from the kernel within %s", PATIENCE).isNotNull();
            if (message.at("/parent_header/msg_id").asText().equals(id)) {
                return message;
            }
        }
    }

    @Override
    public void close() {
        socket.abort();
    }

    private final class Messages implements WebSocket.Listener {

        private final StringBuilder partial = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
            partial.append(data);
            if (last) {
                try {
                    received.add(JSON.readTree(partial.toString()));
                } catch (JsonProcessingException e) {
                    throw new IllegalStateException(e);
                }
                partial.setLength(0);
            }
            from.request(1);
            return null;
        }
    }
}
