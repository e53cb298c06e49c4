package io.elasticjupyter.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.elasticjupyter.integration.FunctionsServer.Answer;
import io.elasticjupyter.local.ResourceEvents.Change;
import io.elasticjupyter.local.fake.FakeGateway;
import io.elasticjupyter.local.fake.FakeKernel;
import io.elasticjupyter.local.fake.MemoryKernels;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The functions of {@code deploy/overlays/one-namespace}: their rights and the resources that they watch are limited to it. */
@OnEachCluster
class OneNamespaceTest {

    private static final String OVERLAY = "deploy/overlays/one-namespace";

    private final Site site;
    private final MemoryKernels kernels = new MemoryKernels();
    private FakeGateway gateways;
    private String watched;
    private String other;
    private FunctionsServer reconciler;
    private FunctionsServer culler;

    OneNamespaceTest(Site site) {
        this.site = site;
    }

    @BeforeEach
    void install() throws IOException {
        assumeTrue(site.cluster().isReal(), "only a real API server has authorization");
        gateways = FakeGateway.start(kernels);
        watched = site.namespace();
        other = site.namespace();
        // Separate from the accounts of other tests, which have the same rights in every namespace.
        Accounts accounts = new Accounts(site, site.namespace());
        Documents.under("deploy/rbac").stream().flatMap(file -> file.only(Documents::isObject).all().stream())
                .filter(document -> !document.path("kind").asText().equals("ClusterRoleBinding"))
                .map(document -> placed(document, accounts)).forEach(accounts::install);
        List<JsonNode> bindings = Documents.under(OVERLAY).stream()
                .flatMap(file -> file.only(Documents::isObject).all().stream())
                .filter(document -> document.path("kind").asText().equals("RoleBinding")).toList();
        assertThat(bindings).hasSize(5);
        bindings.forEach(binding -> accounts.install(placed(binding, accounts)));
        reconciler = accounts.start("reconciler", "--elastic-jupyter.watch-namespace=" + watched,
                "--elastic-jupyter.namespace=" + accounts.namespace());
        culler = accounts.start("culler", "--elastic-jupyter.watch-namespace=" + watched,
                "--elastic-jupyter.gateway-url=" + gateways.urlTemplate());
    }

    private JsonNode placed(JsonNode document, Accounts accounts) {
        return Documents.parse(document.toString()
                .replace("\"namespace\":\"team\"", "\"namespace\":\"" + watched + "\"")
                .replace("\"namespace\":\"elastic-jupyter\"", "\"namespace\":\"" + accounts.namespace() + "\""))
                .getFirst();
    }

    @AfterEach
    void end() {
        if (reconciler != null) {
            reconciler.close();
            culler.close();
        }
        if (gateways != null) {
            gateways.close();
        }
    }

    @Test
    void isReconciledAndOtherNamespacesAreIgnored() {
        GenericKubernetesResource mine = site.apply(watched, notebook("ada"));
        GenericKubernetesResource theirs = site.apply(other, notebook("bob"));

        // The API server needs a moment before new rights take effect.
        await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> {
            Answer all = reconciler.ping("resync", "{}");
            assertThat(all.status()).as("%s", all).isEqualTo(200);
        });

        assertThat(deployments(watched)).containsExactly("ada");
        assertThat(deployments(other)).isEmpty();
        Answer answer = reconciler.post("reconcileNotebook", site.event(Change.ADD, theirs));
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.body()).contains("'" + other + "'").contains("watch only '" + watched + "'");
        assertThat(reconciler.post("reconcileNotebook", site.event(Change.ADD, mine)).outcome())
                .isEqualTo("unchanged");
    }

    @Test
    void hasItsIdleKernelsCulled() {
        for (String namespace : List.of(watched, other)) {
            GenericKubernetesResource gateway = site.apply(namespace, """
                    apiVersion: kubeflow.tkestack.io/v1alpha1
                    kind: JupyterGateway
                    metadata: {name: team}
                    spec: {cullIdleTimeout: 60}
                    """);
            GenericKubernetesResource kernel = site.apply(namespace, """
                    apiVersion: kubeflow.tkestack.io/v1alpha1
                    kind: JupyterKernel
                    metadata:
                      name: idle
                      labels: {kernel_id: idle}
                      ownerReferences: [{apiVersion: kubeflow.tkestack.io/v1alpha1, kind: JupyterGateway, name: team, uid: %s, controller: true}]
                    spec: {template: {spec: {containers: [{name: kernel, image: "elyra/kernel-py:3.3.0"}]}}}
                    """.formatted(gateway.getMetadata().getUid()));
            FunctionsServer functions = namespace.equals(watched) ? reconciler : site.functions();
            for (GenericKubernetesResource each : List.of(gateway, kernel)) {
                await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> {
                    Answer made = functions.post(Site.functionOf(each), site.event(Change.ADD, each));
                    assertThat(made.outcome()).as("%s", made).isIn("created", "updated", "unchanged");
                });
            }
        }
        for (String namespace : List.of(watched, other)) {
            kernels.put(namespace + "/team",
                    FakeKernel.of("idle", "idle", Instant.now().minus(Duration.ofHours(1)), 0));
        }

        Answer look = culler.ping("cullKernels", "{}");

        assertThat(look.outcome()).as("%s", look).isEqualTo("culled");
        assertThat(pods(watched)).isEmpty();
        assertThat(pods(other)).containsExactly("idle");
    }

    private static String notebook(String name) {
        return """
                apiVersion: kubeflow.tkestack.io/v1alpha1
                kind: JupyterNotebook
                metadata: {name: %s}
                """.formatted(name);
    }

    private List<String> deployments(String namespace) {
        return site.client().apps().deployments().inNamespace(namespace).list().getItems().stream()
                .map(each -> each.getMetadata().getName()).toList();
    }

    private List<String> pods(String namespace) {
        return site.client().pods().inNamespace(namespace).list().getItems().stream()
                .map((Pod each) -> each.getMetadata().getName()).toList();
    }
}
