package io.elasticjupyter.reconcile;

import com.fasterxml.jackson.annotation.JsonValue;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.Locale;

/**
 * The result of a run for one child.
 *
 * @param kind the child's kind
 * @param name the child's name
 * @param change the operation
 */
public record ChildResult(String kind, String name, Operation change) {

    /** The operation on a child. */
    public enum Operation {
        /** The child did not exist. */
        CREATED,
        /** The child differed from the desired state. */
        UPDATED,
        /** The child differed in an immutable field, so it was deleted and created. */
        REPLACED,
        /** The child is no longer wanted. */
        DELETED,
        /** The child was as desired. */
        UNCHANGED;

        /** Returns the name of the operation in events. */
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
