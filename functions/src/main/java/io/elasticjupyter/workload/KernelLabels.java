package io.elasticjupyter.workload;

import io.elasticjupyter.kubernetes.Labels;
import java.util.Map;

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

    private KernelLabels() {}
}
