package io.elasticjupyter.gateway;

import io.elasticjupyter.api.v1alpha1.JupyterGateway;
import io.elasticjupyter.workload.GatewayToken;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import java.util.List;

/**
 * Builds what a gateway's pod needs for its kernels to survive it: the address of the function that stores their sessions, and a
 * volume for a copy of the sessions that outlives the container.
 */
final class GatewaySessions {

    /** The Knative Service of the function. It also creates the pods of kernels, so that it runs when a kernel has started. */
    private static final String SERVICE = "reconciler";

    private static final String FUNCTION = "kernelSessions";

    private static final String VOLUME = "kernel-sessions";

    private static final String FOLDER = "/var/run/kernel-sessions";

    /** Thousands of sessions. */
    private static final Quantity SIZE = new Quantity("32Mi");

    private GatewaySessions() {}

    static List<EnvVar> environment(JupyterGateway gateway, String functionsNamespace) {
        return List.of(
                new EnvVar("JUPYTER_GATEWAY_SESSIONS",
                        "http://%s.%s.svc/%s".formatted(SERVICE, functionsNamespace, FUNCTION), null),
                new EnvVar("JUPYTER_GATEWAY_FILES", FOLDER, null),
                // Kernels do not inherit it.
                new EnvVarBuilder().withName("JUPYTER_GATEWAY_SESSION_KEY").withNewValueFrom()
                        .withNewSecretKeyRef(GatewayToken.SESSION_KEY, GatewaySecret.name(gateway), null)
                        .endValueFrom().build(),
                new EnvVarBuilder().withName("JUPYTER_GATEWAY_POD").withNewValueFrom()
                        .withNewFieldRef(null, "metadata.name").endValueFrom().build());
    }

    /** Sessions contain keys, so that they are kept in memory, like Secrets. */
    static Volume volume() {
        return new VolumeBuilder().withName(VOLUME).withNewEmptyDir().withMedium("Memory").withSizeLimit(SIZE)
                .endEmptyDir().build();
    }

    static VolumeMount mount() {
        return new VolumeMountBuilder().withName(VOLUME).withMountPath(FOLDER).build();
    }
}
