package io.elasticjupyter.reconcile;

import com.fasterxml.jackson.annotation.JsonValue;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.Locale;

/**
 * What a run did to one child.
 *
 * @param kind the child's kind
 * @param name the child's name
 * @param change what was done
 */
public record ChildResult(String kind, String name, Operation change) {

    /** What can be done to a child. */
    public enum Operation {
        /** It did not exist. */
        CREATED,
        /** It differed from what is desired. */
        UPDATED,
        /** It differed in an immutable field, so it was deleted and created. */
        REPLACED,
        /** It is no longer wanted. */
        DELETED,
        /** It was as desired. */
        UNCHANGED;

        /** Returns the word for it in events. */
        @JsonValue
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    static ChildResult of(HasMetadata child, Operation change) {
        return new ChildResult(child.getKind(), child.getMetadata().getName(), change);
    }
}
