package io.elasticjupyter.kubernetes;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.KubernetesResourceList;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Listable;
import java.net.HttpURLConnection;
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

    /**
     * Passes each page to a consumer. If the list expires meanwhile, continues with the current state of the items that follow, so an
     * item that is created or deleted meanwhile may be missing.
     */
    public void forEachPage(Consumer<List<R>> each) {
        String next = null;
        do {
            KubernetesResourceList<R> page = page(next);
            each.accept(page.getItems());
            next = page.getMetadata().getContinue();
        } while (next != null && !next.isEmpty());
    }

    /** The response to a token that has expired has one for the <a href="https://kubernetes.io/docs/reference/using-api/api-concepts/#retrieving-large-results-sets-in-chunks">rest of the list</a>. */
    private KubernetesResourceList<R> page(String next) {
        try {
            return read(next);
        } catch (KubernetesClientException e) {
            String rest = e.getCode() == HttpURLConnection.HTTP_GONE && e.getStatus() != null
                    && e.getStatus().getMetadata() != null ? e.getStatus().getMetadata().getContinue() : null;
            if (next == null || rest == null || rest.isEmpty()) {
                throw e;
            }
            return read(rest);
        }
    }

    private KubernetesResourceList<R> read(String next) {
        return list.list(new ListOptionsBuilder().withLimit(PAGE).withContinue(next).build());
    }
}
