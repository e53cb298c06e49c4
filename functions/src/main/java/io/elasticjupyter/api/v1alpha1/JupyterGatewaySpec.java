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
 * What a gateway's owner asks for. The settings are those of
 * <a href="https://jupyter-enterprise-gateway.readthedocs.io/en/latest/operators/config-add-env.html">Enterprise Gateway</a>.
 *
 * @param kernels the kernel specs that may be started; null or empty: all that the image has
 * @param defaultKernel the one that is started when none is named
 * @param cullIdleTimeout seconds after which an idle kernel is deleted; 0 or less: never
 * @param cullInterval the least number of seconds between two scheduled looks for idle kernels
 * @param cullBusy whether a busy kernel counts as idle too
 * @param cullConnected whether a kernel with an open notebook counts as idle too
 * @param logLevel how much the gateway logs
 * @param resources what the gateway's container requests and may use
 * @param image the gateway's image
 * @param clusterRole the ClusterRole that the gateway gets in its own namespace
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(value = "!has(self.defaultKernel) || !has(self.kernels) || self.kernels.size() == 0 || self.defaultKernel in self.kernels", fieldPath = ".defaultKernel", message = "defaultKernel is not in kernels: add it there, or name one that is")
@ValidationRule(value = "!has(self.kernels) || !self.kernels.exists(kernel, kernel in " + ResourceNames.NATIVE_KERNELS
        + ")", fieldPath = ".kernels", message = ResourceNames.NATIVE_KERNELS_MESSAGE)
@ValidationRule(value = "!has(self.defaultKernel) || !(self.defaultKernel in " + ResourceNames.NATIVE_KERNELS
        + ")", fieldPath = ".defaultKernel", message = ResourceNames.NATIVE_KERNELS_MESSAGE)
public record JupyterGatewaySpec(
        @Size(max = 128) @JsonPropertyDescription("Names of the JupyterKernelSpecs in this namespace that may be started. None: all that the image has.") List<@Size(min = 1, max = 253) @Pattern(ResourceNames.SUBDOMAIN) String> kernels,
        @Size(min = 1, max = 253) @JsonPropertyDescription("The kernel spec that is started when a notebook names none.") String defaultKernel,
        @Default(JupyterGatewaySpec.DEFAULT_CULL_IDLE_TIMEOUT) @Min(Integer.MIN_VALUE) @Max(31_536_000) @JsonPropertyDescription("Seconds after which an idle kernel is deleted. 0 or less: never.") Integer cullIdleTimeout,
        @Default(JupyterGatewaySpec.DEFAULT_CULL_INTERVAL) @Min(1) @Max(86_400) @JsonPropertyDescription("The least number of seconds from one scheduled look for idle kernels to the next. Kernels that become due within this time of each other may be deleted by the same look.") Integer cullInterval,
        @Default(JupyterGatewaySpec.DEFAULT_CULL_BUSY) @JsonPropertyDescription("Whether a kernel that is busy is deleted too once cullIdleTimeout has passed.") Boolean cullBusy,
        @Default(JupyterGatewaySpec.DEFAULT_CULL_CONNECTED) @JsonPropertyDescription("Whether a kernel is deleted although a notebook is open on it.") Boolean cullConnected,
        @Default("INFO") @JsonPropertyDescription("How much the gateway logs.") LogLevel logLevel,
        @JsonPropertyDescription("What the gateway's container requests and may use.") ResourceRequirements resources,
        @Size(min = 1, max = 1024) @JsonPropertyDescription("The gateway's image. Default: the stock Enterprise Gateway image.") String image,
        @Size(min = 1, max = 253) @JsonPropertyDescription("The ClusterRole that the gateway gets, in its own namespace only. Default: elastic-jupyter-gateway.") String clusterRole) {

    /** The default of {@code cullIdleTimeout}, in seconds. */
    public static final String DEFAULT_CULL_IDLE_TIMEOUT = "3600";

    /** The default of {@code cullInterval}, in seconds. */
    public static final String DEFAULT_CULL_INTERVAL = "10";

    /** The default of {@code cullBusy}. */
    public static final String DEFAULT_CULL_BUSY = "false";

    /** The default of {@code cullConnected}. */
    public static final String DEFAULT_CULL_CONNECTED = "true";

    /** How much the gateway logs, as Python's logging names it. */
    public enum LogLevel {
        /** Everything. */
        DEBUG,
        /** What happens. */
        INFO,
        /** Only what is odd. */
        WARNING
    }
}
