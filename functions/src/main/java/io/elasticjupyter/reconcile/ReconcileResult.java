package io.elasticjupyter.reconcile;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonValue;
import io.elasticjupyter.event.ResourceId;
import java.util.List;
import java.util.Locale;

/**
 * What one run of the loop did.
 *
 * @param apiVersion the API version of the resource
 * @param kind the kind of the resource
 * @param namespace the namespace of the resource
 * @param name the name of the resource
 * @param outcome the outcome in one word
 * @param children what was done to each child
 * @param reason the reason of the resource's {@code Ready} condition; null when there is no resource
 * @param message the message of the resource's {@code Ready} condition; null when there is no resource
 * @param dependents what was done to the resources that refer to this one; null if there are none
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ReconcileResult(String apiVersion, String kind, String namespace, String name, Outcome outcome,
        List<ChildResult> children, String reason, String message,
        List<ReconcileResult> dependents) {

    /** What a run did, in one word. */
    public enum Outcome {
        /** All children were created. */
        CREATED,
        /** Some child was changed, or only the status. */
        UPDATED,
        /** Everything was as desired. */
        UNCHANGED,
        /** The spec cannot work; the status of the resource reports why. */
        REJECTED,
        /** The resource is gone or going; its children go with it. */
        GONE,
        /** The resource had done its job and was deleted. */
        FINISHED,
        /** The event is about an object that no resource of the kind owns. */
        IGNORED;

        /** Returns the word for it in events and logs. */
        @JsonValue
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    static ReconcileResult of(ResourceId id, Outcome outcome) {
        return new ReconcileResult(id.apiVersion(), id.kind(), id.namespace(), id.name(), outcome, List.of(), null,
                null,
                null);
    }

    static ReconcileResult of(ResourceId id, List<ReconcileResult> dependents) {
        boolean changed = dependents.stream().anyMatch(report -> report.outcome() != Outcome.UNCHANGED);
        return of(id, changed ? Outcome.UPDATED : Outcome.UNCHANGED).with(dependents.isEmpty() ? null : dependents);
    }

    /** Returns the result with what was done to the resources that refer to this one. */
    public ReconcileResult with(List<ReconcileResult> reports) {
        return new ReconcileResult(apiVersion, kind, namespace, name, outcome, children, reason, message, reports);
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
