package io.elasticjupyter.console;

import io.elasticjupyter.api.v1alpha1.JupyterGateway;
import io.elasticjupyter.api.v1alpha1.JupyterKernel;
import io.elasticjupyter.console.policy.ClusterFacts;
import io.elasticjupyter.console.policy.ConsoleFilter;
import io.elasticjupyter.console.policy.ConsolePolicy;
import io.elasticjupyter.console.policy.ConsoleView;
import io.elasticjupyter.console.policy.EventFacts;
import io.elasticjupyter.console.policy.PodFacts;
import io.elasticjupyter.kubernetes.Parallel;
import io.elasticjupyter.kubernetes.WatchedNamespaces;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * Reads the cluster for a caller. Each list is read with the caller's rights: for all of the cluster if the caller may list
 * JupyterKernels there, and otherwise in each namespace in which the caller may.
 *
 * @param own the console's own client, and the namespace to which this installation is limited
 * @param clients creates the clients of callers
 * @param clock the current time
 */
public record Console(WatchedNamespaces own, CallerClients clients, Clock clock) {

    private static final int REQUESTS_AT_ONCE = 8;

    /**
     * Returns the view of the part of the cluster that a filter selects and the caller may read.
     *
     * @throws NotSignedInException if the API server does not know the caller
     * @throws io.fabric8.kubernetes.client.KubernetesClientException if the API server fails or does not answer
     */
    public ConsoleView view(Caller caller, ConsoleFilter filter) {
        return switch (caller) {
            case Caller.Bearer bearer -> {
                try (KubernetesClient client = clients.withToken(bearer.token())) {
                    yield view(new Access.ByCaller(client), filter);
                }
            }
            case Caller.Proxied proxied -> view(new Access.ByReview(own.client(), proxied), filter);
            case Caller.Local local -> view(new Access.ByCaller(own.client()), filter);
        };
    }

    private ConsoleView view(Access access, ConsoleFilter filter) {
        return ConsolePolicy.view(read(access, filter.namespace()), filter);
    }

    private ClusterFacts read(Access access, Optional<String> namespace) {
        Optional<List<String>> namespaces = namespaces(access, namespace);
        List<Query<?, ?>> queries = new ArrayList<>(List.of(Query.KERNELS, Query.GATEWAYS, Query.NOTEBOOKS,
                Query.KERNEL_PODS, Query.PENDING_PODS));
        queries.addAll(Query.EVENTS);
        List<Optional<String>> places = namespaces.map(names -> names.stream().map(Optional::of).toList())
                .orElseGet(() -> List.of(Optional.empty()));
        record Part(Query<?, ?> query, Optional<String> place) {}
        List<Part> parts = queries.stream().flatMap(query -> places.stream().map(place -> new Part(query, place)))
                .toList();
        List<? extends Optional<? extends List<?>>> results = Parallel.map(parts, REQUESTS_AT_ONCE,
                part -> access.read(part.query(), part.place()));
        Map<Query<?, ?>, Optional<List<Object>>> byQuery = new LinkedHashMap<>();
        for (int i = 0; i < parts.size(); i++) {
            Optional<List<Object>> before = byQuery.getOrDefault(parts.get(i).query(), Optional.empty());
            byQuery.put(parts.get(i).query(), joined(before, results.get(i)));
        }
        Optional<List<EventFacts>> events = Query.EVENTS.stream().map(query -> of(byQuery, query))
                .reduce(Optional.empty(), Console::joined);
        return new ClusterFacts(clock.instant().truncatedTo(ChronoUnit.SECONDS), namespaces,
                of(byQuery, Query.KERNELS), distinct(joined(of(byQuery, Query.KERNEL_PODS),
                        of(byQuery, Query.PENDING_PODS))),
                of(byQuery, Query.GATEWAYS), of(byQuery, Query.NOTEBOOKS), events);
    }

    /** Returns the namespaces that are read; empty for all of the cluster. */
    private Optional<List<String>> namespaces(Access access, Optional<String> namespace) {
        if (namespace.isPresent() || own.only().isPresent()) {
            return Optional.of(namespace.or(own::only).stream().filter(own::isWatched).toList());
        }
        if (access.mayList(Query.KERNELS, Optional.empty())) {
            return Optional.empty();
        }
        List<String> all = List.copyOf(inhabited());
        List<Boolean> readable = Parallel.map(all, REQUESTS_AT_ONCE,
                name -> access.mayList(Query.KERNELS, Optional.of(name)));
        return Optional.of(IntStream.range(0, all.size()).filter(readable::get).mapToObj(all::get)
                .toList());
    }

    /** Returns the namespaces with gateways or kernels. The caller learns of those only that the caller may read. */
    private SortedSet<String> inhabited() {
        SortedSet<String> names = new TreeSet<>();
        own.all(JupyterGateway.class).forEach(gateway -> names.add(gateway.getMetadata().getNamespace()));
        own.all(JupyterKernel.class).forEach(kernel -> names.add(kernel.getMetadata().getNamespace()));
        return names;
    }

    @SuppressWarnings("unchecked")
    private static <R extends HasMetadata, F> Optional<List<F>> of(Map<Query<?, ?>, Optional<List<Object>>> results,
            Query<R, F> query) {
        return (Optional<List<F>>) (Optional<?>) results.getOrDefault(query, Optional.empty());
    }

    private static <T> Optional<List<T>> joined(Optional<? extends List<? extends T>> one,
            Optional<? extends List<? extends T>> other) {
        if (one.isEmpty() && other.isEmpty()) {
            return Optional.empty();
        }
        List<T> all = new ArrayList<>();
        one.ifPresent(all::addAll);
        other.ifPresent(all::addAll);
        return Optional.of(all);
    }

    private static Optional<List<PodFacts>> distinct(Optional<List<PodFacts>> pods) {
        return pods.map(all -> List.copyOf(new LinkedHashSet<>(all)));
    }
}
