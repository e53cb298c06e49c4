package io.elasticjupyter.integration;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The columns of {@code kubectl get}, as the API server prints them, and the status behind them. */
@OnEachCluster
class ColumnsTest {

    private final Site site;
    private String namespace;

    ColumnsTest(Site site) {
        this.site = site;
    }

    @BeforeEach
    void emptyNamespace() {
        namespace = site.namespace();
    }

    @Test
    void ofANotebook() throws Exception {
        var notebook = site.apply(namespace, """
                apiVersion: kubeflow.tkestack.io/v1alpha1
                kind: JupyterNotebook
                metadata: {name: ada}
                spec: {gateway: {name: team}}
                """);
        site.reconcile(notebook);
        assertThat(table("jupyternotebooks", false)).containsExactly(
                List.of("Name", "Ready", "Reason", "Gateway", "URL", "Age"),
                List.of("ada", "False", "PodsNotReady", "team", "http://ada.%s.svc:8888".formatted(namespace), "age"));

        var gateway = site.apply(namespace, """
                apiVersion: kubeflow.tkestack.io/v1alpha1
                kind: JupyterGateway
                metadata: {name: team}
                """);
        site.reconcile(gateway);
        rollOut("team");
        site.reconcile(gateway);
        site.reconcile(notebook);
        rollOut("ada");
        site.reconcile(notebook);
        assertThat(table("jupyternotebooks", true)).containsExactly(
                List.of("Name", "Ready", "Reason", "Gateway", "URL", "Age", "Message"),
                List.of("ada", "True", "Ready", "team", "http://ada.%s.svc:8888".formatted(namespace), "age",
                        "1 of 1 pods are ready."));
        GenericKubernetesResource after = site.now(notebook);
        assertThat(after.<String>get("status", "url")).isEqualTo("http://ada.%s.svc:8888".formatted(namespace));
        assertThat(after.<String>get("status", "secretName")).isEqualTo("ada-auth");
        assertThat(after.<Integer>get("status", "replicas")).isEqualTo(1);
        assertThat(after.<Integer>get("status", "readyReplicas")).isEqualTo(1);
        assertThat(Site.condition(after, "Ready").path("lastTransitionTime").asText()).matches(".*T.*Z");
    }

    @Test
    void ofAGateway() throws Exception {
        var gateway = site.apply(namespace, """
                apiVersion: kubeflow.tkestack.io/v1alpha1
                kind: JupyterGateway
                metadata: {name: team}
                spec: {kernels: [r, scipy], cullIdleTimeout: 600}
                """);
        site.reconcile(gateway);
        String url = "http://team.%s.svc:8888".formatted(namespace);
        assertThat(table("jupytergateways", false)).containsExactly(
                List.of("Name", "Ready", "Reason", "Kernels", "Busy", "GPU", "Idle GPU", "Next cull", "URL", "Age"),
                List.of("team", "False", "PodsNotReady", "", "", "", "", "", url, "age"));

        rollOut("team");
        site.reconcile(gateway);
        assertThat(site.functions().ping("cullKernels",
                "{\"gateway\": \"team\", \"namespace\": \"%s\"}".formatted(namespace)).outcome()).isEqualTo("kept");
        assertThat(table("jupytergateways", true)).containsExactly(
                List.of("Name", "Ready", "Reason", "Kernels", "Busy", "GPU", "Idle GPU", "Next cull", "Timeout",
                        "Specs",
                        "URL", "Age", "Image", "Message"),
                List.of("team", "True", "Ready", "0", "0", "0", "0", "", "600", "[\"r\",\"scipy\"]", url, "age", "",
                        "1 of 1 pods are ready."));
        assertThat(Site.condition(site.now(gateway), "KernelSpecsResolved").path("message").asText()).isEqualTo(
                "Missing: r, scipy. Create a JupyterKernelSpec with that name, or remove it from spec.kernels.");
    }

    @Test
    void ofAKernelWithItsSpecAndTemplate() throws Exception {
        List<GenericKubernetesResource> all = new ArrayList<>();
        for (JsonNode document : Documents.parse("""
                apiVersion: kubeflow.tkestack.io/v1alpha1
                kind: JupyterKernelTemplate
                metadata: {name: scipy}
                spec: {template: {spec: {containers: [{name: kernel, image: "elyra/kernel-py:3.3.0"}]}}}
                ---
                apiVersion: kubeflow.tkestack.io/v1alpha1
                kind: JupyterKernelSpec
                metadata: {name: scipy}
                spec: {language: python, displayName: Python 3, template: {name: scipy}}
                ---
                apiVersion: kubeflow.tkestack.io/v1alpha1
                kind: JupyterKernel
                metadata: {name: k}
                spec: {templateRef: {name: scipy}}
                """)) {
            all.add(site.apply(namespace, document));
        }
        all.forEach(site::reconcile);
        assertThat(table("jupyterkerneltemplates", true)).containsExactly(List.of("Name", "Image", "Age"),
                List.of("scipy", "elyra/kernel-py:3.3.0", "age"));
        assertThat(table("jupyterkernelspecs", true)).containsExactly(
                List.of("Name", "Ready", "Language", "Display name", "Template", "Image", "Age"),
                List.of("scipy", "True", "python", "Python 3", "scipy", "", "age"));
        assertThat(table("jupyterkernels", false)).containsExactly(
                List.of("Name", "Owner", "Phase", "Reason", "State", "Idle", "Due", "GPU", "Node", "Age"),
                List.of("k", "", "Pending", "Starting", "", "", "", "", "", "age"));
    }

    private void rollOut(String name) {
        site.client().apps().deployments().inNamespace(namespace).withName(name).editStatus(
                deployment -> new DeploymentBuilder(deployment).withNewStatus()
                        .withObservedGeneration(deployment.getMetadata().getGeneration()).withReplicas(1)
                        .withUpdatedReplicas(1).withReadyReplicas(1).withAvailableReplicas(1).endStatus().build());
    }

    /** Returns the names of the columns and the cells of each row, with a placeholder for the age. */
    private List<List<String>> table(String plural, boolean wide) throws Exception {
        HttpResponse<String> response = site.client().getHttpClient().sendAsync(site.client().getHttpClient()
                .newHttpRequestBuilder()
                .uri(URI.create(site.client().getMasterUrl() + "apis/kubeflow.tkestack.io/v1alpha1/namespaces/"
                        + namespace + "/" + plural).toString())
                .header("Accept", "application/json;as=Table;v=v1;g=meta.k8s.io").build(), String.class)
                .get(30, TimeUnit.SECONDS);
        JsonNode table = Serialization.unmarshal(response.body(), JsonNode.class);
        assertThat(table.path("kind").asText()).isEqualTo("Table");
        List<List<String>> rows = new ArrayList<>();
        List<Integer> shown = new ArrayList<>();
        List<String> names = new ArrayList<>();
        for (int i = 0; i < table.path("columnDefinitions").size(); i++) {
            JsonNode column = table.path("columnDefinitions").get(i);
            if (wide || column.path("priority").asInt() == 0) {
                shown.add(i);
                names.add(column.path("name").asText());
            }
        }
        rows.add(names);
        for (JsonNode row : table.path("rows")) {
            rows.add(shown.stream().map(i -> {
                JsonNode cell = row.path("cells").get(i);
                String text = cell.isNull() ? "" : cell.asText();
                return names.get(shown.indexOf(i)).equals("Age") && text.matches("\\d+[smh]") ? "age" : text;
            }).toList());
        }
        return rows;
    }
}
