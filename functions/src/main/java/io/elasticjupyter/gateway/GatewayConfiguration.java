package io.elasticjupyter.gateway;

import io.elasticjupyter.api.v1alpha1.JupyterGateway;
import io.elasticjupyter.workload.PackagedFile;
import io.elasticjupyter.workload.SecretHash;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Builds the ConfigMap with the configuration file of Enterprise Gateway: it starts only the kernel specs that it may start, and its
 * kernels survive its end.
 */
final class GatewayConfiguration {

    /** The environment variable with the allowed kernel specs, for the configuration file. */
    static final String KERNELS = "JUPYTER_GATEWAY_KERNELS";

    private static final String FILE = "jupyter_enterprise_gateway_config.py";

    /** A directory of <a href="https://docs.jupyter.org/en/latest/use/jupyter-directories.html">Jupyter's configuration</a> in every image. */
    private static final String FOLDER = "/usr/local/etc/jupyter/";

    private static final String VOLUME = "config";

    /** The modules that the configuration file imports. */
    private static final List<String> MODULES = List.of("kernel_sessions.py", "launch_errors.py");

    private static final Map<String, String> FILES = files();

    /** The hash of the files, whose change has to replace the pod: a mounted file does not follow its ConfigMap. */
    static final String HASH = SecretHash.of(String.join("", FILES.values()));

    private GatewayConfiguration() {}

    private static Map<String, String> files() {
        Map<String, String> files = new TreeMap<>();
        files.put(FILE, PackagedFile.read(GatewayConfiguration.class, "gateway_config.py"));
        MODULES.forEach(module -> files.put(module, PackagedFile.read(GatewayConfiguration.class, module)));
        return files;
    }

    static String name(JupyterGateway gateway) {
        return gateway.getMetadata().getName() + "-config";
    }

    static ConfigMap desired(JupyterGateway gateway) {
        return new ConfigMapBuilder().withData(FILES).build();
    }

    static Volume volume(JupyterGateway gateway) {
        return new VolumeBuilder().withName(VOLUME).withNewConfigMap().withName(name(gateway)).endConfigMap().build();
    }

    /** Mounts the files only, because the image may have others in the directory. */
    static List<VolumeMount> mounts() {
        return FILES.keySet().stream().map(file -> new VolumeMountBuilder().withName(VOLUME)
                .withMountPath(FOLDER + file).withSubPath(file).withReadOnly(true).build()).toList();
    }
}
