package io.elasticjupyter.notebook;

import static io.elasticjupyter.fixtures.ResourceFixture.aNotebook;
import static org.assertj.core.api.Assertions.assertThat;

import io.elasticjupyter.api.v1alpha1.JupyterNotebook;
import io.elasticjupyter.fixtures.NetworkPolicyFixture;
import io.elasticjupyter.reconcile.ReconcilerFixture;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Who may connect to a notebook. */
class NotebookNetworkPolicyTest {

    private static final String INGRESS = """
            {from: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: ingress}}, podSelector: {matchLabels: {app: envoy}}},
              {podSelector: {matchLabels: {app: exporter}}}]}""";

    @Test
    void byDefaultOnlyTheNotebooksOwnPodsConnect() {
        for (NetworkPolicyFixture policy : new NetworkPolicyFixture[]{policy(aNotebook("n").build()),
                policy(aNotebook("n").withYaml("networkPolicy", "{from: []}").build())}) {
            assertThat(policy.allows("team", Map.of(), 8888)).isFalse();
            assertThat(policy.allows("team", pod(aNotebook("m").build()), 8888)).isFalse();
            assertThat(policy.allows("other", pod(aNotebook("n").build()), 8888)).isFalse();
            assertThat(policy.allows("team", pod(aNotebook("n").build()), 8888)).isTrue();
            // An empty list would not be applied, and a rule that somebody adds would be kept.
            assertThat(policy.policy().getSpec().getIngress()).hasSize(1);
            assertThat(policy.policy().getSpec().getPolicyTypes()).containsExactly("Ingress");
        }
    }

    @Test
    void theListedPeersConnectToTheServerAlone() {
        NetworkPolicyFixture policy = policy(aNotebook("n").withYaml("networkPolicy", INGRESS).build());

        assertThat(policy.allows("ingress", Map.of("app", "envoy"), 8888)).isTrue();
        assertThat(policy.allows("ingress", Map.of("app", "envoy"), 22)).isFalse();
        assertThat(policy.allows("ingress", Map.of(), 8888)).isFalse();
        assertThat(policy.allows("team", Map.of("app", "exporter"), 8888)).isTrue();
        assertThat(policy.allows("other", Map.of("app", "exporter"), 8888)).isFalse();
    }

    @Test
    void itSelectsThePodsOfTheNotebookOnly() {
        NetworkPolicyFixture policy = policy(aNotebook("n").build());

        assertThat(policy.selects(pod(aNotebook("n").build()))).isTrue();
        assertThat(policy.selects(pod(aNotebook("m").build()))).isFalse();
    }

    @Test
    void itCanBeDisabled() {
        assertThat(NotebookNetworkPolicy.isWanted(aNotebook("n").build())).isTrue();
        assertThat(NotebookNetworkPolicy.isWanted(
                aNotebook("n").withYaml("networkPolicy", "{enabled: false}").build())).isFalse();
        assertThat(ReconcilerFixture.wanted(new NotebookReconciler(),
                aNotebook("n").withYaml("networkPolicy", "{enabled: false}").build()))
                .noneMatch(child -> child.type() == NetworkPolicy.class);
    }

    private static Map<String, String> pod(JupyterNotebook notebook) {
        return new ReconcilerFixture<>(new NotebookReconciler()).child(notebook, Deployment.class).getSpec()
                .getTemplate().getMetadata().getLabels();
    }

    private static NetworkPolicyFixture policy(JupyterNotebook notebook) {
        return new NetworkPolicyFixture("team",
                new ReconcilerFixture<>(new NotebookReconciler()).child(notebook, NetworkPolicy.class));
    }
}
