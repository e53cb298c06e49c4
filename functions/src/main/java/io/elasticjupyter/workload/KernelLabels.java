package io.elasticjupyter.workload;

import io.elasticjupyter.api.v1alpha1.JupyterKernelSpecification;
import io.elasticjupyter.kubernetes.Labels;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;

/** The labels of the pod of a kernel, among them those by which Enterprise Gateway finds it. */
public final class KernelLabels {

    /** The label whose value is the kernel's id. */
    public static final String KERNEL_ID = "kernel_id";

    /** The label that distinguishes the pods of kernels from others of the gateway. */
    public static final String COMPONENT = "component";

    /** The value of {@link #COMPONENT} for a kernel. */
    public static final String KERNEL = "kernel";

    /** The labels that Enterprise Gateway gives to the pods that it creates itself. */
    public static final Map<String, String> OF_ENTERPRISE_GATEWAY = Map.of("app", "enterprise-gateway", COMPONENT,
            KERNEL);

    /**
     * The labels of all pods of kernels, besides {@link #OF_ENTERPRISE_GATEWAY}. They override those of the template: with another
     * name of the application, the pod could receive the requests to a notebook or a gateway.
     */
    public static final Map<String, String> OF_KERNELS = Map.of(Labels.NAME, "jupyter-kernel");

    /** The label of a pod by which Kueue puts it into a queue. Its value is the name of a LocalQueue. */
    public static final String QUEUE = "kueue.x-k8s.io/queue-name";

    /** The label by which the gateway image of the Go operator finds the JupyterKernel of a pod. Its value is the kernel's name. */
    private static final String NAME_OF_KERNEL = "kernel";

    private static final int MAX_VALUE = 63;

    private static final String USER = "elastic-jupyter.io/user";
    private static final String NOTEBOOK = "elastic-jupyter.io/notebook";
    private static final String NOTEBOOK_NAMESPACE = "elastic-jupyter.io/notebook-namespace";

    /** The <a href="https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set">syntax</a> of the value of a label. */
    private static final Pattern VALUE = Pattern.compile("[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?");

    private KernelLabels() {}

    /** Returns the labels with the user and the notebook whose kernel it is. A value that no label can have is left out. */
    public static Map<String, String> ownerOf(JupyterKernelSpecification kernel) {
        Map<String, String> labels = new HashMap<>();
        labels.put(USER, kernel.user());
        if (kernel.notebook() != null) {
            labels.put(NOTEBOOK, kernel.notebook().name());
            labels.put(NOTEBOOK_NAMESPACE, kernel.notebook().namespace());
        }
        labels.values().removeIf(value -> value == null || !VALUE.matcher(value).matches());
        return labels;
    }

    /** Returns the label with the name of a kernel; empty if the name is longer than the value of a label may be. */
    public static Map<String, String> nameOf(HasMetadata kernel) {
        String name = kernel.getMetadata().getName();
        return name.length() > MAX_VALUE ? Map.of() : Map.of(NAME_OF_KERNEL, name);
    }
}
