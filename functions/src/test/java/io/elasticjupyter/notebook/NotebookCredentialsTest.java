package io.elasticjupyter.notebook;

import static io.elasticjupyter.fixtures.ResourceFixture.aNotebook;
import static org.assertj.core.api.Assertions.assertThat;

import io.elasticjupyter.api.v1alpha1.Conditions;
import io.elasticjupyter.api.v1alpha1.JupyterNotebook;
import io.elasticjupyter.api.v1alpha1.JupyterNotebookStatus;
import io.elasticjupyter.kubernetes.ObjectId;
import io.elasticjupyter.reconcile.Observed;
import io.elasticjupyter.reconcile.Readiness;
import io.elasticjupyter.reconcile.ReconcilerFixture;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.SecretProjection;
import io.fabric8.kubernetes.api.model.VolumeProjection;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentStatusBuilder;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Tokens and passwords of notebooks in users' Secrets and in the spec. */
class NotebookCredentialsTest {

    private static final String BOTH = "{tokenSecretRef: {name: mine, key: t}, passwordSecretRef: {name: mine, key: p}}";

    private final ReconcilerFixture<JupyterNotebook, JupyterNotebookStatus> notebooks = new ReconcilerFixture<>(
            new NotebookReconciler(() -> "generated"));

    @Test
    void theKeysOfAUsersSecretAreMountedAsTheFilesOfTheConfiguration() {
        List<SecretProjection> sources = notebooks.child(notebook(BOTH), Deployment.class).getSpec().getTemplate()
                .getSpec().getVolumes().getFirst().getProjected().getSources().stream()
                .map(VolumeProjection::getSecret).toList();

        assertThat(sources).extracting(SecretProjection::getName).containsExactly("n-auth", "mine", "mine");
        assertThat(sources.getFirst().getItems()).isEmpty();
        assertThat(sources.subList(1, 3)).flatExtracting(SecretProjection::getItems)
                .extracting(item -> item.getKey() + "=" + item.getPath())
                .containsExactlyInAnyOrder("t=token", "p=password");
        assertThat(sources).allMatch(source -> source.getOptional() == null);
    }

    @Test
    void noTokenIsGeneratedBesideAReference() {
        assertThat(notebooks.child(notebook(BOTH), Secret.class).getData()).doesNotContainKeys("token", "password");
        assertThat(notebooks.child(notebook("{passwordSecretRef: {name: mine, key: p}}"), Secret.class).getData())
                .doesNotContainKeys("token", "password");
    }

    @Test
    void anArgumentThatOverridesAuthenticationIsReported() {
        var template = "{spec: {containers: [{name: notebook, args: [sh, -c, \"start-notebook.py --ServerApp.token='' --ServerApp.root_dir=/x\"]}]}}";
        JupyterNotebook notebook = aNotebook("n").withYaml("template", template).build();
        JupyterNotebook open = aNotebook("n").withYaml("template", template).withYaml("auth", "{mode: disable}")
                .build();
        JupyterNotebook plain = aNotebook("n").build();

        assertThat(overridden(notebook).orElseThrow().getMessage()).contains("App.token", "spec.auth")
                .doesNotContain("App.password");
        assertThat(overridden(open)).isEmpty();
        assertThat(overridden(plain)).isEmpty();
    }

    private Optional<Condition> overridden(JupyterNotebook notebook) {
        return Conditions.of(notebooks.status(notebook, notebooks.child(notebook, Deployment.class)))
                .find("AuthenticationOverridden");
    }

    @Test
    void theReferencedSecretsAreRead() {
        assertThat(notebooks.references(notebook(BOTH))).filteredOn(id -> id.type() == Secret.class)
                .containsExactly(new ObjectId(Secret.class, "team", "mine"));
        assertThat(notebooks.references(notebook("{token: x}"))).noneMatch(id -> id.type() == Secret.class);
    }

    @Test
    void theStatusNamesTheSecretToReadFrom() {
        assertThat(secretName("{}")).isEqualTo("n-auth");
        assertThat(secretName("{token: x}")).isEqualTo("n-auth");
        assertThat(secretName("{tokenSecretRef: {name: mine, key: t}}")).isEqualTo("mine");
        assertThat(secretName("{passwordSecretRef: {name: mine, key: p}}")).isEqualTo("mine");
        assertThat(secretName("{token: x, passwordSecretRef: {name: mine, key: p}}")).isEqualTo("n-auth");
        assertThat(secretName("{mode: disable}")).isNull();
    }

    @Test
    void aMissingSecretOrKeyIsReported() {
        Condition noSecret = condition("SecretsResolved", notebook(BOTH)).orElseThrow();
        assertThat(noSecret.getStatus()).isEqualTo("False");
        assertThat(noSecret.getReason()).isEqualTo("SecretNotFound");
        assertThat(noSecret.getMessage()).isEqualTo("spec.auth.passwordSecretRef: Secret 'mine' does not exist:"
                + " create it, or name another one.");

        Condition noKey = condition("SecretsResolved", notebook(BOTH), secret(Map.of("p", "eA=="))).orElseThrow();
        assertThat(noKey.getReason()).isEqualTo("SecretKeyNotFound");
        assertThat(noKey.getMessage()).isEqualTo("spec.auth.tokenSecretRef: Secret 'mine' has no key 't':"
                + " add the key, or name another one.");

        assertThat(condition("SecretsResolved", notebook(BOTH), secret(Map.of("p", "eA==", "t", "eA=="))).orElseThrow()
                .getStatus()).isEqualTo("True");
        assertThat(condition("SecretsResolved", notebook("{}"))).isEmpty();
    }

    @Test
    void aMissingSecretIsTheReasonWhyThePodDoesNotStartButNoFaultOfAPodThatRuns() {
        JupyterNotebook notebook = notebook(BOTH);
        Deployment deployment = notebooks.child(notebook, Deployment.class);
        assertThat(notebooks.readiness(notebook, deployment).reason()).isEqualTo("SecretNotFound");
        assertThat(notebooks.readiness(notebook, deployment).state()).isEqualTo(Readiness.State.FAULT);

        deployment.setStatus(new DeploymentStatusBuilder().withReadyReplicas(1).build());
        assertThat(notebooks.readiness(notebook, deployment).reason()).isEqualTo("Ready");
    }

    @Test
    void plainTextIsUsedAndWarnedOf() {
        JupyterNotebook notebook = notebook("{token: mine, password: secret}");
        Condition warning = condition("PlainTextCredentials", notebook).orElseThrow();

        assertThat(notebooks.child(notebook, Secret.class).getData()).containsEntry("token", "bWluZQ==")
                .containsEntry("password", "c2VjcmV0");
        assertThat(warning.getStatus()).isEqualTo("True");
        assertThat(warning.getReason()).isEqualTo("SetInSpec");
        assertThat(warning.getMessage()).isEqualTo("spec.auth.password and spec.auth.token can be read by everyone who"
                + " may read the notebook: store the value in a Secret, set spec.auth.passwordSecretRef and"
                + " spec.auth.tokenSecretRef instead, and choose a new value.").doesNotContain("mine'");
        assertThat(condition("PlainTextCredentials", notebook(BOTH))).isEmpty();
        assertThat(condition("PlainTextCredentials", notebook("{}"))).isEmpty();
    }

    @Test
    void aChangedKeyChangesThePodAndOtherKeysDoNot() {
        JupyterNotebook notebook = notebook("{tokenSecretRef: {name: mine, key: t}}");
        String hash = hash(notebook, secret(Map.of("t", "eA==")));

        assertThat(hash(notebook, secret(Map.of("t", "eA==", "other", "eQ==")))).isEqualTo(hash);
        assertThat(hash(notebook, secret(Map.of("t", "eQ==")))).isNotEqualTo(hash);
    }

    /** Otherwise, whoever may read the pod could find a short password by trial. */
    @Test
    void theHashDependsOnTheUidOfTheSecret() {
        JupyterNotebook notebook = notebook("{passwordSecretRef: {name: mine, key: p}}");
        Secret one = secret(Map.of("p", "eA=="));
        Secret other = new SecretBuilder(one).editMetadata().withUid("another").endMetadata().build();

        assertThat(hash(notebook, one)).isNotEqualTo(hash(notebook, other));
    }

    private static String hash(JupyterNotebook notebook, HasMetadata... observed) {
        return NotebookSecret.hash(notebook, Observed.of(observed));
    }

    private static Secret secret(Map<String, String> data) {
        return new SecretBuilder().withNewMetadata().withNamespace("team").withName("mine").withUid("s-1").endMetadata()
                .withData(data).build();
    }

    private String secretName(String auth) {
        return notebooks.status(notebook(auth)).secretName();
    }

    private Optional<Condition> condition(String type, JupyterNotebook notebook, HasMetadata... observed) {
        return Conditions.of(notebooks.status(notebook, observed)).find(type);
    }

    private static JupyterNotebook notebook(String auth) {
        return aNotebook("n").withYaml("auth", auth).build();
    }
}
