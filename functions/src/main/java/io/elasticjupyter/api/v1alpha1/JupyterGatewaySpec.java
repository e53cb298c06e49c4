package io.elasticjupyter.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import java.util.List;

/**
 * The desired state of a gateway. Most fields map to a setting of
 * <a href="https://jupyter-enterprise-gateway.readthedocs.io/en/latest/operators/config-add-env.html">Enterprise Gateway</a>.
 *
 * @param kernels the kernel specs that users may start; null or empty for those in the gateway's image
 * @param defaultKernel the kernel spec to start when a request names none
 * @param cullIdleTimeout seconds after which an idle kernel is culled; 0 or less disables culling
 * @param cullInterval the minimum number of seconds between two scheduled culling runs
 * @param cullBusy whether busy kernels are culled like idle ones
 * @param cullConnected whether idle kernels are culled while a notebook is open on them
 * @param cullKeepLimit the longest time in seconds, from a kernel's last activity, for which its owner can keep it
 * @param maxKernels the largest number of kernels; null for no limit
 * @param maxIdleKernels the largest number of idle kernels that remain after a culling run; null for no limit
 * @param reclaimAfter seconds after which an idle kernel can be culled for a pod that waits for its resources; 0: never
 * @param queueName the LocalQueue of Kueue in which kernels wait for quota; null if Kueue does not manage them
 * @param logLevel the log level of the gateway
 * @param resources the resource requests and limits of the gateway's container
 * @param image the gateway's container image
 * @param clusterRole the ClusterRole that is granted to the gateway in its own namespace
 * @param networkPolicy who may connect to the gateway, besides its notebooks, its kernels and the cull function
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(value = "!has(self.defaultKernel) || !has(self.kernels) || self.kernels.size() == 0 || self.defaultKernel in self.kernels", fieldPath = ".defaultKernel", message = "defaultKernel must be one of kernels: add it to kernels, or set defaultKernel to a listed name")
@ValidationRule(value = "!has(self.kernels) || !self.kernels.exists(kernel, kernel in " + ResourceNames.NATIVE_KERNELS
        + ")", fieldPath = ".kernels", message = "kernels must not contain " + ResourceNames.NATIVE_KERNELS_MESSAGE)
@ValidationRule(value = "!has(self.defaultKernel) || !(self.defaultKernel in " + ResourceNames.NATIVE_KERNELS
        + ")", fieldPath = ".defaultKernel", message = "defaultKernel must not be "
                + ResourceNames.NATIVE_KERNELS_MESSAGE)
public record JupyterGatewaySpec(
        @Size(max = 128) @JsonPropertyDescription("Optional. Names of the JupyterKernelSpecs, in the namespace of the gateway, that users may start. If empty, users may start every kernel spec in the gateway's image.") List<@Size(min = 1, max = 253) @Pattern(ResourceNames.SUBDOMAIN) String> kernels,
        @Size(min = 1, max = 253) @JsonPropertyDescription("Optional. Name of the kernel spec that is started when a request names none. If kernels is set, must be one of kernels. Defaults to the first of kernels, or to 'python_kubernetes' if kernels is empty.") String defaultKernel,
        @Default(JupyterGatewaySpec.DEFAULT_CULL_IDLE_TIMEOUT) @Min(Integer.MIN_VALUE) @Max(31_536_000) @JsonPropertyDescription("Optional. Seconds after which an idle kernel is culled: the kernel is shut down and its pod is deleted. If 0 or less, culling is disabled. At most 31536000 (365 days). Defaults to 3600.") Integer cullIdleTimeout,
        @Default(JupyterGatewaySpec.DEFAULT_CULL_INTERVAL) @Min(1) @Max(86_400) @JsonPropertyDescription("Optional. Minimum number of seconds between two scheduled culling runs. Kernels that become due within this time of each other may be culled in one run, so a kernel may be culled up to this much later than it is due. At least 1, at most 86400 (one day). Defaults to 10.") Integer cullInterval,
        @Default(JupyterGatewaySpec.DEFAULT_CULL_BUSY) @JsonPropertyDescription("Optional. Whether busy kernels are also culled once cullIdleTimeout seconds have passed since their last activity. Defaults to false.") Boolean cullBusy,
        @Default(JupyterGatewaySpec.DEFAULT_CULL_CONNECTED) @JsonPropertyDescription("Optional. Whether idle kernels are also culled while a notebook is open on them. Defaults to true.") Boolean cullConnected,
        @Default(JupyterGatewaySpec.DEFAULT_CULL_KEEP_LIMIT) @Min(0) @Max(31_536_000) @JsonPropertyDescription("Optional. Longest time in seconds, counted from a kernel's last activity, for which the annotation elastic-jupyter.io/keep-until keeps the kernel. If 0, the annotation has no effect. At most 31536000 (365 days). Defaults to 604800 (7 days).") Integer cullKeepLimit,
        @Min(1) @Max(JupyterGatewaySpec.MOST_KERNELS) @JsonPropertyDescription("Optional. Largest number of kernels of the gateway. If a kernel starts beyond it, the kernel that has been idle for longest is culled for it; if none may be culled, the new kernel waits until another one ends. At least 1, at most 10000. Defaults to no limit.") Integer maxKernels,
        @Min(0) @Max(JupyterGatewaySpec.MOST_KERNELS) @JsonPropertyDescription("Optional. Largest number of idle kernels of the gateway. A culling run culls the kernels beyond it that have been idle for longest, even before cullIdleTimeout. At least 0, at most 10000. Defaults to no limit.") Integer maxIdleKernels,
        @Default(JupyterGatewaySpec.DEFAULT_RECLAIM_AFTER) @Min(0) @Max(31_536_000) @JsonPropertyDescription("Optional. Seconds after which an idle kernel can be culled for a pod of a higher priority that no node has room for and that has the label elastic-jupyter.io/reclaim: idle-kernels. If 0, kernels are never culled for such pods. At most 31536000 (365 days). Defaults to 60.") Integer reclaimAfter,
        @Size(min = 1, max = 63) @Pattern(ResourceNames.LABEL) @JsonPropertyDescription("Optional. Name of a LocalQueue of Kueue in the namespace of the gateway. The pods of new kernels get the label kueue.x-k8s.io/queue-name, so that they start when the queue has quota for them. Defaults to the label of the kernel's template, or to no queue.") String queueName,
        @Default("INFO") @JsonPropertyDescription("Optional. Log level of the gateway: 'DEBUG', 'INFO' or 'WARNING'. Defaults to 'INFO'.") LogLevel logLevel,
        @JsonPropertyDescription("Optional. Resource requests and limits of the gateway's container. Defaults to none.") ResourceRequirements resources,
        @Size(min = 1, max = 1024) @JsonPropertyDescription("Optional. Container image of the gateway. It must run as user 1000. Defaults to '"
                + JupyterGatewaySpec.DEFAULT_IMAGE
                + "'.") String image,
        @Size(min = 1, max = 253) @JsonPropertyDescription("Optional. Name of the ClusterRole that is granted to the gateway, in its own namespace only. The reconciler and whoever sets this field must have the right to bind it. Defaults to 'elastic-jupyter-gateway' or, for a gateway that must create pods itself, 'elastic-jupyter-gateway-pods'.") String clusterRole,
        @JsonPropertyDescription("Optional. Who may connect to the gateway and to its kernels. By default, only the notebooks that reference the gateway, its kernels and the cull function connect to the gateway, and only the gateway connects to its kernels.") NetworkPolicySettings networkPolicy) {

    /** The default of {@code image}: a release without the remote code execution of releases before 3.3. */
    public static final String DEFAULT_IMAGE = "elyra/enterprise-gateway:3.3.0";

    /** The default of {@code cullIdleTimeout}, in seconds. */
    public static final String DEFAULT_CULL_IDLE_TIMEOUT = "3600";

    /** The default of {@code cullInterval}, in seconds. */
    public static final String DEFAULT_CULL_INTERVAL = "10";

    /** The default of {@code cullBusy}. */
    public static final String DEFAULT_CULL_BUSY = "false";

    /** The default of {@code cullConnected}. */
    public static final String DEFAULT_CULL_CONNECTED = "true";

    /** The default of {@code cullKeepLimit}, in seconds: 7 days. */
    public static final String DEFAULT_CULL_KEEP_LIMIT = "604800";

    /** The greatest value of {@code maxKernels} and {@code maxIdleKernels}: the cull function reads no more kernels of a gateway. */
    static final int MOST_KERNELS = 10_000;

    /** The default of {@code reclaimAfter}, in seconds. */
    public static final String DEFAULT_RECLAIM_AFTER = "60";

    /** The log levels of the gateway, named as in Python's {@code logging}. */
    public enum LogLevel {
        /** Diagnostic messages, and everything that {@link #INFO} logs. */
        DEBUG,
        /** Normal operation, such as kernels that start and stop. */
        INFO,
        /** Unexpected events and errors only. */
        WARNING
    }
}
