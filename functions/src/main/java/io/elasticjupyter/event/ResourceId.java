package io.elasticjupyter.event;

import io.fabric8.kubernetes.api.model.HasMetadata;

/**
 * Identifies a resource.
 *
 * @param apiVersion the API version, such as {@code apps/v1}
 * @param kind the kind, such as {@code Deployment}
 * @param namespace the namespace
 * @param name the name
 */
public record ResourceId(String apiVersion, String kind, String namespace, String name) {

    /** Returns the id of a resource of a type. */
    public static ResourceId of(Class<? extends HasMetadata> type, String namespace, String name) {
        return new ResourceId(HasMetadata.getApiVersion(type), HasMetadata.getKind(type), namespace, name);
    }

    /** The API group: empty for the core group. */
    public String group() {
        int slash = apiVersion.indexOf('/');
        return slash < 0 ? "" : apiVersion.substring(0, slash);
    }

    /** Returns whether this identifies a resource of that type, in any version. */
    public boolean isA(Class<? extends HasMetadata> type) {
        return kind.equals(HasMetadata.getKind(type))
                && group().equals(new ResourceId(HasMetadata.getApiVersion(type), "", "", "").group());
    }

    @Override
    public String toString() {
        return kind + " " + namespace + "/" + name;
    }
}
