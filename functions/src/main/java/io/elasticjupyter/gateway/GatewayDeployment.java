package io.elasticjupyter.gateway;

import io.elasticjupyter.api.v1alpha1.JupyterGateway;
import io.elasticjupyter.api.v1alpha1.JupyterGatewaySpec;
import io.elasticjupyter.api.v1alpha1.JupyterGatewaySpec.LogLevel;
import io.elasticjupyter.api.v1alpha1.JupyterKernelSpec;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.elasticjupyter.kubernetes.Labels;
import io.elasticjupyter.reconcile.Observed;
import io.elasticjupyter.workload.GatewayToken;
import io.elasticjupyter.workload.ImagePullPolicies;
import io.elasticjupyter.workload.PodSecurity;
import io.elasticjupyter.workload.SecretHash;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.stream.IntStream;

/** Builds the gateway's Deployment. It does not set the replicas: the default is one, and users may change it. */
final class GatewayDeployment {

    static final int RESPONSE_PORT = 8877;

    /** A path of <a href="https://github.com/jupyter-server/enterprise_gateway/blob/v3.3.0/enterprise_gateway/services/api/handlers.py">Enterprise Gateway</a> that requires no token. */
    private static final String PROBED = "/api/swagger.json";

    /**
     * Environment variables that the gateway passes on to launched processes; also set under the older name for older images. The Go
     * operator's launcher stops without the last two.
     */
    private static final String INHERITED = "PATH,JUPYTER_GATEWAY_NAME,JUPYTER_GATEWAY_UID,EG_NAME,EG_NAMESPACE";

    /** The gateway waits for kernels that are being started, and then stores the sessions of all. */
    private static final long GRACE_PERIOD_SECONDS = 60;

    private GatewayDeployment() {}

    static Map<String, String> labels(JupyterGateway gateway) {
        return Labels.of(Labels.GATEWAY, gateway);
    }

    static Deployment desired(JupyterGateway gateway, Observed observed, String functionsNamespace) {
        JupyterGatewaySpec spec = GatewayReconciler.spec(gateway);
        String image = Objects.requireNonNullElse(spec.image(), JupyterGatewaySpec.DEFAULT_IMAGE);
        return new DeploymentBuilder()
                .withNewMetadata().withLabels(labels(gateway)).endMetadata()
                .withNewSpec()
                // Of two gateways at the same time, each would restart or delete kernels of the other.
                .withNewStrategy().withType("Recreate").endStrategy()
                .withNewSelector().withMatchLabels(labels(gateway)).endSelector()
                .withNewTemplate()
                .withNewMetadata()
                .withLabels(labels(gateway))
                // Enterprise Gateway reads its Secret and its configuration only at the start.
                .addToAnnotations(SecretHash.ANNOTATION,
                        GatewayConfiguration.HASH + GatewaySecret.hashOfAll(gateway, observed).orElse(""))
                .endMetadata()
                .withNewSpec()
                .withServiceAccountName(gateway.getMetadata().getName())
                .withTerminationGracePeriodSeconds(GRACE_PERIOD_SECONDS)
                // For a Service named 'eg', service links would set EG_PORT to a URL.
                .withEnableServiceLinks(false)
                .withSecurityContext(PodSecurity.restrictedPod())
                .addNewContainer()
                .withName("gateway")
                .withImage(image)
                .withImagePullPolicy(ImagePullPolicies.defaultFor(image))
                .withEnv(environment(gateway, functionsNamespace))
                .withResources(spec.resources())
                .withSecurityContext(PodSecurity.restrictedContainer())
                // The Ready condition has the last line of a gateway that does not start.
                .withTerminationMessagePolicy("FallbackToLogsOnError")
                .addNewPort().withName("http").withProtocol("TCP").withContainerPort(JupyterGateway.PORT).endPort()
                .addNewPort().withName("response").withProtocol("TCP").withContainerPort(RESPONSE_PORT).endPort()
                .withNewReadinessProbe().withNewHttpGet().withPath(PROBED).withNewPort(JupyterGateway.PORT).endHttpGet()
                // Enterprise Gateway does not respond for several seconds while it starts a kernel.
                .withPeriodSeconds(2).withTimeoutSeconds(10).withFailureThreshold(5).endReadinessProbe()
                .withVolumeMounts(kernels(gateway, (volume, kernel) -> new VolumeMountBuilder()
                        .withName(volume).withMountPath(JupyterKernelSpec.FOLDER + "/" + kernel).withReadOnly(true)
                        .build()))
                .addAllToVolumeMounts(GatewayConfiguration.mounts())
                .addToVolumeMounts(GatewaySessions.mount())
                .endContainer()
                .withVolumes(kernels(gateway, (volume, kernel) -> new VolumeBuilder()
                        .withName(volume)
                        // A missing ConfigMap must not prevent the start. The kubelet mounts it when it is created.
                        .withNewConfigMap().withName(JupyterKernelSpec.configMap(kernel)).withOptional(true)
                        .endConfigMap()
                        .build()))
                .addToVolumes(GatewayConfiguration.volume(gateway), GatewaySessions.volume())
                .endSpec()
                .endTemplate()
                .endSpec()
                .build();
    }

    /** Returns the environment variables of <a href="https://jupyter-enterprise-gateway.readthedocs.io/en/latest/operators/config-add-env.html">Enterprise Gateway</a>. */
    private static List<EnvVar> environment(JupyterGateway gateway, String functionsNamespace) {
        JupyterGatewaySpec spec = GatewayReconciler.spec(gateway);
        Map<String, String> env = new LinkedHashMap<>();
        env.put("EG_PORT", String.valueOf(JupyterGateway.PORT));
        env.put("EG_PORT_RETRIES", "0");
        env.put("EG_RESPONSE_PORT", String.valueOf(RESPONSE_PORT));
        env.put("EG_NAMESPACE", gateway.getMetadata().getNamespace());
        env.put("EG_SHARED_NAMESPACE", "True");
        env.put("EG_MIRROR_WORKING_DIRS", "False");
        // The cull function lists the kernels and their activity.
        env.put("EG_LIST_KERNELS", "True");
        addCulling(gateway, env);
        env.put("EG_KERNEL_LAUNCH_TIMEOUT", String.valueOf(JupyterGateway.KERNEL_LAUNCH_SECONDS));
        env.put("EG_KERNEL_CLUSTER_ROLE",
                Objects.requireNonNullElse(spec.clusterRole(), GatewayAccess.CLUSTER_ROLE));
        env.put("EG_LOG_LEVEL", logLevel(Objects.requireNonNullElse(spec.logLevel(), LogLevel.INFO)));
        List<String> kernels = GatewayReconciler.kernels(gateway);
        if (!kernels.isEmpty()) {
            // Also set under the older name for older images.
            env.put("EG_ALLOWED_KERNELS", list(kernels));
            env.put("EG_KERNEL_WHITELIST", list(kernels));
            env.put(GatewayConfiguration.KERNELS, String.join(",", kernels));
        }
        String first = kernels.isEmpty() ? "python_kubernetes" : kernels.getFirst();
        env.put("EG_DEFAULT_KERNEL_NAME", Objects.requireNonNullElse(spec.defaultKernel(), first));
        // The name by which the Go operator's launcher reads the gateway.
        env.put("EG_NAME", gateway.getMetadata().getName());
        // The launcher makes the gateway the owner of each JupyterKernel.
        env.put("JUPYTER_GATEWAY_NAME", gateway.getMetadata().getName());
        env.put("JUPYTER_GATEWAY_UID", gateway.getMetadata().getUid());
        env.put("EG_INHERITED_ENVS", INHERITED);
        env.put("EG_ENV_PROCESS_WHITELIST", INHERITED);
        List<EnvVar> variables = new ArrayList<>();
        env.forEach((name, value) -> variables.add(new EnvVar(name, value, null)));
        // Enterprise Gateway removes it from the environment of the processes that it launches.
        variables.add(new EnvVarBuilder().withName("EG_AUTH_TOKEN").withNewValueFrom()
                .withNewSecretKeyRef(GatewayToken.KEY, GatewaySecret.name(gateway), null).endValueFrom().build());
        variables.addAll(GatewaySessions.environment(gateway, functionsNamespace));
        return variables;
    }

    /**
     * Adds the settings of the gateway's own culling. The cull function culls the kernels of JupyterKernelSpecs, including those that the
     * gateway forgets in a restart. Kernels of the kernel specs in the image have no JupyterKernel, so the gateway culls them itself.
     */
    private static void addCulling(JupyterGateway gateway, Map<String, String> env) {
        JupyterGatewaySpec spec = GatewayReconciler.spec(gateway);
        if (!GatewayReconciler.kernels(gateway).isEmpty()) {
            env.put("EG_CULL_IDLE_TIMEOUT", "0");
            return;
        }
        int timeout = Objects.requireNonNullElse(spec.cullIdleTimeout(),
                Integer.valueOf(JupyterGatewaySpec.DEFAULT_CULL_IDLE_TIMEOUT));
        boolean connected = Objects.requireNonNullElse(spec.cullConnected(),
                Boolean.valueOf(JupyterGatewaySpec.DEFAULT_CULL_CONNECTED));
        env.put("EG_CULL_IDLE_TIMEOUT", String.valueOf(Math.max(0, timeout)));
        env.put("EG_CULL_CONNECTED", connected ? "True" : "False");
    }

    /** Numbers the volumes, because the name of a kernel spec may contain dots and be longer than the name of a volume. */
    private static <T> List<T> kernels(JupyterGateway gateway, BiFunction<String, String, T> toEach) {
        List<String> kernels = GatewayReconciler.kernels(gateway);
        return IntStream.range(0, kernels.size()).mapToObj(i -> toEach.apply("kernelspec-" + i, kernels.get(i)))
                .toList();
    }

    /** Enterprise Gateway uses the level's name in traitlets, and exits on 'WARNING'. */
    private static String logLevel(LogLevel level) {
        return level == LogLevel.WARNING ? "WARN" : level.name();
    }

    /** Returns a JSON list without spaces, because the image's start script splits at spaces. */
    private static String list(List<String> names) {
        ArrayNode list = JsonNodeFactory.instance.arrayNode();
        names.forEach(list::add);
        return list.toString();
    }
}
