package io.elasticjupyter.gateway;

import static io.elasticjupyter.fixtures.ResourceFixture.aGateway;
import static io.elasticjupyter.fixtures.ResourceFixture.aKernel;
import static io.elasticjupyter.fixtures.ResourceFixture.aKernelSpec;
import static io.elasticjupyter.fixtures.ResourceFixture.aNotebook;
import static org.assertj.core.api.Assertions.assertThat;

import io.elasticjupyter.api.v1alpha1.JupyterGateway;
import io.elasticjupyter.api.v1alpha1.JupyterGatewayStatus;
import io.elasticjupyter.api.v1alpha1.JupyterKernel;
import io.elasticjupyter.api.v1alpha1.JupyterNotebook;
import io.elasticjupyter.fixtures.NetworkPolicyFixture;
import io.elasticjupyter.kernel.KernelReconciler;
import io.elasticjupyter.kubernetes.OwnerReferences;
import io.elasticjupyter.notebook.NotebookReconciler;
import io.elasticjupyter.reconcile.Observed;
import io.elasticjupyter.reconcile.ReconcilerFixture;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import java.util.HashMap;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Who may connect to a gateway and its kernels, tried with the labels of the pods that the reconcilers build. */
class GatewayNetworkPoliciesTest {

    private static final int HTTP = 8888;
    private static final int RESPONSE = 8877;

    private final JupyterGateway gateway = aGateway("g").withKernels("scipy").build();
    private final HasMetadata scipy = aKernelSpec("scipy").with("image", "x").build();

    @Test
    void theNotebooksThatReferToTheGatewayConnectToItsHttpPort() {
        Map<String, String> beside = podOf(aNotebook("n").withGateway("g").build());
        Map<String, String> elsewhere = podOf(aNotebook("n").inNamespace("other")
                .withYaml("gateway", "{name: g, namespace: team}").build());

        assertThat(gateway().allows("team", beside, HTTP)).isTrue();
        assertThat(gateway().allows("other", elsewhere, HTTP)).isTrue();
        assertThat(gateway().allows("team", beside, RESPONSE)).isFalse();
        assertThat(gateway().allows("other", elsewhere, RESPONSE)).isFalse();
    }

    @Test
    void otherNotebooksDoNotConnect() {
        for (JupyterNotebook notebook : List.of(aNotebook("n").build(), aNotebook("n").withGateway("g2").build(),
                aNotebook("n").withYaml("gateway", "{name: g, namespace: other}").build(),
                aNotebook("n").inNamespace("other").withGateway("g").build())) {
            assertThat(gateway().allows(notebook.getMetadata().getNamespace(), podOf(notebook), HTTP))
                    .as(notebook.toString()).isFalse();
        }
    }

    /** A user's template cannot take the labels by which another gateway selects its notebooks and kernels. */
    @Test
    void aTemplateCannotTakeTheLabels() {
        String template = """
                metadata: {labels: {elastic-jupyter.io/gateway: g, elastic-jupyter.io/gateway-namespace: team,
                  app.kubernetes.io/name: jupyter-notebook}}
                spec: {containers: [{name: kernel, image: x}]}""";

        assertThat(gateway().allows("team", podOf(aNotebook("n").withYaml("template", template).build()), HTTP))
                .isFalse();
        assertThat(gateway().allows("team", podOf(kernelOf(null, template)), HTTP)).isFalse();
        assertThat(gateway().allows("team", podOf(kernelOf(null, template)), RESPONSE)).isFalse();
    }

    @Test
    void onlyTheCullFunctionOfTheFunctionsNamespaceConnects() {
        Map<String, String> culler = Map.of("serving.knative.dev/service", "culler");

        assertThat(gateway().allows("functions", culler, HTTP)).isTrue();
        assertThat(gateway().allows("functions", culler, RESPONSE)).isFalse();
        assertThat(gateway().allows("team", culler, HTTP)).isFalse();
        assertThat(gateway().allows("functions", Map.of("serving.knative.dev/service", "reconciler"), HTTP)).isFalse();
    }

    @Test
    void itsKernelsConnectToItsResponsePort() {
        Map<String, String> own = podOf(kernelOf(gateway, "spec: {containers: [{name: kernel, image: x}]}"));
        Map<String, String> others = podOf(kernelOf(aGateway("g2").build(),
                "spec: {containers: [{name: kernel, image: x}]}"));

        assertThat(gateway().allows("team", own, RESPONSE)).isTrue();
        assertThat(gateway().allows("team", own, HTTP)).isFalse();
        assertThat(gateway().allows("other", own, RESPONSE)).isFalse();
        assertThat(gateway().allows("team", others, RESPONSE)).isFalse();
    }

    /** Enterprise Gateway creates the pods of the image's own kernel specs, with its own labels only. */
    @Test
    void kernelsOfTheImagesKernelSpecsConnectIfTheGatewayCanStartThem() {
        Map<String, String> stock = Map.of("app", "enterprise-gateway", "component", "kernel", "kernel_id", "1");
        Map<String, String> ofAnother = with(stock, "elastic-jupyter.io/gateway", "g2");

        assertThat(gateway().allows("team", stock, RESPONSE)).isFalse();
        for (NetworkPolicyFixture policy : List.of(policy(aGateway("g").build()),
                policy(gateway, aKernelSpec("scipy").withYaml("command", "[launch]").build()))) {
            assertThat(policy.allows("team", stock, RESPONSE)).isTrue();
            assertThat(policy.allows("team", stock, HTTP)).isFalse();
            assertThat(policy.allows("team", ofAnother, RESPONSE)).isFalse();
        }
    }

    @Test
    void additionalPeersConnectToTheHttpPort() {
        NetworkPolicyFixture policy = policy(aGateway("g").withYaml("networkPolicy",
                "{from: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: hub}}}]}").build());

        assertThat(policy.allows("hub", Map.of(), HTTP)).isTrue();
        assertThat(policy.allows("hub", Map.of(), RESPONSE)).isFalse();
        assertThat(policy.allows("team", Map.of(), HTTP)).isFalse();
    }

    @Test
    void onlyTheGatewayConnectsToItsKernels() {
        NetworkPolicyFixture kernels = new NetworkPolicyFixture("team", GatewayNetworkPolicies.ofKernels(gateway));
        Map<String, String> own = podOf(kernelOf(gateway, "spec: {containers: [{name: kernel, image: x}]}"));
        Map<String, String> gatewayPod = podOf(gateway);

        assertThat(kernels.selects(own)).isTrue();
        assertThat(kernels.allows("team", gatewayPod, 40_000)).isTrue();
        assertThat(kernels.allows("other", gatewayPod, 40_000)).isFalse();
        assertThat(kernels.allows("team", podOf(aGateway("g2").build()), 40_000)).isFalse();
        assertThat(kernels.allows("team", own, 40_000)).isFalse();
        assertThat(kernels.allows("team", podOf(aNotebook("n").withGateway("g").build()), 40_000)).isFalse();
    }

    /** The kernels of an Enterprise Gateway that was installed with Helm, for example. */
    @Test
    void podsThatTheFunctionsDidNotCreateAreNotSelected() {
        NetworkPolicyFixture kernels = new NetworkPolicyFixture("team", GatewayNetworkPolicies.ofKernels(gateway));

        assertThat(kernels.selects(Map.of("app", "enterprise-gateway", "component", "kernel", "kernel_id", "1")))
                .isFalse();
        assertThat(gateway().selects(Map.of("app", "enterprise-gateway", "component", "enterprise-gateway"))).isFalse();
        assertThat(gateway().selects(podOf(gateway))).isTrue();
        assertThat(gateway().selects(podOf(aGateway("g2").build()))).isFalse();
        assertThat(gateway().selects(podOf(aNotebook("g").build()))).isFalse();
    }

    /** A policy of the type Egress without a rule would cut off kernels and gateway from everything. */
    @Test
    void onlyIncomingConnectionsAreLimited() {
        assertThat(gateway().policy().getSpec().getPolicyTypes()).containsExactly("Ingress");
        assertThat(GatewayNetworkPolicies.ofKernels(gateway).getSpec().getPolicyTypes()).containsExactly("Ingress");
    }

    @Test
    void bothPoliciesAreChildrenUnlessTheyAreDisabled() {
        assertThat(policies("{}")).containsExactly("g", "g-kernels");
        assertThat(policies("{enabled: true}")).containsExactly("g", "g-kernels");
        assertThat(policies("{enabled: false}")).isEmpty();
    }

    private static List<String> policies(String settings) {
        JupyterGateway gateway = aGateway("g").withYaml("networkPolicy", settings).build();
        return ReconcilerFixture.wanted(new GatewayReconciler("functions"), gateway).stream()
                .filter(child -> child.type() == NetworkPolicy.class).map(child -> child.id(gateway).name()).toList();
    }

    private NetworkPolicyFixture gateway() {
        return policy(gateway, scipy);
    }

    private static NetworkPolicyFixture policy(JupyterGateway gateway, HasMetadata... observed) {
        return new NetworkPolicyFixture("team",
                GatewayNetworkPolicies.ofGateway(gateway, Observed.of(observed), "functions"));
    }

    private static JupyterKernel kernelOf(JupyterGateway owner, String template) {
        JupyterKernel kernel = aKernel("k").withYaml("template", template).build();
        if (owner != null) {
            kernel.getMetadata().setOwnerReferences(List.of(OwnerReferences.controller(owner)));
        }
        return kernel;
    }

    private static Map<String, String> podOf(JupyterKernel kernel) {
        return new ReconcilerFixture<>(new KernelReconciler(() -> Instant.EPOCH)).child(kernel, Pod.class).getMetadata()
                .getLabels();
    }

    private static Map<String, String> podOf(JupyterNotebook notebook) {
        return new ReconcilerFixture<>(new NotebookReconciler()).child(notebook, Deployment.class).getSpec()
                .getTemplate().getMetadata().getLabels();
    }

    private static Map<String, String> podOf(JupyterGateway gateway) {
        ReconcilerFixture<JupyterGateway, JupyterGatewayStatus> gateways = new ReconcilerFixture<>(
                new GatewayReconciler("functions"));
        return gateways.child(gateway, Deployment.class).getSpec().getTemplate().getMetadata().getLabels();
    }

    private static Map<String, String> with(Map<String, String> labels, String name, String value) {
        Map<String, String> all = new HashMap<>(labels);
        all.put(name, value);
        return all;
    }
}
