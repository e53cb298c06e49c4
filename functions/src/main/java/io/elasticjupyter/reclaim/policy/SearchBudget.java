package io.elasticjupyter.reclaim.policy;

/**
 * Bounds the time of a run. Finding the fewest kernels for several resources at once is hard (it is multidimensional covering), so a
 * node with many kernels of which each requests something else could take for ever. A search on a node that exceeds its part, or that
 * starts when the part of its pod is spent, takes an approximate set instead, see {@link VictimSearch}.
 */
final class SearchBudget {

    /** The steps of a run, which is divided among the pods: about a second. */
    private static final long STEPS_OF_A_RUN = 10_000_000;

    /** The steps of one search. */
    private static final long STEPS_OF_A_SEARCH = 200_000;

    private final long stepsOfASearch;
    private long remaining;
    private long ofThisPod;
    private long ofThisSearch;

    SearchBudget() {
        this(STEPS_OF_A_RUN, STEPS_OF_A_SEARCH);
    }

    SearchBudget(long stepsOfARun, long stepsOfASearch) {
        this.remaining = stepsOfARun;
        this.stepsOfASearch = stepsOfASearch;
    }

    /**
     * Begins the searches for a pod. What earlier pods did not need is for the later ones.
     *
     * @param pods how many pods there still are, with this one
     */
    void beginPod(int pods) {
        ofThisPod = remaining / pods;
    }

    /** Begins a search. */
    void beginSearch() {
        ofThisSearch = Math.min(stepsOfASearch, ofThisPod);
    }

    /** Takes one step; returns false if none is left. */
    boolean step() {
        if (ofThisSearch == 0) {
            return false;
        }
        ofThisSearch--;
        ofThisPod--;
        remaining--;
        return true;
    }
}
