package io.elasticjupyter.event;

import io.fabric8.kubernetes.api.model.HasMetadata;

/**
 * Which resource.
 *
 * @param apiVersion such as {@code apps/v1}
 * @param kind such as {@code Deployment}
 * @param namespace its namespace
 * @param name its name
 */
public record ResourceId(String apiVersion, String kind, String namespace, String name) {

    /** The API group: empty for the core group. */
    public String group() {
        int slash = apiVersion.indexOf('/');
        return slash < 0 ? "" : apiVersion.substring(0, slash);
    }

    /** Whether this names a resource of that type, in whatever version. */
    public boolean isA(Class<? extends HasMetadata> type) {
        return kind.equals(HasMetadata.getKind(type))
                && group().equals(new ResourceId(HasMetadata.getApiVersion(type), "", "", "").group());
    }

    @Override
    public String toString() {
        return kind + " " + namespace + "/" + name;
    }
}
