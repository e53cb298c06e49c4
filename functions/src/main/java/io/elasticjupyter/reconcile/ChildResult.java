package io.elasticjupyter.reconcile;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.Locale;

/**
 * What was done to one child.
 *
 * @param kind the child's kind
 * @param name the child's name
 * @param change what was done
 */
public record ChildResult(String kind, String name, What change) {

    /** What was done. */
    public enum What {
        /** It was not there. */
        CREATED,
        /** It differed. */
        UPDATED,
        /** It differed in a field that cannot change, so it was deleted and created. */
        REPLACED,
        /** It is no longer wanted. */
        DELETED,
        /** It was as it should be. */
        UNCHANGED;

        /** The word, as it stands in events. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    static ChildResult of(HasMetadata child, What change) {
        return new ChildResult(child.getKind(), child.getMetadata().getName(), change);
    }
}
