package io.elasticjupyter.kubernetes;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.KubernetesResourceList;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.client.dsl.Listable;
import java.util.List;
import java.util.function.Consumer;

/**
 * Goes over a list in pages, so that a large one is never in memory whole.
 *
 * @param list what to list
 */
public record Pages<R extends HasMetadata>(Listable<? extends KubernetesResourceList<R>> list) {

    private static final long PAGE = 500;

    /** Does something with each of them. */
    public void forEach(Consumer<R> each) {
        forEachPage(page -> page.forEach(each));
    }

    /** Does something with each page. */
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
