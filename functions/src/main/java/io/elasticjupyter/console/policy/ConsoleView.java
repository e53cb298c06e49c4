package io.elasticjupyter.console.policy;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;

/**
 * What the console shows: the JSON of {@code /console/api/v1/cluster}, which {@code openapi.json} describes. Times are in RFC 3339, in
 * UTC. What is not known or does not apply is null.
 *
 * @param time when the cluster was read
 * @param namespaces the namespaces that the caller may read; null if these are all
 * @param notReadable the resources that the caller may list in none of them, such as {@code jupyternotebooks}
 * @param totals the sums over the kernels
 * @param kernels the kernels, those first that hold GPUs while they are idle
 * @param waiting the pods that wait for a node
 * @param gateways the gateways
 * @param notebooks the notebooks
 * @param givenBack what culling has given back, by namespace
 * @param events the last Events about culling, the newest first
 * @param choices the values by which the kernels can be filtered
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ConsoleView(String time, List<String> namespaces, List<String> notReadable, Totals totals,
        List<KernelRow> kernels, List<WaitingRow> waiting, List<GatewayRow> gateways, List<NotebookRow> notebooks,
        List<GivenBackRow> givenBack, List<EventRow> events, Choices choices) {

    /**
     * Sums over kernels.
     *
     * @param kernels the number of kernels that have not ended
     * @param busy the number of those that run code
     * @param idle the number of those that wait for code
     * @param gpus the number of GPUs
     * @param cpuMillis the CPU time, in thousandths of a CPU
     * @param memoryBytes the memory, in bytes
     */
    public record Totals(long kernels, long busy, long idle, Amounts gpus, Amounts cpuMillis, Amounts memoryBytes) {}

    /**
     * Amounts of one resource.
     *
     * @param held what the pods of kernels request that have a node
     * @param busy the part of it whose kernels run code
     * @param idle the part of it whose kernels wait for code
     * @param waiting what pods request that wait for a node, of kernels and others
     */
    public record Amounts(long held, long busy, long idle, long waiting) {}

    /**
     * One kernel.
     *
     * @param namespace its namespace
     * @param name its name, which is that of its pod
     * @param owner the user whose kernel it is
     * @param notebook the notebook that started it
     * @param notebookNamespace the namespace of the notebook
     * @param gateway its gateway
     * @param node the node that runs it
     * @param state one of the words of {@link KernelState}
     * @param gpus how many GPUs it requests
     * @param cpuMillis how much CPU time it requests, in thousandths of a CPU; null if its pod cannot be read
     * @param memoryBytes how much memory it requests, in bytes; null if its pod cannot be read
     * @param created when it was created
     * @param idleSince since when it has been idle
     * @param goesAt when it is culled if nobody uses it
     * @param keepUntil until when its owner keeps it
     * @param why why it is kept, or what it waits for, in words
     * @param managed whether a JupyterKernel describes it; false for a pod that Enterprise Gateway has created itself
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record KernelRow(String namespace, String name, String owner, String notebook, String notebookNamespace,
            String gateway, String node, String state, long gpus, Long cpuMillis, Long memoryBytes, String created,
            String idleSince, String goesAt, String keepUntil, String why, boolean managed) {}

    /**
     * A pod that waits for a node.
     *
     * @param namespace its namespace
     * @param name its name
     * @param kernel whether it is the pod of a kernel
     * @param since when it was created
     * @param gpus how many GPUs it requests
     * @param cpuMillis how much CPU time it requests, in thousandths of a CPU
     * @param memoryBytes how much memory it requests, in bytes
     * @param why why no node has been found, in the words of the scheduler
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record WaitingRow(String namespace, String name, boolean kernel, String since, long gpus, long cpuMillis,
            long memoryBytes, String why) {}

    /**
     * One gateway.
     *
     * @param namespace its namespace
     * @param name its name
     * @param ready whether it accepts requests
     * @param condition its condition in words
     * @param kernels the number of its kernels at the last culling run
     * @param busy the number of those that ran code
     * @param idleTimeoutSeconds how long a kernel may be idle, in seconds; 0: culling is disabled
     * @param nextCull when the next culling run is scheduled
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record GatewayRow(String namespace, String name, boolean ready, String condition, Integer kernels,
            Integer busy, long idleTimeoutSeconds, String nextCull) {}

    /**
     * One notebook.
     *
     * @param namespace its namespace
     * @param name its name
     * @param gateway the gateway that runs its kernels
     * @param gatewayNamespace the namespace of the gateway
     * @param ready whether it accepts requests
     * @param stopped whether it is stopped
     * @param condition its condition in words
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record NotebookRow(String namespace, String name, String gateway, String gatewayNamespace, boolean ready,
            boolean stopped, String condition) {}

    /**
     * What culling has given back in one namespace, as the status of its gateways counts it.
     *
     * @param namespace the namespace
     * @param culled the number of kernels that were culled because they were idle
     * @param forWaitingPods the number of kernels that were culled for waiting pods
     * @param gpus how many GPUs all of them had requested
     * @param cpuMillis how much CPU time, in thousandths of a CPU
     * @param memoryBytes how much memory, in bytes
     * @param idleSeconds the sum of their idle times, in seconds
     */
    public record GivenBackRow(String namespace, long culled, long forWaitingPods, long gpus, long cpuMillis,
            long memoryBytes, long idleSeconds) {}

    /**
     * An Event.
     *
     * @param time when it was written
     * @param warning whether it is a Warning
     * @param reason its reason, one CamelCase word
     * @param namespace the namespace of the object that it is about
     * @param kind the kind of the object
     * @param name the name of the object
     * @param message its message
     */
    public record EventRow(String time, boolean warning, String reason, String namespace, String kind, String name,
            String message) {}

    /**
     * The values by which the kernels can be filtered.
     *
     * @param namespaces the namespaces
     * @param owners the owners
     * @param states the states
     */
    public record Choices(List<Choice> namespaces, List<Choice> owners, List<Choice> states) {}

    /**
     * A value of a filter.
     *
     * @param value the value
     * @param kernels the number of kernels that have it and match the other filters
     */
    public record Choice(String value, long kernels) {}
}
