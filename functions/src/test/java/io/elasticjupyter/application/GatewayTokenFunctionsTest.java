package io.elasticjupyter.application;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.elasticjupyter.api.v1alpha1.JupyterGateway;
import io.elasticjupyter.api.v1alpha1.JupyterNotebook;
import io.embeddedkubernetes.Request;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The token of a gateway reaches the notebooks of other namespaces, and another one replaces it. */
class GatewayTokenFunctionsTest extends FunctionsTest {

    private static final String SHARED = "shared";
    private static final String TEAM = "team";

    @BeforeEach
    void aGatewayAndANotebookInAnotherNamespace() {
        for (String namespace : new String[]{SHARED, TEAM}) {
            client.resource(new NamespaceBuilder().withNewMetadata().withName(namespace).endMetadata().build())
                    .createOr(it -> it.update());
        }
        client.resource("""
                apiVersion: kubeflow.tkestack.io/v1alpha1
                kind: JupyterGateway
                metadata: {name: g, namespace: shared}
                """).create();
        client.resource("""
                apiVersion: kubeflow.tkestack.io/v1alpha1
                kind: JupyterNotebook
                metadata: {name: n, namespace: team}
                spec: {gateway: {name: g, namespace: shared}}
                """).create();
    }

    @AfterEach
    void delete() {
        client.resources(JupyterGateway.class).inNamespace(SHARED).delete();
        client.resources(JupyterNotebook.class).inNamespace(TEAM).delete();
    }

    @Test
    void theNotebookStartsWhenItsGatewayHasAToken() throws Exception {
        JsonNode waiting = reconcile("reconcileNotebook", JupyterNotebook.class, TEAM, "n");
        assertThat(waiting.path("reason").asText()).isEqualTo("GatewayPending");
        assertThat(waiting.path("outcome").asText()).isEqualTo("created");
        assertThat(deployment()).isNull();

        reconcile("reconcileGateway", JupyterGateway.class, SHARED, "g");
        JsonNode told = gatewayEvent();

        assertThat(told.path("dependents").findValuesAsText("name")).contains("n");
        assertThat(deployment()).isNotNull();
        assertThat(secret(TEAM, "n-auth").getData().get("gateway-token")).isNotEmpty()
                .isEqualTo(secret(SHARED, "g-token").getData().get("token"));
        assertThat(client.secrets().inNamespace(TEAM).withName("g-token").get()).isNull();
    }

    /** The cull function writes the status of a gateway with each kernel. */
    @Test
    void aChangeOfTheGatewayThatIsNotOfItsTokenCostsTwoReads() throws Exception {
        reconcile("reconcileGateway", JupyterGateway.class, SHARED, "g");
        gatewayEvent();
        api.clearRequests();

        assertThat(gatewayEvent().has("dependents")).isFalse();

        assertThat(api.requests()).hasSize(2).noneMatch(Request::changed);
    }

    @Test
    void aDeletedSecretIsReplacedAndTheNotebookFollows() throws Exception {
        reconcile("reconcileGateway", JupyterGateway.class, SHARED, "g");
        gatewayEvent();
        String token = secret(TEAM, "n-auth").getData().get("gateway-token");
        Map<String, String> annotations = deployment().getSpec().getTemplate().getMetadata().getAnnotations();
        client.secrets().inNamespace(SHARED).withName("g-token").delete();

        reconcile("reconcileGateway", JupyterGateway.class, SHARED, "g");
        gatewayEvent();

        assertThat(secret(TEAM, "n-auth").getData().get("gateway-token")).isNotEqualTo(token)
                .isEqualTo(secret(SHARED, "g-token").getData().get("token"));
        assertThat(deployment().getSpec().getTemplate().getMetadata().getAnnotations()).isNotEqualTo(annotations);
    }

    @Test
    void aDeletedGatewayIsReported() throws Exception {
        reconcile("reconcileGateway", JupyterGateway.class, SHARED, "g");
        gatewayEvent();
        client.resources(JupyterGateway.class).inNamespace(SHARED).withName("g").delete();

        assertThat(gatewayEvent().path("dependents").findValuesAsText("name")).contains("n");

        assertThat(client.resources(JupyterNotebook.class).inNamespace(TEAM).withName("n").get().getStatus()
                .conditions()).anySatisfy(condition -> assertThat(condition.getReason()).isEqualTo("GatewayNotFound"));
    }

    private JsonNode gatewayEvent() throws Exception {
        return reconcile("reconcileNotebook", JupyterGateway.class, SHARED, "g");
    }

    private JsonNode reconcile(String function, Class<? extends HasMetadata> type, String namespace, String name)
            throws Exception {
        return FunctionCalls.report(calls.post(function, "dev.knative.apiserver.ref.add", Serialization.asJson(
                Map.of("kind", HasMetadata.getKind(type), "apiVersion", HasMetadata.getApiVersion(type),
                        "namespace", namespace, "name", name))));
    }

    private Deployment deployment() {
        return client.apps().deployments().inNamespace(TEAM).withName("n").get();
    }

    private Secret secret(String namespace, String name) {
        return client.secrets().inNamespace(namespace).withName(name).get();
    }
}
