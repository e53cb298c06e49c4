package io.elasticjupyter.cull;

import io.elasticjupyter.api.v1alpha1.JupyterGateway;
import io.elasticjupyter.cull.policy.KernelActivity;
import io.elasticjupyter.kubernetes.EventRecorder;
import io.elasticjupyter.kubernetes.Pages;
import io.elasticjupyter.kubernetes.Parallel;
import io.elasticjupyter.kubernetes.StatusWriter;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Clock;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.FutureTask;

/**
 * One call of the cull function: what its culls share. Each namespace is listed once and each gateway, which may be slow to fail,
 * is asked once.
 */
final class CullRun {

    private static final String FIELD_MANAGER = "elastic-jupyter-culler";

    private final KubernetesClient client;
    private final GatewayClient gateways;
    private final Clock clock;
    private final Instant started;
    private final boolean dryRun;
    private final CullStatus status;
    private final CullPingSource pingSource;
    private final KernelTermination termination;
    private final Map<String, FutureTask<KernelPodIndex>> pods = new ConcurrentHashMap<>();
    private final Map<String, FutureTask<List<KernelActivity>>> kernels = new ConcurrentHashMap<>();
    private final Map<String, FutureTask<Set<String>>> listed = new ConcurrentHashMap<>();

    /**
     * Creates a run.
     *
     * @param sink the sink of the PingSources that fire the next culls
     * @param dryRun whether nothing is changed
     */
    CullRun(KubernetesClient client, GatewayClient gateways, PingSink sink, Clock clock, boolean dryRun) {
        this.client = client;
        this.gateways = gateways;
        this.clock = clock;
        this.started = clock.instant();
        this.dryRun = dryRun;
        this.status = new CullStatus(new StatusWriter(client, FIELD_MANAGER), clock);
        this.pingSource = new CullPingSource(client, FIELD_MANAGER, sink);
        this.termination = new KernelTermination(client, gateways, new EventRecorder(client, FIELD_MANAGER, clock));
    }

    boolean dryRun() {
        return dryRun;
    }

    /** Returns the instant before which nothing was read yet. A run may take minutes, and what it read is of this age. */
    Instant started() {
        return started;
    }

    Instant now() {
        return clock.instant();
    }

    CullStatus status() {
        return status;
    }

    CullPingSource pingSource() {
        return pingSource;
    }

    KernelTermination termination() {
        return termination;
    }

    /** Returns the kernels' pods of a namespace. */
    KernelPodIndex pods(String namespace) {
        return once(pods, namespace, () -> KernelPodIndex.read(client, namespace));
    }

    /**
     * Returns the activity of all kernels that a gateway lists.
     *
     * @throws GatewayClient.GatewayException when the gateway cannot be reached or its response is invalid
     */
    List<KernelActivity> kernels(JupyterGateway gateway) {
        return once(kernels, gateway.getMetadata().getNamespace() + "/" + gateway.getMetadata().getName(),
                () -> gateways.kernels(gateway));
    }

    /**
     * Returns the current activity of one kernel; empty when its gateway no longer has it.
     *
     * @throws GatewayClient.GatewayException when the gateway cannot be reached or its response is invalid
     */
    Optional<KernelActivity> kernelNow(JupyterGateway gateway, String kernelId) {
        return gateways.kernel(gateway, kernelId);
    }

    /**
     * Returns the ids of the kernels that the gateways of a namespace list.
     *
     * @throws GatewayClient.GatewayException when one of the gateways cannot be reached or its response is invalid
     */
    Set<String> listedKernelIds(String namespace) {
        return once(listed, namespace, () -> {
            Set<String> ids = new HashSet<>();
            new Pages<>(client.resources(JupyterGateway.class).inNamespace(namespace))
                    .forEach(gateway -> kernels(gateway).forEach(kernel -> ids.add(kernel.kernelId())));
            return ids;
        });
    }

    private static <T> T once(Map<String, FutureTask<T>> tasks, String key, Callable<T> callable) {
        FutureTask<T> task = tasks.computeIfAbsent(key, first -> new FutureTask<>(callable));
        // Has no effect when the task is running or done.
        task.run();
        return Parallel.result(task);
    }
}
