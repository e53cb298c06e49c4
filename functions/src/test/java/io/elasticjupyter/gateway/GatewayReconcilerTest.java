package io.elasticjupyter.gateway;

import static io.elasticjupyter.fixtures.ResourceFixture.aGateway;
import static io.elasticjupyter.fixtures.ResourceFixture.aKernelSpec;
import static org.assertj.core.api.Assertions.assertThat;

import io.elasticjupyter.api.v1alpha1.Conditions;
import io.elasticjupyter.api.v1alpha1.JupyterGateway;
import io.elasticjupyter.api.v1alpha1.JupyterGatewaySpec;
import io.elasticjupyter.api.v1alpha1.JupyterGatewayStatus;
import io.elasticjupyter.api.v1alpha1.JupyterKernelSpec;
import io.elasticjupyter.reconcile.Observed;
import io.elasticjupyter.reconcile.ReconcilerFixture;
import io.elasticjupyter.workload.GatewayToken;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GatewayReconcilerTest {

    private final ReconcilerFixture<JupyterGateway, JupyterGatewayStatus> gateways = new ReconcilerFixture<>(
            new GatewayReconciler("elastic-jupyter", () -> "token-" + "0".repeat(16)));

    @Test
    void anEmptySpecIsTheStockGatewayWithAllKernels() {
        Deployment deployment = child(aGateway("g").build(), Deployment.class);

        assertThat(container(deployment).getImage()).isEqualTo(JupyterGatewaySpec.DEFAULT_IMAGE);
        assertThat(deployment.getSpec().getTemplate().getSpec().getServiceAccountName()).isEqualTo("g");
        assertThat(environment(deployment))
                .containsEntry("EG_LOG_LEVEL", "INFO")
                .containsEntry("EG_NAMESPACE", "team")
                .containsEntry("EG_NAME", "g")
                .containsEntry("EG_SHARED_NAMESPACE", "True")
                .containsEntry("EG_LIST_KERNELS", "True")
                .containsEntry("EG_DEFAULT_KERNEL_NAME", "python_kubernetes")
                .doesNotContainKeys("EG_ALLOWED_KERNELS", "EG_KERNEL_WHITELIST");
    }

    @Test
    void theGatewaysOwnCullingIsDisabledForTheKernelsOfJupyterKernelSpecs() {
        assertThat(environment(
                child(aGateway("g").withKernels("r").with("cullIdleTimeout", 60).build(), Deployment.class)))
                .containsEntry("EG_CULL_IDLE_TIMEOUT", "0").doesNotContainKey("EG_CULL_CONNECTED");
    }

    @Test
    void theGatewayCullsTheKernelsOfItsImageItself() {
        assertThat(environment(child(aGateway("g").build(), Deployment.class)))
                .containsEntry("EG_CULL_IDLE_TIMEOUT", "3600").containsEntry("EG_CULL_CONNECTED", "True");
        assertThat(environment(child(aGateway("g").with("cullIdleTimeout", -1).with("cullConnected", false).build(),
                Deployment.class)))
                .containsEntry("EG_CULL_IDLE_TIMEOUT", "0").containsEntry("EG_CULL_CONNECTED", "False");
    }

    @Test
    void theSpecBecomesTheEnvironment() {
        Deployment deployment = child(aGateway("g")
                .withKernels("scipy", "r")
                .with("defaultKernel", "r")
                .with("logLevel", "WARNING")
                .with("image", "mine")
                .with("clusterRole", "other")
                .withYaml("resources", "{limits: {cpu: '1'}}")
                .build(), Deployment.class);

        assertThat(container(deployment).getImage()).isEqualTo("mine");
        assertThat(container(deployment).getResources().getLimits()).containsEntry("cpu", new Quantity("1"));
        assertThat(environment(deployment))
                .containsEntry("EG_ALLOWED_KERNELS", "[\"scipy\",\"r\"]")
                .containsEntry("EG_KERNEL_WHITELIST", "[\"scipy\",\"r\"]")
                .containsEntry("EG_DEFAULT_KERNEL_NAME", "r")
                .containsEntry("EG_LOG_LEVEL", "WARN")
                .containsEntry("EG_KERNEL_CLUSTER_ROLE", "other");
    }

    @Test
    void theFirstListedKernelIsTheDefault() {
        assertThat(environment(child(aGateway("g").withKernels("r", "scipy").build(), Deployment.class)))
                .containsEntry("EG_DEFAULT_KERNEL_NAME", "r");
    }

    @Test
    void theAccountIsBoundToTheClusterRoleInTheNamespace() {
        RoleBinding binding = child(aGateway("g").with("clusterRole", "other").build(), RoleBinding.class);

        assertThat(binding.getRoleRef().getKind()).isEqualTo("ClusterRole");
        assertThat(binding.getRoleRef().getName()).isEqualTo("other");
        assertThat(binding.getSubjects().getFirst().getName())
                .isEqualTo(child(aGateway("g").build(), ServiceAccount.class).getMetadata().getName());
        assertThat(binding.getSubjects().getFirst().getNamespace()).isEqualTo("team");
    }

    /** A kernel spec that the launcher starts needs no pods; its JupyterKernel does the rest. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "{image: x}                                                 | elastic-jupyter-gateway",
            "{template: {name: t}, env: [{name: A, value: b}]}          | elastic-jupyter-gateway",
            "{command: []}                                              | elastic-jupyter-gateway",
            "{command: [launch]}                                        | elastic-jupyter-gateway-pods",
            "{image: x, className: Proxy}                               | elastic-jupyter-gateway-pods",
            "{env: [{name: A, value: b}, {name: P, valueFrom: {secretKeyRef: {name: s, key: k}}}]} | elastic-jupyter-gateway-pods"})
    void aGatewayMayCreatePodsOnlyIfAKernelSpecNeedsIt(String second, String role) {
        JupyterGateway gateway = aGateway("g").withKernels("first", "second", "missing").build();

        assertThat(role(gateway, aKernelSpec("first").withSpec("{image: x}").build(),
                aKernelSpec("second").withSpec(second).build(),
                aKernelSpec("unlisted").withSpec("{command: [launch]}").build())).isEqualTo(role);
    }

    @Test
    void aGatewayThatOffersTheKernelSpecsOfItsImageMayCreatePods() {
        assertThat(role(aGateway("g").build())).isEqualTo("elastic-jupyter-gateway-pods");
        assertThat(role(aGateway("g").withKernels().build())).isEqualTo("elastic-jupyter-gateway-pods");
    }

    private String role(JupyterGateway gateway, HasMetadata... observed) {
        return gateways.child(gateway, RoleBinding.class, observed).getRoleRef().getName();
    }

    @Test
    void theServiceHasTheHttpAndTheResponsePort() {
        Service service = child(aGateway("g").build(), Service.class);

        assertThat(service.getSpec().getPorts()).extracting(ServicePort::getPort).containsExactly(8888, 8877);
        assertThat(child(aGateway("g").build(), Deployment.class).getSpec().getTemplate().getMetadata().getLabels())
                .containsAllEntriesOf(service.getSpec().getSelector());
    }

    /** The gateway does not respond for seconds while it starts a kernel, and must remain in the Service. */
    @Test
    void aSlowGatewayRemainsReady() {
        Probe probe = child(aGateway("g").build(), Deployment.class).getSpec().getTemplate().getSpec().getContainers()
                .getFirst()
                .getReadinessProbe();

        assertThat(probe.getTimeoutSeconds()).isGreaterThanOrEqualTo(10);
        assertThat(probe.getFailureThreshold()).isGreaterThanOrEqualTo(5);
    }

    @Test
    void eachListedKernelSpecIsMountedAsAnOptionalVolume() {
        var pod = child(aGateway("g").withKernels("scipy", "r.v4").build(), Deployment.class).getSpec().getTemplate()
                .getSpec();

        assertThat(pod.getContainers().getFirst().getVolumeMounts()).extracting(VolumeMount::getMountPath)
                .startsWith("/usr/local/share/jupyter/kernels/scipy", "/usr/local/share/jupyter/kernels/r.v4");
        assertThat(pod.getVolumes().subList(0, 2)).extracting(volume -> volume.getConfigMap().getName())
                .containsExactly("scipy-kernelspec", "r.v4-kernelspec");
        assertThat(pod.getVolumes().subList(0, 2)).allMatch(volume -> volume.getConfigMap().getOptional());
    }

    @Test
    void theConfigurationOfEnterpriseGatewayIsMountedAndNamesTheKernelSpecs() {
        var pod = child(aGateway("g").withKernels("scipy", "r.v4").build(), Deployment.class).getSpec().getTemplate()
                .getSpec();

        List<VolumeMount> mounts = pod.getContainers().getFirst().getVolumeMounts().stream()
                .filter(mount -> mount.getName().equals("config")).toList();
        assertThat(mounts).extracting(VolumeMount::getMountPath).containsExactly(
                "/usr/local/etc/jupyter/jupyter_enterprise_gateway_config.py",
                "/usr/local/etc/jupyter/kernel_sessions.py", "/usr/local/etc/jupyter/launch_errors.py");
        assertThat(child(aGateway("g").build(), ConfigMap.class).getData())
                .containsOnlyKeys(mounts.stream().map(VolumeMount::getSubPath).toList());
        assertThat(pod.getVolumes()).filteredOn(volume -> volume.getName().equals("config")).singleElement()
                .satisfies(volume -> {
                    assertThat(volume.getConfigMap().getName()).isEqualTo("g-config");
                    assertThat(volume.getConfigMap().getOptional()).isNull();
                });
        assertThat(pod.getContainers().getFirst().getEnv()).filteredOn(
                variable -> variable.getName().equals("JUPYTER_GATEWAY_KERNELS")).extracting(EnvVar::getValue)
                .containsExactly("scipy,r.v4");
    }

    @Test
    void aMissingKernelSpecIsNamed() {
        JupyterGateway gateway = aGateway("g").withKernels("scipy", "r").build();
        JupyterKernelSpec scipy = aKernelSpec("scipy").build();

        Condition missing = resolved(gateway, scipy);
        assertThat(missing.getStatus()).isEqualTo("False");
        assertThat(missing.getMessage()).isEqualTo(
                "Missing: r. Create a JupyterKernelSpec with that name, or remove it from spec.kernels.");
        assertThat(resolved(aGateway("g").withKernels("scipy").build(), scipy).getStatus()).isEqualTo("True");
        assertThat(resolved(aGateway("g").build()).getStatus()).isEqualTo("True");
    }

    private Condition resolved(JupyterGateway gateway, HasMetadata... observed) {
        return Conditions.of(gateways.status(gateway, observed)).find("KernelSpecsResolved").orElseThrow();
    }

    @Test
    void launchedProcessesHaveTheNameAndUidOfTheGateway() {
        assertThat(environment(child(aGateway("g").build(), Deployment.class)))
                .containsEntry("JUPYTER_GATEWAY_NAME", "g")
                .containsEntry("JUPYTER_GATEWAY_UID", "u-1")
                .containsEntry("EG_INHERITED_ENVS",
                        "PATH,JUPYTER_GATEWAY_NAME,JUPYTER_GATEWAY_UID,EG_NAME,EG_NAMESPACE");
    }

    @Test
    void theStatusContainsTheUrl() {
        assertThat(gateways.status(aGateway("g").build()).url())
                .isEqualTo("http://g.team.svc:8888");
    }

    @Test
    void theTokenIsRandomKeptAndGivenToTheContainerFromTheSecret() {
        JupyterGateway gateway = aGateway("g").build();
        Secret secret = child(gateway, Secret.class);

        assertThat(secret.getMetadata().getName()).isEqualTo("g-token");
        assertThat(GatewayToken.valid(secret)).hasValue("token-0000000000000000");
        assertThat(GatewayToken.valid(new GatewayReconciler("elastic-jupyter").children().stream()
                .filter(child -> child.type() == Secret.class)
                .map(child -> (Secret) child.desired(gateway, Observed.of()))
                .findFirst().orElseThrow()).orElseThrow()).matches("[0-9a-f]{48}");
        Secret own = new SecretBuilder(secret).withData(Map.of("token", encoded("set-by-a-user-of-mine"))).build();
        assertThat(GatewayToken.valid(gateways.child(gateway, Secret.class, own))).hasValue("set-by-a-user-of-mine");
        EnvVar variable = container(child(gateway, Deployment.class)).getEnv().stream()
                .filter(env -> env.getName().equals("EG_AUTH_TOKEN")).findFirst().orElseThrow();
        assertThat(variable.getValue()).isNull();
        assertThat(variable.getValueFrom().getSecretKeyRef().getName()).isEqualTo("g-token");
        assertThat(variable.getValueFrom().getSecretKeyRef().getKey()).isEqualTo("token");
        assertThat(variable.getValueFrom().getSecretKeyRef().getOptional()).isNull();
    }

    @Test
    void aTokenThatCannotBeSentOrCanBeGuessedIsReplaced() {
        JupyterGateway gateway = aGateway("g").build();
        Secret secret = child(gateway, Secret.class);

        for (String bad : List.of("", "short", "line-feed-at-the-end\n", "no spaces in a header", "x".repeat(1025))) {
            Secret given = new SecretBuilder(secret).withData(Map.of("token", encoded(bad))).build();
            assertThat(GatewayToken.valid(gateways.child(gateway, Secret.class, given))).as(bad)
                    .hasValue("token-0000000000000000");
        }
    }

    @Test
    void anotherTokenChangesThePodAndTheStatus() {
        JupyterGateway gateway = aGateway("g").build();
        Secret first = new SecretBuilder(child(gateway, Secret.class)).editMetadata().withUid("s-1").endMetadata()
                .build();
        Secret second = new SecretBuilder(first).withData(Map.of("token", encoded("y".repeat(16)))).build();

        assertThat(hash(gateway, first)).isNotEmpty().isEqualTo(hash(gateway, first))
                .isNotEqualTo(hash(gateway, second));
        assertThat(gateways.status(gateway, first).tokenHash()).hasSize(32)
                .isNotEqualTo(gateways.status(gateway, second).tokenHash());
        assertThat(gateways.status(gateway, first).secretName()).isEqualTo("g-token");
        assertThat(gateways.status(gateway).tokenHash()).isNull();
    }

    private static String hash(JupyterGateway gateway, Secret secret) {
        return GatewayDeployment.desired(gateway, Observed.of(secret), "functions").getSpec().getTemplate()
                .getMetadata()
                .getAnnotations().get("elastic-jupyter.io/configuration-hash");
    }

    @Test
    void theKernelsSurviveThePod() {
        var deployment = child(aGateway("g").build(), Deployment.class).getSpec();
        var pod = deployment.getTemplate().getSpec();

        assertThat(deployment.getStrategy().getType()).isEqualTo("Recreate");
        assertThat(pod.getTerminationGracePeriodSeconds()).isEqualTo(60);
        assertThat(environment(child(aGateway("g").build(), Deployment.class)))
                .containsEntry("JUPYTER_GATEWAY_SESSIONS", "http://reconciler.elastic-jupyter.svc/kernelSessions")
                .containsEntry("JUPYTER_GATEWAY_FILES", "/var/run/kernel-sessions");
        assertThat(pod.getVolumes().getLast().getEmptyDir().getMedium()).isEqualTo("Memory");
        assertThat(pod.getContainers().getFirst().getVolumeMounts().getLast().getMountPath())
                .isEqualTo("/var/run/kernel-sessions");
    }

    /** Enterprise Gateway answers /api only with the token. */
    @Test
    void theProbeNeedsNoToken() {
        assertThat(container(child(aGateway("g").build(), Deployment.class)).getReadinessProbe().getHttpGet().getPath())
                .isEqualTo("/api/swagger.json");
    }

    @Test
    void theCullFunctionMayReadTheTokenOfTheGatewayAndNothingElse() {
        JupyterGateway gateway = aGateway("g").build();
        Role role = child(gateway, Role.class);
        RoleBinding binding = GatewayAccess.cullerRoleBinding(gateway, "functions");

        assertThat(role.getRules()).singleElement().satisfies(rule -> {
            assertThat(rule.getApiGroups()).containsExactly("");
            assertThat(rule.getResources()).containsExactly("secrets");
            assertThat(rule.getResourceNames()).containsExactly("g-token");
            assertThat(rule.getVerbs()).containsExactly("get");
        });
        assertThat(binding.getRoleRef().getKind()).isEqualTo("Role");
        assertThat(binding.getRoleRef().getName()).isEqualTo(role.getMetadata().getName()).isEqualTo("g-culler");
        assertThat(binding.getSubjects()).singleElement().satisfies(subject -> {
            assertThat(subject.getKind()).isEqualTo("ServiceAccount");
            assertThat(subject.getName()).isEqualTo("culler");
            assertThat(subject.getNamespace()).isEqualTo("functions");
        });
    }

    /** The API server looks up the Role when it checks whether it may be bound. */
    @Test
    void theRoleIsAppliedBeforeItsBinding() {
        assertThat(ReconcilerFixture.appliedLast(new GatewayReconciler("functions"), aGateway("g").build()))
                .contains("RoleBinding 'g-culler'").doesNotContain("Role 'g-culler'");
    }

    private static String encoded(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private <T extends HasMetadata> T child(JupyterGateway gateway, Class<T> type) {
        return gateways.child(gateway, type);
    }

    private static Container container(Deployment deployment) {
        return deployment.getSpec().getTemplate().getSpec().getContainers().getFirst();
    }

    private static Map<String, String> environment(Deployment deployment) {
        return container(deployment).getEnv().stream().filter(env -> env.getValue() != null)
                .collect(Collectors.toMap(EnvVar::getName, EnvVar::getValue));
    }
}
