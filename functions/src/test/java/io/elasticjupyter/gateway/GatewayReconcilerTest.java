package io.elasticjupyter.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.elasticjupyter.api.v1alpha1.JupyterGateway;
import io.elasticjupyter.api.v1alpha1.JupyterKernelSpec;
import io.elasticjupyter.reconcile.Observed;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class GatewayReconcilerTest {

    private final GatewayReconciler kind = new GatewayReconciler();

    @Test
    void withNothingSaidItIsTheStockGatewayWithAllKernels() {
        Deployment deployment = child(gateway(""), Deployment.class);

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
    void theGatewaysOwnCullerIsOff() {
        assertThat(environment(child(gateway("cullIdleTimeout: 60"), Deployment.class)))
                .containsEntry("EG_CULL_IDLE_TIMEOUT", "0");
    }

    @Test
    void theSpecBecomesTheEnvironment() {
        Deployment deployment = child(gateway("""
                kernels: [scipy, r]
                defaultKernel: r
                logLevel: WARNING
                image: mine
                clusterRole: other
                resources: {limits: {cpu: "1"}}
                """), Deployment.class);

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
        assertThat(environment(child(gateway("kernels: [r, scipy]"), Deployment.class)))
                .containsEntry("EG_DEFAULT_KERNEL_NAME", "r");
    }

    @Test
    void itsAccountIsBoundToItsRoleInItsNamespace() {
        RoleBinding binding = child(gateway("clusterRole: other"), RoleBinding.class);

        assertThat(binding.getRoleRef().getKind()).isEqualTo("ClusterRole");
        assertThat(binding.getRoleRef().getName()).isEqualTo("other");
        assertThat(binding.getSubjects().getFirst().getName())
                .isEqualTo(child(gateway(""), ServiceAccount.class).getMetadata().getName());
        assertThat(binding.getSubjects().getFirst().getNamespace()).isEqualTo("team");
        assertThat(child(gateway(""), RoleBinding.class).getRoleRef().getName()).isEqualTo("elastic-jupyter-gateway");
    }

    @Test
    void theServiceHasTheHttpAndTheResponsePort() {
        Service service = child(gateway(""), Service.class);

        assertThat(service.getSpec().getPorts()).extracting(ServicePort::getPort).containsExactly(8888, 8877);
        assertThat(child(gateway(""), Deployment.class).getSpec().getTemplate().getMetadata().getLabels())
                .containsAllEntriesOf(service.getSpec().getSelector());
    }

    /** It does not respond for seconds while it starts a kernel, and must not leave its Service then. */
    @Test
    void aGatewayThatIsSlowToAnswerStaysReady() {
        Probe probe = child(gateway(""), Deployment.class).getSpec().getTemplate().getSpec().getContainers().getFirst()
                .getReadinessProbe();

        assertThat(probe.getTimeoutSeconds()).isGreaterThanOrEqualTo(10);
        assertThat(probe.getFailureThreshold()).isGreaterThanOrEqualTo(5);
    }

    @Test
    void eachListedKernelSpecIsMountedAtItsPlaceAndMayBeMissing() {
        var pod = child(gateway("kernels: [scipy, r.v4]"), Deployment.class).getSpec().getTemplate().getSpec();

        assertThat(pod.getContainers().getFirst().getVolumeMounts()).extracting(VolumeMount::getMountPath)
                .containsExactly("/usr/local/share/jupyter/kernels/scipy", "/usr/local/share/jupyter/kernels/r.v4");
        assertThat(pod.getVolumes()).extracting(volume -> volume.getConfigMap().getName())
                .containsExactly("scipy-kernelspec", "r.v4-kernelspec");
        assertThat(pod.getVolumes()).allMatch(volume -> volume.getConfigMap().getOptional());
    }

    @Test
    void aMissingKernelSpecIsNamed() {
        JupyterGateway gateway = gateway("kernels: [scipy, r]");
        JupyterKernelSpec scipy = new JupyterKernelSpec();
        scipy.setMetadata(new ObjectMetaBuilder().withName("scipy").withNamespace("team").build());

        assertThat(kind.conditions(gateway, Observed.of(List.of(scipy)))).singleElement().satisfies(resolved -> {
            assertThat(resolved.getStatus()).isEqualTo("False");
            assertThat(resolved.getMessage()).isEqualTo(
                    "Not there: r. Create a JupyterKernelSpec of that name, or take it out of spec.kernels.");
        });
        assertThat(kind.conditions(gateway("kernels: [scipy]"), Observed.of(List.of(scipy))).getFirst().getStatus())
                .isEqualTo("True");
        assertThat(kind.conditions(gateway(""), Observed.of(List.of())).getFirst().getStatus()).isEqualTo("True");
    }

    @Test
    void whatItStartsKnowsWhichGatewayStartedIt() {
        assertThat(environment(child(gateway(""), Deployment.class)))
                .containsEntry("JUPYTER_GATEWAY_NAME", "g")
                .containsEntry("JUPYTER_GATEWAY_UID", "u-1")
                .containsEntry("EG_INHERITED_ENVS", "PATH,JUPYTER_GATEWAY_NAME,JUPYTER_GATEWAY_UID");
    }

    @Test
    void theStatusSaysWhere() {
        assertThat(kind.status(gateway(""), Observed.of(List.of()), List.of()).url())
                .isEqualTo("http://g.team.svc:8888");
    }

    private static JupyterGateway gateway(String spec) {
        return Serialization.unmarshal("apiVersion: kubeflow.tkestack.io/v1alpha1\nkind: JupyterGateway\n"
                + "metadata: {name: g, namespace: team, uid: u-1}\nspec:\n"
                + (spec.isEmpty() ? "  {}" : spec.indent(2)),
                JupyterGateway.class);
    }

    private <T extends HasMetadata> T child(JupyterGateway gateway, Class<T> type) {
        return kind.desired(gateway, Observed.of(List.of())).stream().filter(type::isInstance).map(type::cast)
                .findFirst().orElseThrow();
    }

    private static Container container(Deployment deployment) {
        return deployment.getSpec().getTemplate().getSpec().getContainers().getFirst();
    }

    private static Map<String, String> environment(Deployment deployment) {
        return container(deployment).getEnv().stream().collect(Collectors.toMap(EnvVar::getName, EnvVar::getValue));
    }
}
