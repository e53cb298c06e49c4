package io.elasticjupyter.kubernetes;

import io.elasticjupyter.event.BadEventException;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Optional;

/**
 * Finds resources in all namespaces, or in the one to which this installation is limited.
 *
 * @param client the client to read with
 * @param only the namespace to which this installation is limited; empty if it is not
 */
public record WatchedNamespaces(KubernetesClient client, Optional<String> only) {

    /** Returns all resources of a type. */
    public <R extends HasMetadata> Pages<R> all(Class<R> type) {
        return only.map(namespace -> in(namespace, type))
                .orElseGet(() -> new Pages<>(client.resources(type).inAnyNamespace()));
    }

    /**
     * Returns the resources of a type in one namespace.
     *
     * @throws BadEventException when this installation does not watch that namespace
     */
    public <R extends HasMetadata> Pages<R> in(String namespace, Class<R> type) {
        return new Pages<>(client.resources(type).inNamespace(watched(namespace)));
    }

    /**
     * Returns one resource, if it exists.
     *
     * @throws BadEventException when this installation does not watch that namespace
     */
    public <R extends HasMetadata> Optional<R> find(Class<R> type, String namespace, String name) {
        return Optional.ofNullable(client.resources(type).inNamespace(watched(namespace)).withName(name).get());
    }

    /** Returns whether this installation watches a namespace. */
    public boolean isWatched(String namespace) {
        return only.isEmpty() || only.get().equals(namespace);
    }

    private String watched(String namespace) {
        if (!isWatched(namespace)) {
            throw new BadEventException(
                    "The event is about namespace '" + namespace + "', but the functions watch only '" + only.get()
                            + "'. Send events about that namespace, or change ELASTIC_JUPYTER_WATCH_NAMESPACE.");
        }
        return namespace;
    }
}
