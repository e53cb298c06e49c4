package io.elasticjupyter.reconcile;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.fabric8.kubernetes.api.model.HasMetadata;

/**
 * What was done to one child.
 *
 * @param kind the child's kind
 * @param name the child's name
 * @param change what was done
 */
public record Change(String kind, String name, What change) {

    /** What was done. */
    public enum What {
        /** It was not there. */
        @JsonProperty("created")
        CREATED,
        /** It differed. */
        @JsonProperty("updated")
        UPDATED,
        /** It differed in a field that cannot change, so it was deleted and created. */
        @JsonProperty("replaced")
        REPLACED,
        /** It is no longer wanted. */
        @JsonProperty("deleted")
        DELETED,
        /** It was as it should be. */
        @JsonProperty("unchanged")
        UNCHANGED
    }

    static Change of(HasMetadata child, What change) {
        return new Change(child.getKind(), child.getMetadata().getName(), change);
    }
}
