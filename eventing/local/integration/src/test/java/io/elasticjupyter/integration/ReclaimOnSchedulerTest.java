package io.elasticjupyter.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.elasticjupyter.local.BinaryApiServer;
import io.elasticjupyter.local.FreePort;
import io.elasticjupyter.reclaim.policy.ClusterState;
import io.elasticjupyter.reclaim.policy.Kernel;
import io.elasticjupyter.reclaim.policy.PodOnNode;
import io.elasticjupyter.reclaim.policy.ReclaimDecision;
import io.elasticjupyter.reclaim.policy.ReclaimDecision.Reason;
import io.elasticjupyter.reclaim.policy.ReclaimPolicy;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.scheduling.v1.PriorityClassBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/**
 * The decision on the real kube-scheduler, with random nodes: after its victims have been deleted, the scheduler binds the pod that
 * waited. Beside it, the kernels that the scheduler's own preemption deletes on the same nodes. {@code KUBE_SCHEDULER} is the path
 * of the program, and {@code KUBEBUILDER_ASSETS} the directory of the API server. {@code -Dreclaim.write=true} writes the results into
 * the page about reclaiming.
 */
@EnabledIfEnvironmentVariable(named = "KUBE_SCHEDULER", matches = ".+")
@EnabledIfEnvironmentVariable(named = "KUBEBUILDER_ASSETS", matches = ".+")
class ReclaimOnSchedulerTest {

    private static final int SITES = Integer.getInteger("reclaim.sites", 200);
    private static final int AT_ONCE = 8;
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static BinaryApiServer server;
    private static KubernetesClient client;
    private static Process scheduler;

    @BeforeAll
    static void start() throws IOException {
        server = BinaryApiServer.start(Path.of(System.getenv("KUBEBUILDER_ASSETS")), FreePort.any());
        client = new KubernetesClientBuilder().withConfig(server.config()).build();
        client.namespaces().resource(new NamespaceBuilder().withNewMetadata().withName(ReclaimSite.NAMESPACE)
                .endMetadata().build()).create();
        priorityClass("low", 0, "Never");
        priorityClass("middle", 500, "Never");
        priorityClass("high", 1000, "Never");
        priorityClass("preempting", 1000, "PreemptLowerPriority");
        Path kubeconfig = Files.writeString(Files.createTempFile("kube-scheduler-", ".kubeconfig"),
                server.kubeconfig().orElseThrow());
        kubeconfig.toFile().deleteOnExit();
        scheduler = new ProcessBuilder(System.getenv("KUBE_SCHEDULER"), "--kubeconfig=" + kubeconfig,
                "--leader-elect=false", "--secure-port=0").redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
    }

    @AfterAll
    static void stop() {
        Optional.ofNullable(scheduler).ifPresent(Process::destroyForcibly);
        Optional.ofNullable(client).ifPresent(KubernetesClient::close);
        Optional.ofNullable(server).ifPresent(BinaryApiServer::close);
    }

    private static void priorityClass(String name, int value, String preemption) {
        client.resource(new PriorityClassBuilder().withNewMetadata().withName(name).endMetadata().withValue(value)
                .withPreemptionPolicy(preemption).build()).create();
    }

    private enum Result {
        FITS, BOUND, NOTHING, IN_VAIN
    }

    /** @param time from the deletion of the kernels until the pod was bound */
    private record Outcome(Result result, List<Kernel> deleted, Duration time, Optional<String> failure) {

        private long inUse() {
            return deleted.stream().filter(ReclaimOnSchedulerTest::isInUse).count();
        }
    }

    @Test
    void theSchedulerBindsThePodForWhichKernelsAreCulled() throws Exception {
        List<Outcome> ours = onEachSite(ReclaimOnSchedulerTest::reclaim);
        List<Outcome> preemption = onEachSite(ReclaimOnSchedulerTest::preempt);
        ReclaimComparison comparison = new ReclaimComparison(SITES,
                List.of(row("reclaim", ours), row("preemption", preemption)));
        System.out.printf("ReclaimOnSchedulerTest: %d waiting pods, each with nodes of its own%n%s", SITES,
                comparison.table());

        assertThat(ours).flatExtracting(each -> each.failure().stream().toList()).isEmpty();
        assertThat(ours).extracting(Outcome::inUse).containsOnly(0L);
        assertThat(count(ours, Result.BOUND)).isGreaterThan(SITES / 20);
        assertThat(preemption.stream().mapToLong(Outcome::inUse).sum()).as("the comparison is one").isPositive();
        if (Boolean.getBoolean("reclaim.write")) {
            comparison.write(Path.of(System.getProperty("repository.root")));
        }
    }

    private static List<Outcome> onEachSite(IntFunction<Outcome> run) throws Exception {
        List<Outcome> outcomes = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE)) {
            List<Callable<Outcome>> calls = IntStream.rangeClosed(1, SITES)
                    .<Callable<Outcome>>mapToObj(seed -> () -> run.apply(seed)).toList();
            for (Future<Outcome> each : threads.invokeAll(calls)) {
                outcomes.add(each.get());
            }
        }
        return outcomes;
    }

    private static long count(List<Outcome> outcomes, Result result) {
        return outcomes.stream().filter(each -> each.result() == result).count();
    }

    private static ReclaimComparison.Row row(String name, List<Outcome> outcomes) {
        return new ReclaimComparison.Row(name, count(outcomes, Result.FITS), count(outcomes, Result.BOUND),
                count(outcomes, Result.NOTHING), count(outcomes, Result.IN_VAIN),
                outcomes.stream().mapToLong(each -> each.deleted().size()).sum(),
                outcomes.stream().mapToLong(Outcome::inUse).sum(),
                outcomes.stream().map(Outcome::time).filter(Duration::isPositive).max(Duration::compareTo));
    }

    private static Outcome reclaim(int seed) {
        ReclaimSite site = ReclaimSite.of(seed, "r" + seed, "high");
        site.create(client);
        client.pods().resource(site.waiting()).create();
        boolean bound = isBound(judged(site));
        ReclaimDecision decision = decision(site, bound);
        Outcome outcome = decision.victims().isEmpty()
                ? new Outcome(bound ? Result.FITS : Result.NOTHING, List.of(), Duration.ZERO,
                        failure(bound == (decision.reason() == Reason.FITS), seed, decision, site))
                : cull(seed, decision, site);
        site.delete(client);
        return outcome;
    }

    private static Outcome cull(int seed, ReclaimDecision decision, ReclaimSite site) {
        Instant start = Instant.now();
        for (Kernel victim : decision.victims()) {
            client.pods().inNamespace(ReclaimSite.NAMESPACE).withName(victim.pod().name()).withGracePeriod(0).delete();
        }
        try {
            await().atMost(LIMIT).pollInterval(Duration.ofMillis(50)).until(() -> isBound(waiting(site)));
            Duration time = Duration.between(start, Instant.now());
            return new Outcome(Result.BOUND, decision.victims(), time, failure(
                    decision.node().equals(Optional.of(waiting(site).getSpec().getNodeName())), seed, decision, site));
        } catch (ConditionTimeoutException e) {
            return new Outcome(Result.IN_VAIN, decision.victims(), Duration.ZERO, failure(false, seed, decision, site));
        }
    }

    private static Optional<String> failure(boolean ok, int seed, ReclaimDecision decision, ReclaimSite site) {
        Pod pod = waiting(site);
        return ok
                ? Optional.empty()
                : Optional.of("seed " + seed + ": " + decision.message() + "; the pod is on node "
                        + pod.getSpec().getNodeName() + ": " + condition(pod).orElse(""));
    }

    /** If the pod is bound, decides as if it was not. */
    private static ReclaimDecision decision(ReclaimSite site, boolean bound) {
        ClusterState state = site.state(client);
        List<PodOnNode> others = state.pods().stream()
                .filter(pod -> !bound || !pod.name().name().equals(site.waiting().getMetadata().getName())).toList();
        return ReclaimPolicy.decide(new ClusterState(state.now(), state.nodes(), others,
                state.kernels(), state.pending())).getFirst();
    }

    private static Outcome preempt(int seed) {
        ReclaimSite site = ReclaimSite.of(seed, "p" + seed, "preempting");
        site.create(client);
        client.pods().resource(site.waiting()).create();
        Pod judged = judged(site);
        boolean bound = isBound(judged);
        if (!bound && judged.getStatus().getNominatedNodeName() != null) {
            await().atMost(PATIENCE).pollInterval(Duration.ofMillis(50)).until(() -> isBound(waiting(site)));
            bound = true;
        }
        Set<String> left = client.pods().inNamespace(ReclaimSite.NAMESPACE).list().getItems().stream()
                .map(pod -> pod.getMetadata().getName()).collect(Collectors.toSet());
        boolean preempted = site.pods().stream().anyMatch(pod -> !left.contains(pod.getMetadata().getName()));
        List<Kernel> deleted = site.kernels().values().stream().filter(each -> !left.contains(each.pod().name()))
                .toList();
        site.delete(client);
        Result result = preempted ? Result.BOUND : Result.FITS;
        return new Outcome(bound ? result : Result.NOTHING, deleted, Duration.ZERO, Optional.empty());
    }

    /** Returns whether a kernel may not be culled: it is busy, kept, open with cullConnected false, or was just used. */
    private static boolean isInUse(Kernel kernel) {
        return kernel.activity() != Kernel.Activity.IDLE || kernel.keepUntil().isPresent()
                || kernel.connections() > 0 && !kernel.cullConnected()
                || Duration.between(kernel.lastActivity(), Instant.now()).compareTo(kernel.reclaimAfter()) < 0;
    }

    /** Waits until the scheduler has bound the pod or found that it fits nowhere. */
    private static Pod judged(ReclaimSite site) {
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(20)).until(() -> condition(
                waiting(site)).isPresent());
        return waiting(site);
    }

    private static Optional<String> condition(Pod pod) {
        return pod.getStatus().getConditions().stream().filter(each -> "PodScheduled".equals(each.getType()))
                .map(each -> Objects.requireNonNullElse(each.getMessage(), "")).findFirst();
    }

    private static Pod waiting(ReclaimSite site) {
        return client.pods().resource(site.waiting()).get();
    }

    private static boolean isBound(Pod pod) {
        return pod.getSpec().getNodeName() != null;
    }
}
