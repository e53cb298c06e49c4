package io.elasticjupyter.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.cloudevents.core.builder.CloudEventBuilder;
import io.elasticjupyter.integration.FunctionsServer.Answer;
import io.elasticjupyter.kubernetes.OwnerReferences;
import io.elasticjupyter.local.ResourceEvents.Change;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The session of a kernel is stored by the account of the functions, and only its own gateway reads and writes it: by its session key,
 * through the function. The accounts of gateways have no rights to the Secret.
 */
@OnEachCluster
class KernelSessionRightsTest {

    private static final String ID = "4a2f7b1c-0000-4000-8000-000000000042";
    private static final Map<String, ?> SESSIONS = Map.of("sessions", Map.of(ID, Map.of("key", "of-the-kernel")));

    private final Site site;
    private final Accounts accounts;
    private String namespace;
    private FunctionsServer functions;
    private Secret session;

    KernelSessionRightsTest(Site site) {
        this.site = site;
        this.accounts = new Accounts(site, "elastic-jupyter");
    }

    @BeforeEach
    void twoGatewaysAndASession() {
        assumeTrue(site.cluster().auditLog().isPresent(), "an existing cluster keeps its policies");
        site.namespace("elastic-jupyter");
        Stream.of("deploy/rbac", "deploy/admission").forEach(accounts::installAll);
        if (site.cluster().isReal()) {
            accounts.awaitPolicies();
        }
        namespace = site.namespace();
        functions = accounts.start("reconciler");
        GenericKubernetesResource mine = gateway("mine");
        gateway("other");
        site.apply(namespace, """
                apiVersion: kubeflow.tkestack.io/v1alpha1
                kind: JupyterKernel
                metadata: {name: kernel, labels: {kernel_id: %s}, ownerReferences: [%s]}
                spec: {template: {spec: {containers: [{name: kernel, image: x}]}}}
                """.formatted(ID, Serialization.asJson(OwnerReferences.controller(mine))));
        assertThat(call("store", "mine", key("mine"), SESSIONS).body()).contains("\"unknown\":[]");
        session = session();
    }

    @AfterEach
    void end() {
        if (functions != null) {
            functions.close();
        }
    }

    @Test
    void theGatewayOfTheKernelReadsAndWritesIt() {
        assertThat(call("load", "mine", key("mine"), Map.of()).body()).contains("of-the-kernel");
        assertThat(call("store", "mine", key("mine"), SESSIONS).outcome()).isEqualTo("stored");
    }

    @Test
    void anotherGatewayNeitherReadsNorWritesNorDeletesIt() {
        for (String key : List.of(key("other"), token("mine"), token("other"), "")) {
            for (String action : List.of("load", "store", "reattached")) {
                Answer answer = call(action, "mine", key, SESSIONS);
                assertThat(answer.status()).as("%s: %s", action, answer).isEqualTo(401);
                assertThat(answer.body()).doesNotContain("of-the-kernel", ID);
            }
        }
        assertThat(call("load", "other", key("other"), Map.of()).body()).doesNotContain("of-the-kernel", ID);
        assertThat(call("store", "other", key("other"), Map.of("sessions", Map.of(ID, Map.of("key", "forged")))).body())
                .contains("\"unknown\":[\"" + ID + "\"]");
        assertThat(session()).isEqualTo(session);
    }

    /** There is no such event: a session is deleted with its JupyterKernel. */
    @Test
    void noGatewayDeletesIt() {
        for (String gateway : List.of("mine", "other")) {
            assertThat(call("delete", gateway, key(gateway), Map.of("ids", List.of(ID))).status()).isEqualTo(400);
        }
        assertThat(session()).isEqualTo(session);
    }

    @Test
    void theAccountsOfGatewaysHaveNoRightsToIt() {
        assumeTrue(site.cluster().isReal(), "only a real API server has authorization");
        for (String gateway : List.of("mine", "other")) {
            try (KubernetesClient account = accounts
                    .impersonate("system:serviceaccount:" + namespace + ":" + gateway)) {
                var secret = account.secrets().inNamespace(namespace).withName(session.getMetadata().getName());
                assertThatThrownBy(secret::get).hasMessageContaining("forbidden");
                assertThatThrownBy(secret::delete).hasMessageContaining("forbidden");
                assertThatThrownBy(() -> account.resource(session).update()).hasMessageContaining("forbidden");
                assertThatThrownBy(() -> account.secrets().inNamespace(namespace).list())
                        .hasMessageContaining("forbidden");
            }
        }
        assertThat(session()).isEqualTo(session);
    }

    private GenericKubernetesResource gateway(String name) {
        GenericKubernetesResource gateway = site.apply(namespace, """
                apiVersion: kubeflow.tkestack.io/v1alpha1
                kind: JupyterGateway
                metadata: {name: %s}
                """.formatted(name));
        assertThat(functions.post("reconcileGateway", site.event(Change.ADD, gateway)).status()).isEqualTo(200);
        return gateway;
    }

    private Secret session() {
        return site.client().secrets().inNamespace(namespace).list().getItems().stream()
                .filter(secret -> secret.getMetadata().getName().startsWith("kernel-session-")).findFirst()
                .orElseThrow();
    }

    private String key(String gateway) {
        return entry(gateway, "session-key");
    }

    private String token(String gateway) {
        return entry(gateway, "token");
    }

    private String entry(String gateway, String name) {
        Secret secret = site.client().secrets().inNamespace(namespace).withName(gateway + "-token").get();
        return new String(Base64.getDecoder().decode(secret.getData().get(name)), StandardCharsets.UTF_8);
    }

    private Answer call(String action, String gateway, String key, Map<String, ?> data) {
        Map<String, Object> all = new HashMap<>(
                Map.of("namespace", namespace, "gateway", gateway, "pod", gateway + "-pod"));
        all.putAll(data);
        var event = CloudEventBuilder.v1().withId(UUID.randomUUID().toString()).withSource(URI.create("/test"))
                .withType("io.elasticjupyter.kernelsessions." + action)
                .withData("application/json", Serialization.asJson(all).getBytes(StandardCharsets.UTF_8));
        return functions.post("kernelSessions", (key.isEmpty() ? event : event.withExtension("eventkey", key)).build());
    }
}
