package io.elasticjupyter.gateway;

import static io.elasticjupyter.fixtures.ResourceFixture.aGateway;
import static org.assertj.core.api.Assertions.assertThat;

import io.elasticjupyter.api.v1alpha1.JupyterGateway;
import io.elasticjupyter.api.v1alpha1.JupyterGatewayStatus;
import io.elasticjupyter.reconcile.ReconcilerFixture;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentSpec;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** How the pod of a gateway runs, and how it is reached. */
class GatewayPodTest {

    private final ReconcilerFixture<JupyterGateway, JupyterGatewayStatus> gateways = new ReconcilerFixture<>(
            new GatewayReconciler("elastic-jupyter"));

    private final JupyterGateway gateway = aGateway("g").withKernels("scipy").build();
    private final DeploymentSpec deployment = gateways.child(gateway, Deployment.class).getSpec();
    private final PodSpec pod = deployment.getTemplate().getSpec();
    private final Container container = pod.getContainers().getFirst();
    private final Service service = gateways.child(gateway, Service.class);

    /** Two gateways at the same time would each know only some of the kernels. */
    @Test
    void theOldPodEndsBeforeTheNewOneStarts() {
        assertThat(deployment.getStrategy().getType()).isEqualTo("Recreate");
    }

    @Test
    void eachPortOfTheServiceLeadsToThePortOfThatNameInTheContainer() {
        assertThat(service.getSpec().getPorts().stream()
                .collect(Collectors.toMap(ServicePort::getName, port -> port.getTargetPort().getIntVal())))
                .isEqualTo(container.getPorts().stream()
                        .collect(Collectors.toMap(ContainerPort::getName, ContainerPort::getContainerPort)))
                .containsEntry("http", 8888).containsEntry("response", 8877);
        assertThat(environment("EG_PORT")).isEqualTo("8888");
        assertThat(environment("EG_RESPONSE_PORT")).isEqualTo("8877");
    }

    /** Only the pod that has started a kernel knows it. */
    @Test
    void theRequestsOfANotebookReachTheSamePod() {
        assertThat(service.getSpec().getSessionAffinity()).isEqualTo("ClientIP");
    }

    @Test
    void aKernelHasThreeMinutesToStart() {
        assertThat(environment("EG_KERNEL_LAUNCH_TIMEOUT")).isEqualTo("180");
    }

    /** A process that the gateway launches runs the command of a kernel spec, and must not learn the token. */
    @Test
    void launchedProcessesInheritNothingElse() {
        assertThat(environment("EG_ENV_PROCESS_WHITELIST")).isEqualTo(environment("EG_INHERITED_ENVS"))
                .isEqualTo("PATH,JUPYTER_GATEWAY_NAME,JUPYTER_GATEWAY_UID,EG_NAME,EG_NAMESPACE");
    }

    @Test
    void thePodFitsRestrictedPodSecurity() {
        assertThat(pod.getSecurityContext().getRunAsNonRoot()).isTrue();
        assertThat(pod.getSecurityContext().getRunAsUser()).isPositive();
        assertThat(pod.getSecurityContext().getSeccompProfile().getType()).isEqualTo("RuntimeDefault");
        assertThat(container.getSecurityContext().getAllowPrivilegeEscalation()).isFalse();
        assertThat(container.getSecurityContext().getCapabilities().getDrop()).containsExactly("ALL");
    }

    /** For a Service named 'eg', they would set EG_PORT to a URL. */
    @Test
    void thePodHasNoServiceLinks() {
        assertThat(pod.getEnableServiceLinks()).isFalse();
    }

    private String environment(String name) {
        return container.getEnv().stream().filter(variable -> variable.getName().equals(name)).map(EnvVar::getValue)
                .findFirst().orElseThrow();
    }
}
