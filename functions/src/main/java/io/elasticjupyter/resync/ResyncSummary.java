package io.elasticjupyter.resync;

import io.elasticjupyter.reconcile.ReconcileResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The summary of a resync. An event cannot carry the results of all resources of a large installation, so only the first changed
 * and the first failed ones are listed. All are counted.
 *
 * @param resources the number of resources
 * @param outcomes the number of resources by outcome
 * @param changed the results of resources that were not as desired
 * @param failed the resources that could not be reconciled
 */
record ResyncSummary(int resources, Map<String, Integer> outcomes, List<ReconcileResult> changed,
        List<Failure> failed) {

    /** Keeps the event within a few hundred kilobytes. */
    private static final int MAX_LISTED = 100;

    /** The outcome of a resource for which a request to the API server failed. */
    static final String FAILED = "failed";

    /** The result for one resource. */
    sealed interface Result {

        /** Returns the outcome, in one word. */
        String outcome();
    }

    /** The resource was reconciled. */
    record Reconciled(ReconcileResult result) implements Result {
        @Override
        public String outcome() {
            return result.outcome().toString();
        }
    }

    /**
     * The resource could not be reconciled.
     *
     * @param why the reason
     */
    record Failure(String kind, String namespace, String name, String why) implements Result {
        @Override
        public String outcome() {
            return FAILED;
        }
    }

    ResyncSummary() {
        this(0, Map.of(), List.of(), List.of());
    }

    /** Returns this summary with further results added. */
    ResyncSummary plus(List<Result> results) {
        Map<String, Integer> counts = new TreeMap<>(outcomes);
        List<ReconcileResult> changes = new ArrayList<>(changed);
        List<Failure> failures = new ArrayList<>(failed);
        for (Result result : results) {
            counts.merge(result.outcome(), 1, Integer::sum);
            switch (result) {
                case Reconciled(ReconcileResult reconciled) when reconciled
                        .outcome() != ReconcileResult.Outcome.UNCHANGED
                        && changes.size() < MAX_LISTED ->
                    changes.add(reconciled);
                case Failure failure when failures.size() < MAX_LISTED -> failures.add(failure);
                default -> {
                }
            }
        }
        return new ResyncSummary(resources + results.size(), counts, changes, failures);
    }

    /** Returns the most severe outcome, in one word. */
    String outcome() {
        if (!failed.isEmpty()) {
            return FAILED;
        }
        return changed.isEmpty() ? "unchanged" : "changed";
    }
}
