package io.elasticjupyter.cull;

import io.elasticjupyter.api.v1alpha1.JupyterGateway;
import io.elasticjupyter.kubernetes.EventRecorder;
import io.elasticjupyter.kubernetes.ObjectDeletion;
import io.elasticjupyter.kubernetes.Parallel;
import io.elasticjupyter.kubernetes.StatusWriter;
import io.elasticjupyter.kubernetes.WatchedNamespaces;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.FutureTask;

/** One call of the cull function: what its culls share. Each namespace is listed once. */
final class CullRun {

    static final String FIELD_MANAGER = "elastic-jupyter-culler";

    /** How long gateways are asked. Afterwards, the session with each of them may take another 30 s. */
    static final Duration TIMEOUT = Duration.ofSeconds(80);

    private final String id = UUID.randomUUID().toString();
    private final WatchedNamespaces namespaces;
    private final GatewayClient gateways;
    private final Clock clock;
    private final Instant started;
    private final long startedNanos = System.nanoTime();
    private final boolean dryRun;
    private final Duration timeout;
    private final Map<String, String> waitingPods;
    private final CullStatus status;
    private final CullPingSource pingSource;
    private final KernelTermination termination;
    private final Queue<KubernetesClientException> failures = new ConcurrentLinkedQueue<>();
    private final Map<String, FutureTask<KernelIndex>> kernels = new ConcurrentHashMap<>();

    /**
     * Creates a run.
     *
     * @param sink the sink of the PingSources that fire the next culls
     * @param dryRun whether nothing is changed
     */
    CullRun(WatchedNamespaces namespaces, GatewayClient gateways, PingSink sink, Clock clock, boolean dryRun) {
        this(namespaces, gateways, sink, clock, dryRun, TIMEOUT, Map.of());
    }

    /**
     * Creates a run.
     *
     * @param timeout how long gateways are asked
     * @param waitingPods the pods for which kernels are culled before they are due, as {@code namespace/name}, by the uid of the
     *         JupyterKernel
     */
    CullRun(WatchedNamespaces namespaces, GatewayClient gateways, PingSink sink, Clock clock, boolean dryRun,
            Duration timeout, Map<String, String> waitingPods) {
        KubernetesClient client = namespaces.client();
        this.namespaces = namespaces;
        this.gateways = gateways;
        this.clock = clock;
        this.started = clock.instant();
        this.dryRun = dryRun;
        this.timeout = timeout;
        this.waitingPods = Map.copyOf(waitingPods);
        this.status = new CullStatus(new StatusWriter(client, FIELD_MANAGER), clock);
        this.pingSource = new CullPingSource(client, FIELD_MANAGER, sink, clock);
        this.termination = new KernelTermination(new ObjectDeletion(client),
                new EventRecorder(client, FIELD_MANAGER, clock));
    }

    /** Returns an id that no other run has. */
    String id() {
        return id;
    }

    boolean dryRun() {
        return dryRun;
    }

    /** Returns the instant before which nothing was read yet. A run may take minutes, and what it read is of this age. */
    Instant started() {
        return started;
    }

    /** Returns the pod for which a kernel is culled before it is due, as {@code namespace/name}; empty if there is none. */
    Optional<String> waitingPod(IndexedKernel kernel) {
        return Optional.ofNullable(waitingPods.get(kernel.reference().getUid()));
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

    /**
     * Returns the kernels of the gateways of a namespace.
     *
     * @throws io.elasticjupyter.event.BadEventException when this installation does not watch that namespace
     */
    KernelIndex kernels(String namespace) {
        FutureTask<KernelIndex> task = kernels.computeIfAbsent(namespace,
                first -> new FutureTask<>(() -> KernelIndex.read(namespaces, namespace)));
        // Has no effect when the task is running or done.
        task.run();
        return Parallel.result(task);
    }

    /** Remembers the exception of a failed request. The others of the run go on. */
    void failed(KubernetesClientException e) {
        failures.add(e);
    }

    /** Returns the exception of the first request that failed. The event must then be sent again. */
    Optional<KubernetesClientException> failure() {
        return Optional.ofNullable(failures.peek());
    }

    /** Releases the kernels of a namespace whose gateways are done: a run of a large cluster reads them all. */
    void release(String namespace) {
        kernels.remove(namespace);
    }

    /** Returns a session with a gateway. */
    GatewayClient.Session session(JupyterGateway gateway) {
        return gateways.session(gateway);
    }

    /** Returns whether the run has taken so long that no more gateways are asked: the caller waits for 120 s. */
    boolean isOverdue() {
        return System.nanoTime() - startedNanos > timeout.toNanos();
    }
}
