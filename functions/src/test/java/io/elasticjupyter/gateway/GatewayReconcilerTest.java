package io.elasticjupyter.gateway;

import static io.elasticjupyter.fixtures.ResourceFixture.aGateway;
import static io.elasticjupyter.fixtures.ResourceFixture.aKernelSpec;
import static org.assertj.core.api.Assertions.assertThat;

import io.elasticjupyter.api.v1alpha1.Conditions;
import io.elasticjupyter.api.v1alpha1.JupyterGateway;
import io.elasticjupyter.api.v1alpha1.JupyterGatewayStatus;
import io.elasticjupyter.api.v1alpha1.JupyterKernelSpec;
import io.elasticjupyter.reconcile.ReconcilerFixture;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class GatewayReconcilerTest {

    private final ReconcilerFixture<JupyterGateway, JupyterGatewayStatus> gateways = new ReconcilerFixture<>(
            new GatewayReconciler());

    @Test
    void anEmptySpecIsTheStockGatewayWithAllKernels() {
        Deployment deployment = child(aGateway("g").build(), Deployment.class);

        assertThat(container(deployment).getImage()).isEqualTo("elyra/enterprise-gateway:3.2.3");
        assertThat(deployment.getSpec().getTemplate().getSpec().getServiceAccountName()).isEqualTo("g");
        assertThat(environment(deployment))
                .containsEntry("EG_LOG_LEVEL", "INFO")
                .containsEntry("EG_NAMESPACE", "team")
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
        assertThat(child(aGateway("g").build(), RoleBinding.class).getRoleRef().getName())
                .isEqualTo("elastic-jupyter-gateway");
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
                .containsExactly("/usr/local/share/jupyter/kernels/scipy", "/usr/local/share/jupyter/kernels/r.v4");
        assertThat(pod.getVolumes()).extracting(volume -> volume.getConfigMap().getName())
                .containsExactly("scipy-kernelspec", "r.v4-kernelspec");
        assertThat(pod.getVolumes()).allMatch(volume -> volume.getConfigMap().getOptional());
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
                .containsEntry("EG_INHERITED_ENVS", "PATH,JUPYTER_GATEWAY_NAME,JUPYTER_GATEWAY_UID");
    }

    @Test
    void theStatusContainsTheUrl() {
        assertThat(gateways.status(aGateway("g").build()).url())
                .isEqualTo("http://g.team.svc:8888");
    }

    private <T extends HasMetadata> T child(JupyterGateway gateway, Class<T> type) {
        return gateways.child(gateway, type);
    }

    private static Container container(Deployment deployment) {
        return deployment.getSpec().getTemplate().getSpec().getContainers().getFirst();
    }

    private static Map<String, String> environment(Deployment deployment) {
        return container(deployment).getEnv().stream().collect(Collectors.toMap(EnvVar::getName, EnvVar::getValue));
    }
}
