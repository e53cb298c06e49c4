package io.embeddedkubernetes;

import static io.embeddedkubernetes.ApiClient.CONFIG_MAPS;
import static io.embeddedkubernetes.ApiClient.MERGE;
import static io.embeddedkubernetes.ApiClient.configMap;
import static org.assertj.core.api.Assertions.assertThat;

import io.embeddedkubernetes.json.JsonTrees;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Watches over WebSocket. */
class WebSocketTest extends ContractTest {

    private static final String KEY = "dGhlIHNhbXBsZSBub25jZQ==";

    @Test
    void sendsEachEventAsOneTextMessage() throws Exception {
        client.post(CONFIG_MAPS, configMap("a", "{k: 'größer 字 \uD83D\uDE00'}"));
        try (var socket = client.webSocket(CONFIG_MAPS + "?watch=true")) {
            var added = ApiClient.yaml(socket.next());
            assertThat(JsonTrees.text(added, "type")).isEqualTo("ADDED");
            assertThat(JsonTrees.text(added, "object", "data", "k")).isEqualTo("größer 字 \uD83D\uDE00");
            client.patch(CONFIG_MAPS + "/a", MERGE, "{\"data\":{\"k\":\"" + "ä".repeat(70_000) + "\"}}");
            var modified = socket.next();
            assertThat(modified.strip()).endsWith("}}");
            assertThat(JsonTrees.text(ApiClient.yaml(modified), "object", "data", "k")).hasSize(70_000);
            client.delete(CONFIG_MAPS + "/a");
            assertThat(socket.next()).startsWith("{\"type\":\"DELETED\"");
        }
    }

    @Test
    void closesNormallyAfterItsTime() throws Exception {
        try (var socket = client.webSocket(CONFIG_MAPS + "?watch=true&timeoutSeconds=1")) {
            assertThat(socket.closed().get(10, TimeUnit.SECONDS)).isEqualTo(1000);
        }
    }

    @Test
    void answersAPing() throws Exception {
        try (var socket = client.webSocket(CONFIG_MAPS + "?watch=true")) {
            socket.socket().sendPing(ByteBuffer.wrap("there".getBytes(java.nio.charset.StandardCharsets.UTF_8))).join();
            assertThat(socket.pong().get(10, TimeUnit.SECONDS)).isEqualTo("there");
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"Origin: http://x; Sec-WebSocket-Version: 13; Sec-WebSocket-Key: " + KEY
            + " | HTTP/1.1 101 Switching Protocols; Upgrade: websocket; Connection: Upgrade; Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=",
            "Origin: http://x; Sec-WebSocket-Version: 13; Sec-WebSocket-Protocol: base64.binary.k8s.io; Sec-WebSocket-Key: "
                    + KEY
                    + "| HTTP/1.1 101 Switching Protocols; Upgrade: websocket; Connection: Upgrade; Sec-WebSocket-Accept: "
                    + "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=; Sec-WebSocket-Protocol: base64.binary.k8s.io",
            "Origin: http://x; Sec-WebSocket-Version: 13; Sec-WebSocket-Protocol: a, b; Sec-WebSocket-Key: " + KEY
                    + "| HTTP/1.1 400 Bad Request",
            "Origin: http://x; Sec-WebSocket-Version: 12; Sec-WebSocket-Key: " + KEY
                    + "| HTTP/1.1 400 Bad Request; Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Version: 13; Sec-WebSocket-Key: " + KEY + "| HTTP/1.1 403 Forbidden"})
    void shakesHands(String headers, String answer) throws Exception {
        var lines = client.handshake(CONFIG_MAPS + "?watch=true", headers.strip().replace("; ", "\r\n"));
        assertThat(lines).containsExactly(answer.strip().split("; "));
    }

    @Test
    void refusesBeforeItUpgrades() throws Exception {
        var headers = "Origin: http://x\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: " + KEY;
        assertThat(client.handshake("/api/v1/nothings?watch=true", headers).getFirst())
                .isEqualTo("HTTP/1.1 404 Not Found");
        assertThat(client.handshake(CONFIG_MAPS + "?watch=true&resourceVersion=x", headers).getFirst())
                .isEqualTo("HTTP/1.1 500 Internal Server Error");
        assertThat(client.handshake(CONFIG_MAPS, headers).getFirst()).isEqualTo("HTTP/1.1 200 OK");
    }
}
