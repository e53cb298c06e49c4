package io.elasticjupyter.notebook;

import static io.elasticjupyter.fixtures.ResourceFixture.aGateway;
import static io.elasticjupyter.fixtures.ResourceFixture.aNotebook;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elasticjupyter.api.v1alpha1.Conditions;
import io.elasticjupyter.api.v1alpha1.JupyterGateway;
import io.elasticjupyter.api.v1alpha1.JupyterGatewayStatus;
import io.elasticjupyter.api.v1alpha1.JupyterNotebook;
import io.elasticjupyter.api.v1alpha1.JupyterNotebookStatus;
import io.elasticjupyter.kubernetes.ObjectId;
import io.elasticjupyter.kubernetes.OwnerReferences;
import io.elasticjupyter.reconcile.Observed;
import io.elasticjupyter.reconcile.ReconcilerFixture;
import io.elasticjupyter.reconcile.TerminalException;
import io.elasticjupyter.workload.GatewayToken;
import io.elasticjupyter.workload.RandomToken;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** How a notebook gets the token of its gateway. */
class NotebookGatewayTest {

    private static final ObjectId GATEWAY = new ObjectId(JupyterGateway.class, "shared", "g");

    private final ReconcilerFixture<JupyterNotebook, JupyterNotebookStatus> notebooks = new ReconcilerFixture<>(
            new NotebookReconciler());
    private final JupyterNotebook notebook = aNotebook("n").withYaml("gateway", "{name: g, namespace: shared}").build();
    private final JupyterGateway gateway = aGateway("g").inNamespace("shared").build();
    private final Secret token = secretOf(gateway, RandomToken.generate());

    @Test
    void theNotebooksSecretHasACopyOfTheTokenAndNothingElseOfTheGatewaysSecret() {
        Secret more = new SecretBuilder(token).addToData("other", "eA==").build();
        Secret own = notebooks.child(notebook, Secret.class, gateway, more);

        assertThat(own.getMetadata().getNamespace()).isEqualTo("team");
        assertThat(own.getData()).containsEntry("gateway-token", token.getData().get("token"))
                .containsOnlyKeys("gateway-token", "token", "jupyter_server_config.py", "jupyter_notebook_config.py",
                        "notebook_kernels.py");
    }

    @Test
    void theServerReadsTheTokenFromItsOwnSecret() {
        EnvVar variable = notebooks.child(notebook, Deployment.class, gateway, token).getSpec().getTemplate().getSpec()
                .getContainers().getFirst().getEnv().stream()
                .filter(env -> env.getName().equals("JUPYTER_GATEWAY_AUTH_TOKEN")).findFirst().orElseThrow();

        assertThat(variable.getValue()).isNull();
        assertThat(variable.getValueFrom().getSecretKeyRef().getName()).isEqualTo("n-auth");
        assertThat(variable.getValueFrom().getSecretKeyRef().getKey()).isEqualTo("gateway-token");
        assertThat(variable.getValueFrom().getSecretKeyRef().getOptional()).isTrue();
    }

    /** With less, the server would report an error while the gateway still starts the kernel. */
    @Test
    void theServerWaitsForAKernelAsLongAsItsGateway() {
        assertThat(notebooks.child(notebook, Deployment.class, gateway, token).getSpec().getTemplate().getSpec()
                .getContainers().getFirst().getEnv())
                .contains(new EnvVar("JUPYTER_GATEWAY_REQUEST_TIMEOUT", "180", null),
                        new EnvVar("JUPYTER_GATEWAY_URL", "http://g.shared.svc:8888", null));
    }

    @Test
    void theGatewayAndItsSecretAreRead() {
        ObjectId ofTheGoOperator = new ObjectId(Deployment.class, "team", "n");
        assertThat(notebooks.references(notebook)).containsExactly(GATEWAY,
                new ObjectId(Secret.class, "shared", "g-token"), ofTheGoOperator);
        assertThat(notebooks.references(aNotebook("n").build())).containsExactly(ofTheGoOperator);
    }

    /** Any Secret could have the name, such as one with the token of a ServiceAccount. */
    @Test
    void aSecretThatIsNotTheGatewaysIsNotCopied() {
        Secret foreign = new SecretBuilder(token).editMetadata().withOwnerReferences().endMetadata().build();
        Secret ofAPredecessor = new SecretBuilder(token).editMetadata()
                .editFirstOwnerReference().withUid("another").endOwnerReference().endMetadata().build();

        for (Secret secret : new Secret[]{foreign, ofAPredecessor}) {
            assertThat(NotebookGateway.token(notebook, Observed.of(gateway, secret))).isEmpty();
            assertThat(notebooks.status(notebook, gateway, secret).gatewayTokenHash()).isNull();
        }
        assertThat(NotebookGateway.token(notebook, Observed.of(token))).isEmpty();
    }

    @Test
    void theServerDoesNotStartBeforeItsGatewayHasAToken() {
        assertThatThrownBy(() -> notebooks.child(notebook, Deployment.class, gateway))
                .isInstanceOf(TerminalException.class).hasMessage("JupyterGateway 'g' in namespace 'shared' has no"
                        + " token yet. If this persists, see its Ready condition.");
        assertThat(notebooks.child(notebook, Deployment.class, gateway, token)).isNotNull();
    }

    @Test
    void aNotebookWhoseGatewayDoesNotExistStartsAndReportsIt() {
        assertThat(notebooks.child(notebook, Deployment.class)).isNotNull();

        Condition resolved = resolved();
        assertThat(resolved.getStatus()).isEqualTo("False");
        assertThat(resolved.getReason()).isEqualTo("GatewayNotFound");
        assertThat(resolved.getMessage()).isEqualTo("JupyterGateway 'g' does not exist in namespace 'shared':"
                + " create it, or set another one in spec.gateway.");
        assertThat(resolved(gateway, token).getStatus()).isEqualTo("True");
        assertThat(Conditions.of(notebooks.status(aNotebook("n").build())).find("GatewayResolved")).isEmpty();
    }

    /** The server runs, but no kernel starts. */
    @Test
    void aNotebookIsNotReadyWithoutAReadyGateway() {
        Deployment running = new DeploymentBuilder(notebooks.child(notebook, Deployment.class)).editOrNewStatus()
                .withReplicas(1).withReadyReplicas(1).endStatus().build();
        JupyterGateway ready = withReady("True");

        assertThat(notebooks.readiness(notebook, running).reason()).isEqualTo("GatewayNotFound");
        assertThat(notebooks.readiness(notebook, running, gateway).reason()).isEqualTo("GatewayNotReady");
        assertThat(notebooks.readiness(notebook, running, withReady("False")).reason()).isEqualTo("GatewayNotReady");
        assertThat(notebooks.readiness(notebook, running, ready).reason()).isEqualTo("Ready");

        JupyterNotebook reported = aNotebook("n").withYaml("gateway", "{name: g, namespace: shared}").build();
        reported.setStatus(notebooks.status(reported, running, ready));
        assertThat(isConcerned(reported, ready)).isFalse();
        assertThat(isConcerned(reported, withReady("False"))).isTrue();
        reported.setStatus(notebooks.status(reported, running, withReady("False")));
        assertThat(isConcerned(reported, withReady("False"))).isFalse();
        assertThat(isConcerned(reported, ready)).isTrue();
    }

    private static JupyterGateway withReady(String status) {
        JupyterGateway gateway = aGateway("g").inNamespace("shared").build();
        gateway.setStatus(new JupyterGatewayStatus(1L, List.of(new ConditionBuilder().withType("Ready")
                .withStatus(status).withReason("Any").withMessage("any").build()), null, null, null, null, null, null,
                null, null));
        return gateway;
    }

    @Test
    void anotherTokenChangesThePod() {
        Secret other = new SecretBuilder(token).withData(Map.of("token", encoded(RandomToken.generate()))).build();

        assertThat(hash(gateway, token)).isEqualTo(hash(gateway, token)).isNotEqualTo(hash(gateway, other));
    }

    /** The gateway's status changes with each of its kernels. */
    @Test
    void aChangeOfTheGatewayConcernsTheNotebookOnlyIfItsTokenHasChanged() {
        JupyterNotebook withToken = aNotebook("n").withYaml("gateway", "{name: g, namespace: shared}").build();
        withToken.setStatus(notebooks.status(withToken, gateway, token));
        String hash = GatewayToken.hash(token);

        assertThat(withToken.getStatus().gatewayTokenHash()).isEqualTo(hash);
        assertThat(isConcerned(withToken, withHash(hash))).isFalse();
        assertThat(isConcerned(withToken, withHash("another"))).isTrue();
        assertThat(notebooks.isConcerned(withToken, GATEWAY, Optional.empty())).isTrue();
        assertThat(isConcerned(notebook, gateway)).isFalse();
        assertThat(isConcerned(notebook, withHash(hash))).isTrue();
        assertThat(isConcerned(aNotebook("n").withGateway("g").build(), withHash(hash))).isFalse();
    }

    private boolean isConcerned(JupyterNotebook resource, JupyterGateway current) {
        return notebooks.isConcerned(resource, GATEWAY, Optional.of(current));
    }

    private static JupyterGateway withHash(String hash) {
        JupyterGateway gateway = aGateway("g").inNamespace("shared").build();
        gateway.setStatus(new JupyterGatewayStatus(1L, null, null, "g-token", hash, null, null, null, null, null));
        return gateway;
    }

    private Condition resolved(HasMetadata... observed) {
        return Conditions.of(notebooks.status(notebook, observed)).find("GatewayResolved").orElseThrow();
    }

    private String hash(HasMetadata... observed) {
        Observed all = Observed.of(observed);
        return NotebookSecret.hash(notebook,
                all.with(List.of(notebooks.child(aNotebook("n").withYaml("gateway",
                        "{name: g, namespace: shared}").withYaml("auth", "{token: fixed}").build(), Secret.class,
                        observed))));
    }

    private static Secret secretOf(JupyterGateway gateway, String value) {
        return new SecretBuilder().withNewMetadata().withNamespace("shared").withName("g-token").withUid("s-1")
                .withOwnerReferences(OwnerReferences.controller(gateway)).endMetadata()
                .addToData("token", encoded(value)).build();
    }

    private static String encoded(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
