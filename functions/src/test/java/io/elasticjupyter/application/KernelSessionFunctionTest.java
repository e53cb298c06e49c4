package io.elasticjupyter.application;

import static io.elasticjupyter.application.FunctionCalls.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.JsonNode;
import io.elasticjupyter.api.v1alpha1.Conditions;
import io.elasticjupyter.api.v1alpha1.JupyterGateway;
import io.elasticjupyter.api.v1alpha1.JupyterKernel;
import io.elasticjupyter.api.v1alpha1.JupyterKernelStatus;
import io.elasticjupyter.kubernetes.OwnerReferences;
import io.embeddedkubernetes.Request;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;

/** A gateway stores and reads the sessions of its own kernels, and nobody else does. */
class KernelSessionFunctionTest extends FunctionsTest {

    private static final String SESSION = "{\"session\":{\"connection_info\":{\"key\":\"a-key-that-is-secret\"}}}";

    private JupyterGateway gateway;
    private JupyterGateway other;

    @BeforeEach
    void twoGateways() {
        gateway = gateway("g");
        other = gateway("other");
        kernel("k", "k-id", gateway);
        api.clearRequests();
    }

    @AfterEach
    void delete() {
        client.resources(JupyterGateway.class).inNamespace("default").delete();
        client.resources(JupyterKernel.class).inNamespace("default").delete();
        client.secrets().inNamespace("default").delete();
    }

    @Test
    void aSessionIsReadAsItWasStoredAndIsNotLogged() throws Exception {
        Logger logger = (Logger) LoggerFactory.getLogger(FunctionInvoker.class);
        logger.setLevel(Level.INFO);
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        logger.addAppender(log);
        JsonNode stored = FunctionCalls.report(store("g", "k-id"));

        assertThat(stored.path("unknown")).isEmpty();
        JsonNode loaded = FunctionCalls.report(load("g"));
        assertThat(Serialization.unmarshal(loaded.at("/sessions/k-id").asText(), JsonNode.class))
                .isEqualTo(Serialization.unmarshal(SESSION, JsonNode.class));
        logger.detachAppender(log);
        assertThat(log.list.stream().map(line -> line.getFormattedMessage() + line.getKeyValuePairs()).toList()
                .toString()).contains("stored sessions of kernels", "default/g")
                .doesNotContain("a-key-that-is-secret", sessionKey("g"));
        assertThat(loaded.toString()).doesNotContain(sessionKey("g"));
    }

    @Test
    void theSecretBelongsToTheJupyterKernel() throws Exception {
        store("g", "k-id");
        JupyterKernel kernel = client.resources(JupyterKernel.class).inNamespace("default").withName("k").get();

        Secret secret = session(kernel);
        assertThat(OwnerReferences.isControlledBy(secret, kernel)).isTrue();
        // The admission policy of the functions' accounts allows no other Secrets.
        assertThat(secret.getType()).isEqualTo("Opaque");
        assertThat(secret.getMetadata().getLabels()).containsEntry("app.kubernetes.io/managed-by", "elastic-jupyter");
        client.resource(kernel).delete();
        assertThat(FunctionCalls.report(load("g")).path("sessions")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"g,other", "other,g", "g,", "g,t", "none,g"})
    void anotherKeyIsRefused(String named, String tokenOf) throws Exception {
        store("g", "k-id");
        api.clearRequests();
        String token = switch (tokenOf) {
            case null -> "";
            // The token of the gateway, which the users of notebooks have.
            case "t" -> "t".repeat(20);
            default -> sessionKey(tokenOf);
        };

        for (HttpResponse<String> response : List.of(
                call("load", token, Map.of("gateway", named)),
                call("store", token, Map.of("gateway", named, "sessions", Map.of("k-id", Map.of()))),
                call("reattached", token, Map.of("gateway", named, "lost", List.of("k-id"))))) {
            assertProblem(response, 401);
            assertThat(response.body()).contains("is not the session key of a JupyterGateway").doesNotContain("k-id");
        }
        assertThat(api.requests()).noneMatch(Request::changed);
    }

    @Test
    void aGatewayHasNoAccessToTheKernelsOfAnother() throws Exception {
        store("g", "k-id");

        assertThat(FunctionCalls.report(load("other")).path("sessions")).isEmpty();
        api.clearRequests();
        assertThat(FunctionCalls.report(store("other", "k-id")).path("unknown").get(0).asText()).isEqualTo("k-id");
        report("other", List.of("k-id"), List.of());
        assertThat(api.requests()).noneMatch(Request::changed);
    }

    @Test
    void theKeyOfASecretThatIsNotTheGatewaysIsRefused() throws Exception {
        client.secrets().inNamespace("default").withName("g-token").delete();
        client.resource(new SecretBuilder().withNewMetadata().withName("g-token").withNamespace("default")
                .endMetadata().addToData("session-key", "eHh4eHh4eHh4eHh4eHh4eHh4eHg=").build()).create();

        assertProblem(call("load", "x".repeat(20), Map.of("gateway", "g")), 401);
    }

    @Test
    void aSecretOfSomebodyElseIsNeitherReadNorWritten() throws Exception {
        JupyterKernel kernel = client.resources(JupyterKernel.class).inNamespace("default").withName("k").get();
        Secret secret = client.resource(new SecretBuilder().withNewMetadata()
                .withName("kernel-session-" + kernel.getMetadata().getUid()).withNamespace("default").endMetadata()
                .addToData("session", "e30=").build()).create();

        assertThat(FunctionCalls.report(load("g")).path("sessions")).isEmpty();
        assertThat(FunctionCalls.report(store("g", "k-id")).path("unknown").get(0).asText()).isEqualTo("k-id");
        assertThat(session(kernel)).isEqualTo(secret);
    }

    @Test
    void itIsRecordedWhatBecameOfKernels() throws Exception {
        kernel("lost", "lost-id", gateway);

        report("g", List.of("k-id"), List.of("lost-id"));

        assertThat(reattached("k")).satisfies(condition -> {
            assertThat(condition.getStatus()).isEqualTo("True");
            assertThat(condition.getMessage()).contains("'g-pod'");
        });
        assertThat(reattached("lost").getReason()).isEqualTo("KernelNotRunning");
        assertThat(client.v1().events().inNamespace("default").list().getItems())
                .extracting(Event::getReason).contains("Reattached", "NotReattached");
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            {"gateway": "g", "sessions": {}}                      | data.sessions
            {"gateway": "g", "sessions": []}                      | data.sessions
            {"gateway": "g", "sessions": {"../x": {}}}            | id that is not one of a kernel
            {"gateway": "g", "sessions": {"k-id": "text"}}        | not an object
            {"gateway": "G!", "sessions": {"k-id": {}}}           | data.gateway
            {"gateway": "g", "pod": "a b", "sessions": {"k": {}}} | data.pod
            {"gateway": "g", "namespace": "", "sessions": {}}     | data.namespace
            """, delimiter = '|', quoteCharacter = '`')
    void aBadEventIsRefused(String data, String message) throws Exception {
        JsonNode json = Serialization.unmarshal(data, JsonNode.class);
        Map<String, Object> fields = new HashMap<>();
        json.properties().forEach(field -> fields.put(field.getKey(), field.getValue()));

        HttpResponse<String> response = call("store", sessionKey("g"), fields);

        assertProblem(response, 400);
        assertThat(response.body()).contains(message);
        assertThat(api.requests()).isEmpty();
    }

    @Test
    void aSessionHasALimitedSize() throws Exception {
        HttpResponse<String> response = call("store", sessionKey("g"), Map.of("gateway", "g", "sessions",
                Map.of("k-id", Map.of("session", "x".repeat(70_000)))));

        assertProblem(response, 400);
        assertThat(response.body()).contains("65536");
    }

    @Test
    void anUnknownTypeIsRefused() throws Exception {
        HttpResponse<String> response = call("delete", sessionKey("g"), Map.of("gateway", "g"));

        assertProblem(response, 400);
        assertThat(response.body()).contains("io.elasticjupyter.kernelsessions.store");
    }

    private HttpResponse<String> store(String gateway, String id) throws Exception {
        return call("store", sessionKey(gateway),
                Map.of("gateway", gateway, "sessions", Map.of(id, Serialization.unmarshal(SESSION, JsonNode.class))));
    }

    private HttpResponse<String> load(String gateway) throws Exception {
        return call("load", sessionKey(gateway), Map.of("gateway", gateway));
    }

    private void report(String gateway, List<String> reattached, List<String> lost) throws Exception {
        FunctionCalls.report(call("reattached", sessionKey(gateway),
                Map.of("gateway", gateway, "reattached", reattached, "lost", lost, "known", reattached)));
    }

    private HttpResponse<String> call(String action, String key, Map<String, ?> data) throws Exception {
        Map<String, Object> all = new HashMap<>(Map.of("namespace", "default", "pod", "g-pod"));
        all.putAll(data);
        return calls.send(HttpRequest.newBuilder(calls.function("kernelSessions")).header("ce-specversion", "1.0")
                .header("ce-id", "1").header("ce-source", "/test").header("ce-eventkey", key)
                .header("ce-type", "io.elasticjupyter.kernelsessions." + action)
                .header("Content-Type", "application/json").POST(BodyPublishers.ofString(Serialization.asJson(all)))
                .build());
    }

    private static String sessionKey(String gateway) {
        return gateway + "-key-of-at-least-16-characters";
    }

    private JupyterGateway gateway(String name) {
        client.resource("""
                apiVersion: kubeflow.tkestack.io/v1alpha1
                kind: JupyterGateway
                metadata: {name: %s, namespace: default}
                """.formatted(name)).create();
        JupyterGateway created = client.resources(JupyterGateway.class).inNamespace("default").withName(name).get();
        client.resource(new SecretBuilder().withNewMetadata().withName(name + "-token").withNamespace("default")
                .withOwnerReferences(OwnerReferences.controller(created)).endMetadata()
                .addToStringData("token", "t".repeat(20)).addToStringData("session-key", sessionKey(name)).build())
                .create();
        return created;
    }

    private void kernel(String name, String id, JupyterGateway owner) {
        client.resource("""
                apiVersion: kubeflow.tkestack.io/v1alpha1
                kind: JupyterKernel
                metadata:
                  name: %s
                  namespace: default
                  labels: {kernel_id: %s}
                  ownerReferences: [%s]
                spec: {template: {spec: {containers: [{name: kernel, image: python}]}}}
                """.formatted(name, id, Serialization.asJson(OwnerReferences.controller(owner)))).create();
    }

    private Secret session(JupyterKernel kernel) {
        return client.secrets().inNamespace("default").withName("kernel-session-" + kernel.getMetadata().getUid())
                .get();
    }

    private Condition reattached(String kernel) {
        return Conditions.of(client.resources(JupyterKernel.class).inNamespace("default").withName(kernel).get()
                .getStatus()).find(JupyterKernelStatus.REATTACHED).orElseThrow();
    }
}
