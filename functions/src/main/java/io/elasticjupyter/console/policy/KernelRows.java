package io.elasticjupyter.console.policy;

import io.elasticjupyter.api.v1alpha1.KernelActivityStatus;
import io.elasticjupyter.api.v1alpha1.NotebookReference;
import io.elasticjupyter.console.policy.ConsoleView.KernelRow;
import io.elasticjupyter.cull.policy.KeepUntil;
import io.fabric8.kubernetes.api.model.Condition;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The rows of kernels: of each JupyterKernel with its pod, and of each pod that Enterprise Gateway has created itself. */
final class KernelRows {

    private record Key(String namespace, String name) {}

    private final Instant now;
    private final Map<Key, PodFacts> pods = new HashMap<>();
    private final Map<Key, GatewayFacts> gateways = new HashMap<>();

    private KernelRows(ClusterFacts facts) {
        now = facts.now();
        facts.pods().stream().flatMap(List::stream).filter(PodFacts::isKernel)
                .forEach(pod -> pods.put(new Key(pod.namespace(), pod.name()), pod));
        facts.gateways().stream().flatMap(List::stream)
                .forEach(gateway -> gateways.put(new Key(gateway.namespace(), gateway.name()), gateway));
    }

    static List<KernelRow> of(ClusterFacts facts) {
        KernelRows rows = new KernelRows(facts);
        return Stream.concat(facts.kernels().stream().flatMap(List::stream).map(rows::row),
                rows.pods.values().stream().filter(pod -> !pod.controlled()).map(KernelRows::unmanaged)).toList();
    }

    private KernelRow row(KernelFacts kernel) {
        Optional<PodFacts> pod = Optional.ofNullable(pods.get(new Key(kernel.namespace(), kernel.name())));
        KernelState state = kernel.state();
        Optional<String> keepUntil = pod.flatMap(PodFacts::keepUntil).or(kernel::keepUntil);
        KeptBecause kept = why(kernel, state, keepUntil);
        boolean idle = state == KernelState.IDLE;
        return new KernelRow(kernel.namespace(), kernel.name(), kernel.owner().orElse(null),
                kernel.notebook().map(NotebookReference::name).orElse(null),
                kernel.notebook().map(NotebookReference::namespace).orElse(null), kernel.gateway().orElse(null),
                Optional.ofNullable(kernel.status()).map(status -> status.nodeName()).or(() -> pod.flatMap(
                        PodFacts::node)).orElse(null),
                state.word(),
                pod.map(each -> each.requests().gpus()).orElseGet(() -> gpus(kernel)),
                pod.map(each -> each.requests().cpuMillis()).orElse(null),
                pod.map(each -> each.requests().memoryBytes()).orElse(null), kernel.created(),
                idle ? kernel.activity().map(KernelActivityStatus::idleSince).orElse(null) : null,
                kept.goesAt().map(at -> at.truncatedTo(ChronoUnit.SECONDS).toString()).orElse(null),
                keepUntil.flatMap(value -> effective(kernel, value)).orElse(null), kept.why(), true);
    }

    private static long gpus(KernelFacts kernel) {
        return kernel.status() == null || kernel.status().gpus() == null ? 0 : kernel.status().gpus();
    }

    private KeptBecause why(KernelFacts kernel, KernelState state, Optional<String> keepUntil) {
        return switch (state) {
            case TERMINATING -> new KeptBecause("It is being deleted.", Optional.empty());
            case ENDED -> new KeptBecause("Its pod has ended.", Optional.empty());
            case WAITING -> new KeptBecause(words(kernel, "It waits for a node."), Optional.empty());
            case STARTING -> kernel.activity().isPresent()
                    ? KeptBecause.of(kernel, state, gateway(kernel), keepUntil, now)
                    : new KeptBecause(words(kernel, "Its pod starts."), Optional.empty());
            default -> KeptBecause.of(kernel, state, gateway(kernel), keepUntil, now);
        };
    }

    private static String words(KernelFacts kernel, String otherwise) {
        return kernel.ready().map(Condition::getMessage).filter(message -> !message.isBlank()).orElse(otherwise);
    }

    private Optional<GatewayFacts> gateway(KernelFacts kernel) {
        return kernel.gateway().map(name -> gateways.get(new Key(kernel.namespace(), name)));
    }

    /** Returns until when the annotation keeps the kernel, within the limit of its gateway, if that is in the future. */
    private Optional<String> effective(KernelFacts kernel, String value) {
        return gateway(kernel).map(gateway -> KeepUntil.of(value,
                kernel.activity().map(KernelActivityStatus::lastActivity).flatMap(Times::parse)
                        .or(() -> Times.parse(kernel.created())).orElse(now),
                gateway.settings()).until()).filter(now::isBefore)
                .map(until -> until.truncatedTo(ChronoUnit.SECONDS).toString());
    }

    private static KernelRow unmanaged(PodFacts pod) {
        KernelState state = pod.terminating()
                ? KernelState.TERMINATING
                : pod.hasEnded() ? KernelState.ENDED : pod.waits() ? KernelState.WAITING : KernelState.UNKNOWN;
        return new KernelRow(pod.namespace(), pod.name(), null, null, null, null, pod.node().orElse(null),
                state.word(), pod.requests().gpus(), pod.requests().cpuMillis(), pod.requests().memoryBytes(),
                pod.created(), null, null, null,
                "Enterprise Gateway has created its pod without a JupyterKernel, so that its activity is not known"
                        + " here. Only Enterprise Gateway itself culls it.",
                false);
    }
}
