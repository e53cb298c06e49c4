package io.elasticjupyter.reclaim;

import io.cloudevents.CloudEvent;
import io.elasticjupyter.reclaim.policy.PodName;
import io.elasticjupyter.reconcile.Coalescing;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/** The runs for the pods that wait, or for the Workloads. Each is for all of them, and events that arrive meanwhile share the next. */
final class ReclaimRuns {

    private final Demand demand;
    private final Reclaim reclaim;
    private final Clock clock;

    /** All runs are for all that waits, so that there is one key. */
    private final Coalescing<Class<Reclaim>, Reclaim.Outcome> runs = new Coalescing<>();

    private volatile Seen seen = new Seen(Instant.MIN, Map.of());

    /**
     * What the last run decided on.
     *
     * @param started when it started
     * @param versions the versions of what waited
     */
    private record Seen(Instant started, Map<PodName, String> versions) {

        /** Returns whether an event can be about nothing that the run has not seen. */
        boolean covers(CloudEvent event, Demand.Waiting waiting) {
            return event.getTime() != null && event.getTime().toInstant().isBefore(started)
                    && waiting.version().equals(versions.get(waiting.name()));
        }
    }

    /**
     * What was done about an event.
     *
     * @param results what was done for each object that waits
     * @param ignored why there was no run; empty if there was one
     */
    record Answer(List<ReclaimResult> results, Optional<String> ignored) {

        int culled() {
            return results.stream().mapToInt(each -> each.culled().size()).sum();
        }
    }

    ReclaimRuns(Demand demand, Reclaim reclaim, Clock clock) {
        this.demand = demand;
        this.reclaim = reclaim;
        this.clock = clock;
    }

    Answer answer(CloudEvent event, ReclaimRequest request) {
        List<Demand.Waiting> waiting = waiting(request);
        if (waiting.isEmpty()) {
            return ignored("nothing waits for resources of idle kernels");
        }
        if (waiting.stream().allMatch(each -> seen.covers(event, each))) {
            return ignored("a run after the event has decided on it");
        }
        AtomicBoolean mine = new AtomicBoolean();
        Reclaim.Outcome outcome = runs.share(Reclaim.class, () -> {
            mine.set(true);
            return run();
        });
        failIfNeeded(outcome);
        // Outside of the run, so that others need not wait for the scheduler.
        if (mine.get() && !reclaim.awaitBound(outcome)) {
            Reclaim.Outcome again = runs.share(Reclaim.class, this::run);
            reclaim.reportUnbound(outcome, again);
            failIfNeeded(again);
        }
        return new Answer(outcome.pods(), Optional.empty());
    }

    private static Answer ignored(String why) {
        return new Answer(List.of(), Optional.of(why));
    }

    /**
     * Returns what waits and a request is about. If the owner of a PingSource does not wait any more, or is deleted, others may have
     * relied on its PingSource.
     */
    private List<Demand.Waiting> waiting(ReclaimRequest request) {
        List<Demand.Waiting> found = request.deleted()
                ? List.of()
                : request.waiting().map(each -> demand.find(new PodName(each.namespace(), each.name())))
                        .orElseGet(List::of);
        return found.isEmpty() && request.forAll() ? demand.all() : found;
    }

    private static void failIfNeeded(Reclaim.Outcome outcome) {
        outcome.failure().ifPresent(failure -> {
            throw failure;
        });
    }

    private Reclaim.Outcome run() {
        Instant started = clock.instant();
        Reclaim.Outcome outcome = reclaim.run();
        if (outcome.failure().isEmpty()) {
            seen = new Seen(started, outcome.versions());
        }
        return outcome;
    }
}
