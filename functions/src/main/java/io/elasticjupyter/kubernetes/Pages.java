package io.elasticjupyter.kubernetes;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.KubernetesResourceList;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.client.dsl.Listable;
import java.util.List;
import java.util.function.Consumer;

/**
 * Iterates over a list in pages, so that a large list is never in memory as a whole.
 *
 * @param list the list
 */
public record Pages<R extends HasMetadata>(Listable<? extends KubernetesResourceList<R>> list) {

    private static final long PAGE = 500;

    /** Passes each item to a consumer. */
    public void forEach(Consumer<R> each) {
        forEachPage(page -> page.forEach(each));
    }

    /** Passes each page to a consumer. */
    public void forEachPage(Consumer<List<R>> each) {
        String next = null;
        do {
            KubernetesResourceList<R> page = list
                    .list(new ListOptionsBuilder().withLimit(PAGE).withContinue(next).build());
            each.accept(page.getItems());
            next = page.getMetadata().getContinue();
        } while (next != null && !next.isEmpty());
    }
}
