package io.elasticjupyter.application;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.elasticjupyter.api.v1alpha1.JupyterNotebook;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Children that a deleted resource has left without an owner. */
class OrphanedChildrenTest extends FunctionsTest {

    private static final Map<Class<? extends HasMetadata>, String> CHILDREN = Map.of(Secret.class, "ada-auth",
            NetworkPolicy.class, "ada", Service.class, "ada", Deployment.class, "ada");

    @BeforeEach
    void aNotebookWhoseChildrenHaveLostTheirOwner() throws Exception {
        client.resources(JupyterNotebook.class).inNamespace("default").delete();
        CHILDREN.keySet().forEach(type -> client.resources(type).inNamespace("default").delete());
        create();
        reconcile();
        CHILDREN.forEach((type, name) -> patch(type, name, "{\"metadata\":{\"ownerReferences\":null}}"));
        client.resources(JupyterNotebook.class).inNamespace("default").withName("ada").delete();
        create();
    }

    @Test
    void theyAreNamedTogetherAndNotTouched() throws Exception {
        String before = deployment().getMetadata().getResourceVersion();

        JsonNode report = reconcile();

        assertThat(report.path("reason").asText()).isEqualTo("Orphaned");
        assertThat(report.path("message").asText())
                .contains("Deployment 'ada', NetworkPolicy 'ada', Secret 'ada-auth', Service 'ada'")
                .contains("kubectl annotate jupyternotebooks ada -n default elastic-jupyter.io/take-over=true");
        assertThat(deployment().getMetadata().getResourceVersion()).isEqualTo(before);
    }

    @Test
    void theyAreTakenOverOnRequest() throws Exception {
        String uid = deployment().getMetadata().getUid();
        String token = token();
        patch(JupyterNotebook.class, "ada",
                "{\"metadata\":{\"annotations\":{\"elastic-jupyter.io/take-over\":\"true\"}}}");

        assertThat(reconcile().path("reason").asText()).isEqualTo("PodsNotReady");

        assertThat(deployment().getMetadata().getUid()).isEqualTo(uid);
        assertThat(token()).isEqualTo(token);
        CHILDREN.forEach((type, name) -> assertThat(client.resources(type).inNamespace("default").withName(name).get()
                .getMetadata().getOwnerReferences()).as(name).hasSize(1));
    }

    @Test
    void anObjectThatTheFunctionsHaveNotCreatedIsNeverTakenOver() throws Exception {
        patch(Service.class, "ada", "{\"metadata\":{\"labels\":{\"app.kubernetes.io/managed-by\":null}}}");
        patch(JupyterNotebook.class, "ada",
                "{\"metadata\":{\"annotations\":{\"elastic-jupyter.io/take-over\":\"true\"}}}");

        assertThat(reconcile().path("reason").asText()).isEqualTo("NameTaken");
    }

    private JsonNode reconcile() throws Exception {
        return calls.reconcile("reconcileNotebook", JupyterNotebook.class, "ada");
    }

    private void create() {
        client.resource("""
                apiVersion: kubeflow.tkestack.io/v1alpha1
                kind: JupyterNotebook
                metadata: {name: ada, namespace: default}
                """).create();
    }

    private void patch(Class<? extends HasMetadata> type, String name, String patch) {
        client.resources(type).inNamespace("default").withName(name).patch(PatchContext.of(PatchType.JSON_MERGE),
                patch);
    }

    private Deployment deployment() {
        return client.apps().deployments().inNamespace("default").withName("ada").get();
    }

    private String token() {
        return client.secrets().inNamespace("default").withName("ada-auth").get().getData().get("token");
    }
}
