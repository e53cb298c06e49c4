package io.elasticjupyter.resync;

import io.elasticjupyter.reconcile.ReconcileResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What one run did. A large installation has more resources than an event should carry, so of those that were changed and of
 * those that failed only the first are listed; all are counted.
 *
 * @param resources how many there were
 * @param outcomes how many of them had each outcome
 * @param changed what was done, where something was
 * @param failed what could not be done
 */
record ResyncSummary(int resources, Map<String, Integer> outcomes, List<ReconcileResult> changed,
        List<Failure> failed) {

    /** As many as fit an event of a few hundred kilobytes. */
    private static final int MOST_LISTED = 100;

    /** The outcome of a resource that the API server had trouble with. */
    static final String FAILED = "failed";

    /** What became of one resource. */
    sealed interface Result {

        /** In one word. */
        String outcome();
    }

    /** It was reconciled. */
    record Done(ReconcileResult report) implements Result {
        @Override
        public String outcome() {
            return report.outcome().toString();
        }
    }

    /**
     * It was not.
     *
     * @param why in words
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

    /** The same with more. */
    ResyncSummary and(List<Result> results) {
        Map<String, Integer> counts = new TreeMap<>(outcomes);
        List<ReconcileResult> reports = new ArrayList<>(changed);
        List<Failure> failures = new ArrayList<>(failed);
        for (Result result : results) {
            counts.merge(result.outcome(), 1, Integer::sum);
            switch (result) {
                case Done(ReconcileResult report) when report.outcome() != ReconcileResult.Outcome.UNCHANGED
                        && reports.size() < MOST_LISTED ->
                    reports.add(report);
                case Failure failure when failures.size() < MOST_LISTED -> failures.add(failure);
                default -> {
                }
            }
        }
        return new ResyncSummary(resources + results.size(), counts, reports, failures);
    }

    /** The worst of all, in one word. */
    String outcome() {
        if (!failed.isEmpty()) {
            return FAILED;
        }
        return changed.isEmpty() ? "unchanged" : "changed";
    }
}
