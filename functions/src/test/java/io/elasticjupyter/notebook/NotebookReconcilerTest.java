package io.elasticjupyter.notebook;

import static io.elasticjupyter.fixtures.ResourceFixture.aKernelTemplate;
import static io.elasticjupyter.fixtures.ResourceFixture.aNotebook;
import static org.assertj.core.api.Assertions.assertThat;

import io.elasticjupyter.api.v1alpha1.JupyterKernelTemplate;
import io.elasticjupyter.api.v1alpha1.JupyterNotebook;
import io.elasticjupyter.api.v1alpha1.JupyterNotebookStatus;
import io.elasticjupyter.reconcile.Observed;
import io.elasticjupyter.reconcile.Readiness;
import io.elasticjupyter.reconcile.ReconcilerFixture;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentStatusBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class NotebookReconcilerTest {

    private final AtomicInteger tokens = new AtomicInteger();
    private final ReconcilerFixture<JupyterNotebook, JupyterNotebookStatus> notebooks = new ReconcilerFixture<>(
            new NotebookReconciler(() -> "token-" + tokens.incrementAndGet()));

    @Test
    void anEmptySpecIsTheStockServerWithARandomToken() {
        JupyterNotebook notebook = aNotebook("n").build();

        Container server = container(deployment(notebook));
        assertThat(server.getName()).isEqualTo("notebook");
        assertThat(server.getImage()).isEqualTo("quay.io/jupyter/base-notebook:2026-07-28");
        assertThat(server.getArgs()).isEmpty();
        assertThat(server.getPorts()).extracting(ContainerPort::getContainerPort).containsExactly(8888);
        assertThat(environment(server)).containsOnlyKeys("JUPYTER_CONFIG_PATH");
        assertThat(decoded(secret(notebook))).containsKey("token").doesNotContainKey("password");
        assertThat(notebooks.status(notebook).secretName()).isEqualTo("n-auth");
    }

    @Test
    void theStockServerFitsRestrictedPodSecurity() {
        var pod = template(deployment(aNotebook("n").build())).getSpec();

        assertThat(pod.getSecurityContext().getRunAsNonRoot()).isTrue();
        assertThat(pod.getSecurityContext().getSeccompProfile().getType()).isEqualTo("RuntimeDefault");
        assertThat(pod.getContainers().getFirst().getSecurityContext().getAllowPrivilegeEscalation()).isFalse();
        assertThat(pod.getContainers().getFirst().getSecurityContext().getCapabilities().getDrop())
                .containsExactly("ALL");
        assertThat(pod.getAutomountServiceAccountToken()).isFalse();
    }

    @Test
    void aReferencedTemplateIsCompletedLikeAnInlineOne() {
        JupyterNotebook notebook = notebook("templateRef", "{name: small, namespace: menu}");
        JupyterKernelTemplate small = aKernelTemplate("small").inNamespace("menu").withYaml("template",
                "{spec: {containers: [{name: proxy, image: proxy}, {name: notebook, resources: {limits: {memory: 1Gi}}}]}}")
                .build();

        assertThat(notebooks.references(notebook)).filteredOn(id -> id.type() == JupyterKernelTemplate.class)
                .singleElement().satisfies(id -> assertThat(id.namespace() + "/" + id.name()).isEqualTo("menu/small"));
        Container server = template(notebooks.child(notebook, Deployment.class, small)).getSpec().getContainers()
                .get(1);
        assertThat(server.getImage()).isEqualTo("quay.io/jupyter/base-notebook:2026-07-28");
        assertThat(server.getResources().getLimits()).containsEntry("memory", new Quantity("1Gi"));
    }

    @Test
    void aRandomTokenIsGeneratedOnceAndKept() {
        JupyterNotebook notebook = aNotebook("n").build();
        Secret first = secret(notebook);

        assertThat(notebooks.child(notebook, Secret.class, first).getData()).isEqualTo(first.getData());
        assertThat(tokens).hasValue(1);
    }

    @Test
    void aTokenThatTheUserRemovedIsNotKept() {
        Secret given = secret(notebook("auth", "{token: mine}"));
        assertThat(decoded(given)).containsEntry("token", "mine");

        Secret later = notebooks.child(aNotebook("n").build(), Secret.class, given);
        assertThat(decoded(later)).containsEntry("token", "token-1");
    }

    @Test
    void aPasswordWithoutATokenDisablesTheToken() {
        assertThat(decoded(secret(notebook("auth", "{password: secret}")))).containsEntry("password", "secret")
                .doesNotContainKey("token");
    }

    @Test
    void disabledAuthenticationHasNoTokenAndNoPassword() {
        JupyterNotebook notebook = notebook("auth", "{mode: disable}");

        assertThat(secret(notebook).getData()).containsOnlyKeys("jupyter_server_config.py",
                "jupyter_notebook_config.py", "notebook_kernels.py");
        assertThat(notebooks.status(notebook).secretName()).isNull();
    }

    @Test
    void thePodContainsNoSecretValues() {
        Deployment deployment = deployment(notebook("auth", "{token: very-secret, password: most-secret}"));

        assertThat(Serialization.asJson(deployment)).doesNotContain("very-secret", "most-secret");
    }

    @Test
    void aChangedTokenChangesThePod() {
        assertThat(template(deployment(notebook("auth", "{token: a}"))).getMetadata().getAnnotations())
                .isNotEqualTo(template(deployment(notebook("auth", "{token: b}"))).getMetadata().getAnnotations());
    }

    @Test
    void theGatewaysNamespaceDefaultsToTheNotebooks() {
        assertThat(environment(container(deployment(aNotebook("n").withGateway("g").build()))))
                .containsEntry("JUPYTER_GATEWAY_URL", "http://g.team.svc:8888")
                .containsEntry("KERNEL_USERNAME", "n").containsEntry("KERNEL_NOTEBOOK", "team/n");
        assertThat(environment(container(deployment(notebook("gateway", "{name: g, namespace: shared}")))))
                .containsEntry("JUPYTER_GATEWAY_URL", "http://g.shared.svc:8888");
    }

    @Test
    void aServerRecordsItsKernelsOnTheStorageOfTheNotebook() {
        PodTemplateSpec pod = template(deployment(aNotebook("n").withGateway("g")
                .withYaml("storage", "{size: 1Gi, mountPath: /data}").build()));

        assertThat(environment(pod.getSpec().getContainers().getFirst()))
                .containsEntry("JUPYTER_NOTEBOOK_KERNELS", "/data/.elastic-jupyter")
                .containsEntry("JUPYTER_NOTEBOOK_KEEP_KERNELS", "true");
        assertThat(pod.getSpec().getVolumes()).extracting(Volume::getName).doesNotContain("notebook-kernels");
    }

    @Test
    void withoutStorageTheRecordOutlivesTheContainerOnly() {
        PodTemplateSpec pod = template(deployment(aNotebook("n").withGateway("g").build()));
        Container server = pod.getSpec().getContainers().getFirst();

        assertThat(environment(server)).containsEntry("JUPYTER_NOTEBOOK_KERNELS", "/var/run/notebook-kernels")
                .containsEntry("JUPYTER_NOTEBOOK_KEEP_KERNELS", "false");
        assertThat(server.getVolumeMounts()).anySatisfy(mount -> {
            assertThat(mount.getMountPath()).isEqualTo("/var/run/notebook-kernels");
            assertThat(mount.getName()).isEqualTo("notebook-kernels");
        });
        assertThat(pod.getSpec().getVolumes()).filteredOn(volume -> volume.getEmptyDir() != null)
                .extracting(Volume::getName).containsExactly("notebook-kernels");
    }

    @Test
    void theUsersTemplateIsCompletedButNotChanged() {
        Deployment deployment = deployment(aNotebook("n").withGateway("g").withYaml("template", """
                metadata:
                  labels: {team: science, app.kubernetes.io/instance: mine, component: kernel, kernel_id: "7"}
                  annotations: {note: kept}
                spec:
                  serviceAccountName: reader
                  securityContext: {runAsUser: 7}
                  nodeSelector: {zone: a}
                  volumes: [{name: home, emptyDir: {}}]
                  containers:
                  - {name: sidecar, image: sidecar}
                  - name: notebook
                    image: mine
                    command: [start]
                    args: [--ServerApp.base_url=/me]
                    env: [{name: KERNEL_USERNAME, value: ada}]
                    ports: [{containerPort: 8888, name: web}]
                    readinessProbe: {httpGet: {path: /me/api, port: 8888}}
                    volumeMounts: [{name: home, mountPath: /home/jovyan}]
                """).build());
        PodTemplateSpec pod = template(deployment);
        Container server = pod.getSpec().getContainers().get(1);

        assertThat(pod.getMetadata().getLabels()).containsEntry("team", "science")
                .containsEntry("app.kubernetes.io/instance", "n").doesNotContainKey("kernel_id");
        assertThat(pod.getMetadata().getAnnotations()).containsEntry("note", "kept");
        assertThat(pod.getSpec().getNodeSelector()).containsEntry("zone", "a");
        assertThat(pod.getSpec().getSecurityContext().getRunAsUser()).isEqualTo(7);
        assertThat(pod.getSpec().getAutomountServiceAccountToken()).isNull();
        assertThat(pod.getSpec().getVolumes()).extracting(Volume::getName).containsExactly("home",
                "elastic-jupyter-configuration", "notebook-kernels");
        assertThat(pod.getSpec().getContainers().getFirst().getVolumeMounts()).isEmpty();
        assertThat(server.getImage()).isEqualTo("mine");
        assertThat(server.getCommand()).containsExactly("start");
        assertThat(server.getArgs()).containsExactly("--ServerApp.base_url=/me");
        assertThat(server.getPorts()).extracting(ContainerPort::getName).containsExactly("web");
        assertThat(server.getReadinessProbe().getHttpGet().getPath()).isEqualTo("/me/api");
        assertThat(server.getSecurityContext()).isNull();
        assertThat(environment(server)).containsEntry("KERNEL_USERNAME", "ada").containsKey("JUPYTER_GATEWAY_URL");
        assertThat(deployment.getSpec().getSelector().getMatchLabels())
                .allSatisfy((key, value) -> assertThat(pod.getMetadata().getLabels()).containsEntry(key, value));
    }

    @Test
    void aTemplateWithoutContainersOrImageGetsTheStockServer() {
        assertThat(container(deployment(notebook("template", "{spec: {nodeSelector: {gpu: none}}}"))).getImage())
                .isEqualTo(NotebookPod.IMAGE);
        assertThat(container(deployment(notebook("template", "{spec: {containers: [{name: mine}]}}"))).getImage())
                .isEqualTo(NotebookPod.IMAGE);
        assertThat(container(deployment(notebook("template", "{}"))).getImage()).isEqualTo(NotebookPod.IMAGE);
    }

    @Test
    void resourcesApplyToTheContainerUnlessTheTemplateSetsThem() {
        var notebook = aNotebook("n").withYaml("resources", "{limits: {cpu: '1'}}");
        assertThat(container(deployment(notebook.build())).getResources().getLimits()).containsEntry("cpu",
                new Quantity("1"));
        assertThat(container(deployment(
                notebook.withYaml("template", "{spec: {containers: [{name: n, resources: {limits: {cpu: '2'}}}]}}")
                        .build()))
                .getResources().getLimits()).containsEntry("cpu", new Quantity("2"));
    }

    @Test
    void foreignKeysInTheSecretDoNotChangeThePod() {
        JupyterNotebook notebook = aNotebook("n").build();
        Secret secret = secret(notebook);
        Secret shared = new SecretBuilder(secret).addToData("theirs", "eA==").build();

        assertThat(NotebookDeployment.desired(notebook, Observed.of(shared)))
                .isEqualTo(NotebookDeployment.desired(notebook, Observed.of(secret)));
    }

    @Test
    void thePullPolicyFollowsTheImage() {
        PodTemplateSpec pod = template(deployment(notebook("template", """
                spec:
                  initContainers: [{name: init, image: init}]
                  containers: [{name: notebook}, {name: sidecar, image: sidecar, imagePullPolicy: Never}]
                """)));

        assertThat(pod.getSpec().getInitContainers().getFirst().getImagePullPolicy()).isEqualTo("Always");
        assertThat(pod.getSpec().getContainers()).extracting(Container::getImagePullPolicy)
                .containsExactly("IfNotPresent", "Never");
    }

    @Test
    void replicasStopTheNotebook() {
        JupyterNotebook stopped = aNotebook("n").with("replicas", 0).build();

        assertThat(deployment(aNotebook("n").build()).getSpec().getReplicas()).isOne();
        assertThat(deployment(stopped).getSpec().getReplicas()).isZero();
        assertThat(notebooks.readiness(stopped, deployment(stopped))).satisfies(readiness -> {
            assertThat(readiness.state()).isEqualTo(Readiness.State.WAITING);
            assertThat(readiness.reason()).isEqualTo("Stopped");
            assertThat(readiness.message()).contains("kubectl scale jnb n -n team --replicas=1");
        });
    }

    @Test
    void theServiceFindsThePods() {
        JupyterNotebook notebook = aNotebook("n").build();
        Service service = notebooks.child(notebook, Service.class);

        assertThat(service.getSpec().getPorts().getFirst().getPort()).isEqualTo(8888);
        assertThat(template(deployment(notebook)).getMetadata().getLabels())
                .containsAllEntriesOf(service.getSpec().getSelector());
    }

    @Test
    void theStatusMirrorsTheDeployment() {
        JupyterNotebook notebook = aNotebook("n").build();
        Deployment deployment = deployment(notebook);
        deployment.getSpec().setReplicas(1);
        deployment.setStatus(new DeploymentStatusBuilder().withReadyReplicas(1).build());

        assertThat(notebooks.status(notebook, deployment).readyReplicas()).isEqualTo(1);
        assertThat(notebooks.status(notebook, deployment).url()).isEqualTo("http://n.team.svc:8888");
        assertThat(notebooks.readiness(notebook, deployment).reason()).isEqualTo("Ready");
    }

    @Test
    void theKernelUsernameIsTheNotebooksNameOrTheField() {
        var notebook = aNotebook("ada").withGateway("g");
        assertThat(environment(container(deployment(notebook.build())))).containsEntry("KERNEL_USERNAME", "ada");
        assertThat(environment(container(deployment(notebook.with("kernelUsername", "countess").build()))))
                .containsEntry("KERNEL_USERNAME", "countess");
    }

    /** Enterprise Gateway rejects the user root. */
    @Test
    void aNotebookNamedRootHasAnotherKernelUsername() {
        assertThat(environment(container(deployment(aNotebook("root").withGateway("g").build()))))
                .containsEntry("KERNEL_USERNAME", "jovyan");
    }

    private static JupyterNotebook notebook(String field, String yaml) {
        return aNotebook("n").withYaml(field, yaml).build();
    }

    private Deployment deployment(JupyterNotebook notebook) {
        return notebooks.child(notebook, Deployment.class);
    }

    private Secret secret(JupyterNotebook notebook) {
        return notebooks.child(notebook, Secret.class);
    }

    private static PodTemplateSpec template(Deployment deployment) {
        return deployment.getSpec().getTemplate();
    }

    private static Container container(Deployment deployment) {
        return template(deployment).getSpec().getContainers().getFirst();
    }

    private static Map<String, String> environment(Container container) {
        return container.getEnv().stream().filter(env -> env.getValue() != null)
                .collect(Collectors.toMap(EnvVar::getName, EnvVar::getValue));
    }

    private static Map<String, String> decoded(Secret secret) {
        Function<String, String> decode = text -> new String(Base64.getDecoder().decode(text), StandardCharsets.UTF_8);
        return secret.getData().entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, e -> decode.apply(e.getValue())));
    }
}
