package io.elasticjupyter.console.policy;

import io.elasticjupyter.api.v1alpha1.GatewayReference;
import io.elasticjupyter.console.policy.ConsoleView.Choice;
import io.elasticjupyter.console.policy.ConsoleView.Choices;
import io.elasticjupyter.console.policy.ConsoleView.EventRow;
import io.elasticjupyter.console.policy.ConsoleView.GatewayRow;
import io.elasticjupyter.console.policy.ConsoleView.KernelRow;
import io.elasticjupyter.console.policy.ConsoleView.NotebookRow;
import io.elasticjupyter.console.policy.ConsoleView.WaitingRow;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Computes what the console shows of a cluster. */
public final class ConsolePolicy {

    /** The number of Events in a view. Clusters remove Events after an hour by default. */
    private static final int MOST_EVENTS = 50;

    /** Idle kernels with GPUs first, and of these the one that has been idle for longest. */
    private static final Comparator<KernelRow> BY_INTEREST = Comparator
            .<KernelRow, Boolean>comparing(row -> !(row.gpus() > 0 && KernelState.IDLE.word().equals(row.state())))
            .thenComparing(row -> -row.gpus())
            .thenComparing(row -> !KernelState.IDLE.word().equals(row.state()))
            .thenComparing(KernelRow::idleSince, Comparator.nullsLast(Comparator.naturalOrder()))
            .thenComparing(KernelRow::namespace).thenComparing(KernelRow::name);

    private ConsolePolicy() {}

    /** Returns the view of the part of the cluster that a filter selects. */
    public static ConsoleView view(ClusterFacts facts, ConsoleFilter filter) {
        List<KernelRow> all = KernelRows.of(facts);
        List<KernelRow> kernels = all.stream().filter(matches(filter, "")).sorted(BY_INTEREST).toList();
        List<PodFacts> waiting = list(facts.pods()).filter(PodFacts::waits)
                .filter(pod -> filter.hasNamespace(pod.namespace()))
                .sorted(Comparator.comparing(PodFacts::created)).toList();
        List<GatewayFacts> gateways = list(facts.gateways())
                .filter(gateway -> filter.hasNamespace(gateway.namespace())).toList();
        return new ConsoleView(facts.now().toString(), facts.namespaces().orElse(null), notReadable(facts),
                Sums.totals(kernels, waiting, !filter.owner().isPresent() && filter.state().isEmpty()), kernels,
                waiting.stream().map(ConsolePolicy::row).toList(),
                gateways.stream().map(ConsolePolicy::row).sorted(Comparator.comparing(GatewayRow::ready)
                        .thenComparing(GatewayRow::namespace).thenComparing(GatewayRow::name)).toList(),
                list(facts.notebooks()).filter(notebook -> filter.hasNamespace(notebook.namespace()))
                        .map(ConsolePolicy::row).sorted(Comparator.comparing(NotebookRow::ready)
                                .thenComparing(NotebookRow::namespace).thenComparing(NotebookRow::name))
                        .toList(),
                Sums.givenBack(gateways), events(facts, filter), choices(all, filter));
    }

    private static <T> Stream<T> list(Optional<List<T>> facts) {
        return facts.stream().flatMap(List::stream);
    }

    private static List<String> notReadable(ClusterFacts facts) {
        List<String> resources = new ArrayList<>();
        Map<String, Optional<?>> lists = new TreeMap<>(Map.of("jupyterkernels", facts.kernels(), "pods", facts.pods(),
                "jupytergateways", facts.gateways(), "jupyternotebooks", facts.notebooks(), "events",
                facts.events()));
        lists.forEach((resource, list) -> {
            if (list.isEmpty()) {
                resources.add(resource);
            }
        });
        return resources;
    }

    /** Returns whether a kernel matches all parts of a filter but the named one. */
    private static Predicate<KernelRow> matches(ConsoleFilter filter, String but) {
        return row -> (but.equals("namespace") || filter.hasNamespace(row.namespace()))
                && (but.equals("owner") || filter.hasOwner(Optional.ofNullable(row.owner())))
                && (but.equals("state") || filter.state().isEmpty()
                        || filter.state().get().word().equals(row.state()));
    }

    private static Choices choices(List<KernelRow> all, ConsoleFilter filter) {
        return new Choices(choices(all, matches(filter, "namespace"), KernelRow::namespace),
                choices(all, matches(filter, "owner"), KernelRow::owner),
                choices(all, matches(filter, "state"), KernelRow::state));
    }

    private static List<Choice> choices(List<KernelRow> all, Predicate<KernelRow> others,
            Function<KernelRow, String> value) {
        return all.stream().filter(others).map(value).filter(Objects::nonNull)
                .collect(Collectors.groupingBy(Function.identity(), TreeMap::new, Collectors.counting()))
                .entrySet().stream().map(each -> new Choice(each.getKey(), each.getValue())).toList();
    }

    private static List<EventRow> events(ClusterFacts facts, ConsoleFilter filter) {
        return list(facts.events()).filter(event -> filter.hasNamespace(event.namespace()))
                .sorted(Comparator.comparing(EventFacts::time).reversed().thenComparing(EventFacts::name))
                .limit(MOST_EVENTS)
                .map(event -> new EventRow(event.time(), event.warning(), event.reason(), event.namespace(),
                        event.kind(), event.name(), event.message()))
                .toList();
    }

    private static WaitingRow row(PodFacts pod) {
        return new WaitingRow(pod.namespace(), pod.name(), pod.isKernel(), pod.created(), pod.requests().gpus(),
                pod.requests().cpuMillis(), pod.requests().memoryBytes(), pod.notScheduled().orElse(null));
    }

    private static GatewayRow row(GatewayFacts gateway) {
        var status = Optional.ofNullable(gateway.status());
        var kernels = status.map(each -> each.kernels());
        return new GatewayRow(gateway.namespace(), gateway.name(), ConditionWords.isReady(gateway.status()),
                ConditionWords.of(gateway.status()), kernels.map(each -> each.total()).orElse(null),
                kernels.map(each -> each.busy()).orElse(null),
                Math.max(0, gateway.settings().cullIdleTimeout().toSeconds()),
                status.map(each -> each.culling()).map(each -> each.nextCull()).orElse(null));
    }

    private static NotebookRow row(NotebookFacts notebook) {
        return new NotebookRow(notebook.namespace(), notebook.name(),
                notebook.gateway().map(GatewayReference::name).orElse(null),
                notebook.gateway().map(gateway -> Objects.requireNonNullElse(gateway.namespace(),
                        notebook.namespace())).orElse(null),
                ConditionWords.isReady(notebook.status()), notebook.stopped(),
                ConditionWords.of(notebook.status()));
    }
}
