package io.elasticjupyter.reconcile;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Optional;

/**
 * Where resources are looked for: in all namespaces, or in the one to which this installation is limited.
 *
 * @param client of the cluster
 * @param only the one; empty: all
 */
public record WatchedNamespaces(KubernetesClient client, Optional<String> only) {

    /** All resources of a type. */
    public <R extends HasMetadata> Pages<R> all(Class<R> type) {
        return only.map(namespace -> in(namespace, type))
                .orElseGet(() -> new Pages<>(client.resources(type).inAnyNamespace()));
    }

    /** Those of one namespace. */
    public <R extends HasMetadata> Pages<R> in(String namespace, Class<R> type) {
        return new Pages<>(client.resources(type).inNamespace(namespace));
    }
}
