package io.elasticjupyter.reconcile;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonValue;
import io.elasticjupyter.event.ResourceId;
import java.util.List;
import java.util.Locale;

/**
 * The result of one run of the loop.
 *
 * @param apiVersion the API version of the resource
 * @param kind the kind of the resource
 * @param namespace the namespace of the resource
 * @param name the name of the resource
 * @param outcome the outcome in one word
 * @param children the results for the children
 * @param reason the reason of the resource's {@code Ready} condition, or of its end; null if the resource does not exist
 * @param message the message of the resource's {@code Ready} condition, or of its end; null if the resource does not exist
 * @param dependents the results for the resources that refer to this one; null without any
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ReconcileResult(String apiVersion, String kind, String namespace, String name, Outcome outcome,
        List<ChildResult> children, String reason, String message,
        List<ReconcileResult> dependents) {

    /** The outcome of a run. */
    public enum Outcome {
        /** All children were created. */
        CREATED,
        /** A child was changed, or only the status. */
        UPDATED,
        /** All children and the status were as desired. */
        UNCHANGED,
        /** The spec is invalid; the status of the resource reports the reason. */
        REJECTED,
        /** The resource is deleted or being deleted; its children are garbage-collected. */
        GONE,
        /** The resource had completed and was deleted. */
        FINISHED,
        /** The event is about an object that no existing resource of the kind owns, or about the status of a resource. */
        IGNORED;

        /** Returns the name of the outcome in events and logs. */
        @JsonValue
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    static ReconcileResult of(ResourceId id, Outcome outcome) {
        return of(id, outcome, null);
    }

    static ReconcileResult finished(ResourceId id, Readiness end) {
        return new ReconcileResult(id.apiVersion(), id.kind(), id.namespace(), id.name(), Outcome.FINISHED, List.of(),
                end.reason(), end.message(), null);
    }

    static ReconcileResult of(ResourceId id, List<ReconcileResult> dependents) {
        boolean changed = dependents.stream().anyMatch(result -> result.outcome() != Outcome.UNCHANGED);
        return of(id, changed ? Outcome.UPDATED : Outcome.UNCHANGED, dependents.isEmpty() ? null : dependents);
    }

    /** Returns a result for an object that was not reconciled itself. */
    private static ReconcileResult of(ResourceId id, Outcome outcome, List<ReconcileResult> dependents) {
        return new ReconcileResult(id.apiVersion(), id.kind(), id.namespace(), id.name(), outcome, List.of(), null,
                null, dependents);
    }

    static ReconcileResult of(ResourceId id, List<ChildResult> children, Readiness readiness, boolean rejected,
            boolean statusWritten) {
        return new ReconcileResult(id.apiVersion(), id.kind(), id.namespace(), id.name(),
                outcome(children, rejected, statusWritten),
                children,
                readiness.reason(), readiness.message(), null);
    }

    private static Outcome outcome(List<ChildResult> children, boolean rejected, boolean statusWritten) {
        if (rejected) {
            return Outcome.REJECTED;
        }
        if (children.stream().allMatch(child -> child.change() == ChildResult.Operation.UNCHANGED)) {
            return statusWritten ? Outcome.UPDATED : Outcome.UNCHANGED;
        }
        boolean allNew = children.stream().allMatch(child -> child.change() == ChildResult.Operation.CREATED);
        return allNew ? Outcome.CREATED : Outcome.UPDATED;
    }
}
