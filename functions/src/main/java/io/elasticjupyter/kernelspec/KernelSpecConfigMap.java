package io.elasticjupyter.kernelspec;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.elasticjupyter.api.v1alpha1.JupyterGateway;
import io.elasticjupyter.api.v1alpha1.JupyterKernel;
import io.elasticjupyter.api.v1alpha1.JupyterKernelSpec;
import io.elasticjupyter.api.v1alpha1.JupyterKernelSpecSpec;
import io.elasticjupyter.api.v1alpha1.JupyterKernelSpecification;
import io.elasticjupyter.api.v1alpha1.KernelTemplateReference;
import io.elasticjupyter.serialization.FastKubernetesSerialization;
import io.elasticjupyter.workload.PackagedFile;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Builds the directory of a <a href="https://jupyter-client.readthedocs.io/en/stable/kernels.html#kernel-specs">kernel spec</a>:
 * kernel.json and, without a command in the spec, the launcher with the JupyterKernel to create.
 */
final class KernelSpecConfigMap {

    static final String PROCESS_PROXY = "enterprise_gateway.services.processproxies.k8s.KubernetesProcessProxy";

    private static final String LAUNCHER = "launch_jupyterkernel.py";

    private static final String LAUNCHER_TEXT = PackagedFile.read(KernelSpecConfigMap.class, LAUNCHER);

    /** Enterprise Gateway replaces the names in braces; 'resource_dir' is the directory of the kernel spec. */
    private static final List<String> LAUNCH = List.of("python", "{resource_dir}/" + LAUNCHER,
            "--RemoteProcessProxy.kernel-id", "{kernel_id}",
            "--RemoteProcessProxy.port-range", "{port_range}",
            "--RemoteProcessProxy.response-address", "{response_address}",
            "--RemoteProcessProxy.public-key", "{public_key}");

    private static final KubernetesSerialization JSON = new FastKubernetesSerialization();

    private KernelSpecConfigMap() {}

    static ConfigMap desired(JupyterKernelSpec kernelSpec) {
        Map<String, String> files = new TreeMap<>(Map.of("kernel.json", kernelJson(kernelSpec).toPrettyString()));
        if (command(kernelSpec).isEmpty()) {
            files.put(LAUNCHER, LAUNCHER_TEXT);
            files.put("jupyterkernel.json", JSON.asJson(jupyterKernel(kernelSpec)));
        }
        return new ConfigMapBuilder()
                .withData(files)
                .build();
    }

    private static ObjectNode kernelJson(JupyterKernelSpec kernelSpec) {
        JupyterKernelSpecSpec spec = kernelSpec.getSpec();
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("language", spec.language());
        json.put("display_name", Objects.requireNonNullElse(spec.displayName(), kernelSpec.getMetadata().getName()));
        ObjectNode proxy = json.putObject("metadata").putObject("process_proxy");
        proxy.put("class_name", Objects.requireNonNullElse(spec.className(), PROCESS_PROXY));
        image(kernelSpec).ifPresent(image -> proxy.putObject("config").put("image_name", image));
        ObjectNode env = json.putObject("env");
        // A value from another source, such as a Secret, reaches the kernel through its pod.
        env(spec).stream().filter(each -> each.getValue() != null)
                .forEach(each -> env.put(each.getName(), each.getValue()));
        argv(kernelSpec).forEach(json.putArray("argv")::add);
        return json;
    }

    /** Enterprise Gateway requires an image, even when the image is that of the template, and only logs it in this case. */
    private static Optional<String> image(JupyterKernelSpec kernelSpec) {
        KernelTemplateReference template = template(kernelSpec);
        return Optional.ofNullable(kernelSpec.getSpec().image())
                .or(() -> template == null || !command(kernelSpec).isEmpty()
                        ? Optional.empty()
                        : Optional.of("JupyterKernelTemplate %s/%s".formatted(template.namespace(), template.name())));
    }

    private static List<String> argv(JupyterKernelSpec kernelSpec) {
        List<String> command = command(kernelSpec);
        if (command.isEmpty()) {
            return LAUNCH;
        }
        List<String> argv = new ArrayList<>(command);
        KernelTemplateReference template = template(kernelSpec);
        if (template != null) {
            argv.addAll(List.of("--kernel-template-name", template.name(), "--kernel-template-namespace",
                    template.namespace()));
        }
        return argv;
    }

    /** Returns the JupyterKernel to create, to which the launcher adds the name, the owner and the environment of the kernel. */
    private static JupyterKernel jupyterKernel(JupyterKernelSpec kernelSpec) {
        JupyterKernelSpecSpec spec = kernelSpec.getSpec();
        KernelTemplateReference reference = template(kernelSpec);
        PodTemplateSpec plain = new PodTemplateSpecBuilder().withNewSpec().addNewContainer().withName("kernel")
                .endContainer().endSpec().build();
        JupyterKernel kernel = new JupyterKernel();
        kernel.setApiVersion(HasMetadata.getApiVersion(JupyterKernel.class));
        kernel.setMetadata(null);
        kernel.setSpec(
                new JupyterKernelSpecification(reference == null ? plain : null, reference, spec.image(), env(spec),
                        JupyterGateway.KERNEL_LAUNCH_SECONDS, null, null));
        return kernel;
    }

    private static KernelTemplateReference template(JupyterKernelSpec kernelSpec) {
        KernelTemplateReference given = kernelSpec.getSpec().template();
        return given == null
                ? null
                : new KernelTemplateReference(given.name(),
                        Objects.requireNonNullElse(given.namespace(), kernelSpec.getMetadata().getNamespace()));
    }

    private static List<String> command(JupyterKernelSpec kernelSpec) {
        return Objects.requireNonNullElse(kernelSpec.getSpec().command(), List.of());
    }

    private static List<EnvVar> env(JupyterKernelSpecSpec spec) {
        return Objects.requireNonNullElse(spec.env(), List.of());
    }
}
