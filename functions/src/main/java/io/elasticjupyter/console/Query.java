package io.elasticjupyter.console;

import io.elasticjupyter.api.v1alpha1.JupyterGateway;
import io.elasticjupyter.api.v1alpha1.JupyterKernel;
import io.elasticjupyter.api.v1alpha1.JupyterNotebook;
import io.elasticjupyter.console.policy.EventFacts;
import io.elasticjupyter.console.policy.GatewayFacts;
import io.elasticjupyter.console.policy.KernelFacts;
import io.elasticjupyter.console.policy.NotebookFacts;
import io.elasticjupyter.console.policy.PodFacts;
import io.elasticjupyter.kubernetes.Pages;
import io.elasticjupyter.workload.KernelLabels;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.KubernetesResourceList;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.FilterWatchListDeletable;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * One list of objects that the console reads. Only the facts about each object remain in memory.
 *
 * @param <R> the type of the objects
 * @param <F> the facts about an object
 * @param type the type of the objects
 * @param selection selects objects by labels or fields
 * @param facts returns the facts about an object
 */
record Query<R extends HasMetadata, F>(Class<R> type,
        UnaryOperator<FilterWatchListDeletable<R, KubernetesResourceList<R>, Resource<R>>> selection,
        Function<R, F> facts) {

    static final Query<JupyterKernel, KernelFacts> KERNELS = new Query<>(JupyterKernel.class, all -> all,
            KernelFacts::of);

    static final Query<JupyterGateway, GatewayFacts> GATEWAYS = new Query<>(JupyterGateway.class, all -> all,
            GatewayFacts::of);

    static final Query<JupyterNotebook, NotebookFacts> NOTEBOOKS = new Query<>(JupyterNotebook.class, all -> all,
            NotebookFacts::of);

    static final Query<Pod, PodFacts> KERNEL_PODS = new Query<>(Pod.class,
            pods -> pods.withLabel(KernelLabels.COMPONENT, KernelLabels.KERNEL).withLabel(KernelLabels.KERNEL_ID),
            PodFacts::of);

    static final Query<Pod, PodFacts> PENDING_PODS = new Query<>(Pod.class,
            pods -> pods.withField("status.phase", "Pending"), PodFacts::of);

    /** The components whose Events are about culling, and about events that were not delivered. */
    static final List<Query<Event, EventFacts>> EVENTS = List.of(events("elastic-jupyter-culler"),
            events("elastic-jupyter-reclaim"), events("elastic-jupyter-dead-letter"), events(ConsoleActions.COMPONENT));

    private static Query<Event, EventFacts> events(String component) {
        return new Query<>(Event.class, events -> events.withField("source", component), EventFacts::of);
    }

    /**
     * Reads the objects of a namespace, or of all.
     *
     * @throws io.fabric8.kubernetes.client.KubernetesClientException if the API server refuses or does not answer
     */
    List<F> read(KubernetesClient client, Optional<String> namespace) {
        List<F> read = new ArrayList<>();
        new Pages<>(selected(client, namespace)).forEach(each -> read.add(facts.apply(each)));
        return read;
    }

    /**
     * Reads one object at most, to find out whether the client may list them.
     *
     * @throws io.fabric8.kubernetes.client.KubernetesClientException if the API server refuses or does not answer
     */
    void probe(KubernetesClient client, Optional<String> namespace) {
        selected(client, namespace).list(new ListOptionsBuilder().withLimit(1L).build());
    }

    private FilterWatchListDeletable<R, KubernetesResourceList<R>, Resource<R>> selected(KubernetesClient client,
            Optional<String> namespace) {
        return selection.apply(namespace.isPresent()
                ? client.resources(type).inNamespace(namespace.get())
                : client.resources(type).inAnyNamespace());
    }

    String group() {
        return HasMetadata.getGroup(type);
    }

    String plural() {
        return HasMetadata.getPlural(type);
    }
}
