package io.elasticjupyter.cull;

import io.elasticjupyter.api.v1alpha1.JupyterGateway;
import io.elasticjupyter.api.v1alpha1.JupyterKernel;
import io.elasticjupyter.api.v1alpha1.TerminatingKernel;
import io.elasticjupyter.cull.GatewayClient.GatewayException;
import io.elasticjupyter.cull.policy.KernelActivity;
import io.elasticjupyter.kubernetes.OwnerReferences;
import io.elasticjupyter.kubernetes.Parallel;
import io.elasticjupyter.kubernetes.WatchedNamespaces;
import io.elasticjupyter.workload.KernelLabels;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.stream.Collectors;

/**
 * Reads the kernels of all gateways, and culls some of them before they are due, because pods wait for their resources.
 *
 * @param namespaces where the gateways are
 * @param gatewayUrl the address of a gateway, with {@code {name}} and {@code {namespace}}
 * @param sink where the PingSources of gateways send their events
 * @param clock the function's clock
 * @param meters counts the kernels
 */
public record KernelReclaim(WatchedNamespaces namespaces, String gatewayUrl, PingSink sink, Clock clock,
        MeterRegistry meters) {

    /** How long a gateway may take to tell what its kernels do. A pod waits meanwhile. */
    private static final Duration LOOK_TIMEOUT = Duration.ofSeconds(3);

    private static final int GATEWAYS_AT_ONCE = 64;

    /** The kernels without what their gateways say about them, while pods are read. */
    public static final class Finder {

        private final Map<String, JupyterGateway> gateways = new HashMap<>();
        private final Map<String, IndexedKernel> byUid = new HashMap<>();
        private final List<ReclaimableKernel> found = new ArrayList<>();

        private Finder() {}

        /** Adds the kernel of a pod, if it is one of a gateway's kernel. */
        public void add(Pod pod) {
            Map<String, String> labels = pod.getMetadata().getLabels();
            if (labels == null || !KernelLabels.KERNEL.equals(labels.get(KernelLabels.COMPONENT))) {
                return;
            }
            OwnerReferences.controllerOf(pod, JupyterKernel.class).map(owner -> byUid.get(owner.getUid()))
                    .flatMap(kernel -> kernel.with(pod))
                    .filter(kernel -> kernel.reference().getNamespace().equals(pod.getMetadata().getNamespace()))
                    .ifPresent(kernel -> Optional.ofNullable(gateways.get(kernel.gateway().getUid()))
                            .filter(gateway -> gateway.getMetadata().getNamespace()
                                    .equals(kernel.reference().getNamespace()))
                            .ifPresent(gateway -> found.add(ReclaimableKernel.of(gateway, kernel))));
        }

        /** Returns the kernels whose pods were added. */
        public List<ReclaimableKernel> found() {
            return List.copyOf(found);
        }
    }

    /**
     * The outcome of a cull.
     *
     * @param results one for each gateway
     * @param failure the exception of the first request to the API server that failed
     */
    public record Outcome(List<CullResult> results, Optional<KubernetesClientException> failure) {}

    /** Reads gateways and JupyterKernels. */
    public Finder finder() {
        Finder finder = new Finder();
        namespaces.all(JupyterGateway.class).forEach(gateway -> {
            if (!gateway.isMarkedForDeletion()) {
                finder.gateways.put(gateway.getMetadata().getUid(), gateway);
            }
        });
        namespaces.all(JupyterKernel.class).forEach(kernel -> IndexedKernel.of(kernel)
                .filter(indexed -> finder.gateways.containsKey(indexed.gateway().getUid()))
                .ifPresent(indexed -> finder.byUid.put(kernel.getMetadata().getUid(), indexed)));
        return finder;
    }

    /** Asks each gateway once for all its kernels. */
    public List<ReclaimableKernel> look(Collection<ReclaimableKernel> kernels) {
        return ask(kernels, (session, ofGateway) -> {
            Map<String, KernelActivity> listed = session
                    .kernels(ofGateway.stream().map(ReclaimableKernel::id).collect(Collectors.toSet()));
            Set<String> begun = listed.keySet().containsAll(ofGateway.stream().map(ReclaimableKernel::id).toList())
                    ? Set.of()
                    : recorded(ofGateway.getFirst().gateway());
            return ofGateway.stream()
                    .map(kernel -> !listed.containsKey(kernel.id()) && begun.contains(kernel.uid())
                            ? kernel.ended()
                            : kernel.with(Optional.ofNullable(listed.get(kernel.id()))))
                    .toList();
        });
    }

    /** Asks the gateways for each of these kernels, which they have listed before. */
    public List<ReclaimableKernel> lookAgain(Collection<ReclaimableKernel> kernels) {
        return ask(kernels, (session, ofGateway) -> ofGateway.stream()
                .map(kernel -> session.kernel(kernel.id()).map(activity -> kernel.with(Optional.of(activity)))
                        .orElseGet(kernel::ended))
                .toList());
    }

    /** Returns the uids of the kernels that a run has recorded before it deleted them, as the gateway's status says now. */
    private Set<String> recorded(JupyterGateway gateway) {
        return namespaces
                .find(JupyterGateway.class, gateway.getMetadata().getNamespace(), gateway.getMetadata().getName())
                .filter(now -> now.getMetadata().getUid().equals(gateway.getMetadata().getUid()))
                .map(CullStatus::recorded).orElseGet(List::of).stream().map(TerminatingKernel::uid)
                .collect(Collectors.toSet());
    }

    private List<ReclaimableKernel> ask(Collection<ReclaimableKernel> kernels,
            BiFunction<GatewayClient.Session, List<ReclaimableKernel>, List<ReclaimableKernel>> question) {
        GatewayClient client = gateways(LOOK_TIMEOUT);
        Map<String, List<ReclaimableKernel>> byGateway = kernels.stream().collect(Collectors.groupingBy(
                kernel -> kernel.gateway().getMetadata().getUid(), LinkedHashMap::new, Collectors.toList()));
        return Parallel.map(List.copyOf(byGateway.values()), GATEWAYS_AT_ONCE, ofGateway -> {
            try {
                return question.apply(client.session(ofGateway.getFirst().gateway()), ofGateway);
            } catch (GatewayException e) {
                return ofGateway.stream().map(kernel -> kernel.with(Optional.empty())).toList();
            }
        }).stream().flatMap(List::stream).toList();
    }

    /**
     * Lets a PingSource that a pod or a Workload owns call the function again.
     *
     * @param waiting a pod or a Workload that waits
     * @throws KubernetesClientException when the API server refuses or does not answer
     */
    public void wake(ObjectReference waiting, Instant at) {
        HasMetadata owner = new GenericKubernetesResourceBuilder().withApiVersion(waiting.getApiVersion())
                .withKind(waiting.getKind()).withNewMetadata().withNamespace(waiting.getNamespace())
                .withName(waiting.getName()).withUid(waiting.getUid()).endMetadata().build();
        new CullPingSource(namespaces.client(), CullRun.FIELD_MANAGER, sink, clock).arm(owner, at);
    }

    /**
     * Culls kernels as the cull function does. The activity of each is read again immediately before.
     *
     * @param waitingPods the pods for which they are culled, as {@code namespace/name}, or {@code Workload namespace/name}
     */
    public Outcome cull(Map<ReclaimableKernel, String> waitingPods) {
        CullRun run = new CullRun(namespaces, gateways(GatewayClient.SESSION_TIMEOUT), sink, clock, false,
                CullRun.TIMEOUT, waitingPods.entrySet().stream()
                        .collect(Collectors.toMap(each -> each.getKey().uid(), Map.Entry::getValue)));
        Map<String, JupyterGateway> gateways = new LinkedHashMap<>();
        waitingPods.keySet().forEach(
                kernel -> gateways.put(kernel.gateway().getMetadata().getUid(), kernel.gateway()));
        List<CullResult> results = GatewayCull.cullAll(List.copyOf(gateways.values()), run);
        new CullMetrics(meters).count(results);
        return new Outcome(results, run.failure());
    }

    private GatewayClient gateways(Duration timeout) {
        return new GatewayClient(gatewayUrl, new GatewayTokens(namespaces.client())::of, clock, timeout);
    }
}
