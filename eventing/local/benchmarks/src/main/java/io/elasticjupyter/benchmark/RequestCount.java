package io.elasticjupyter.benchmark;

import java.util.concurrent.atomic.LongAdder;

/** Counts the requests to an API server or a gateway. */
final class RequestCount {

    private final LongAdder reads = new LongAdder();
    private final LongAdder writes = new LongAdder();

    /**
     * The number of requests up to a point in time.
     *
     * @param reads the number of GET requests
     * @param writes the number of other requests
     */
    record Count(long reads, long writes) {

        long all() {
            return reads + writes;
        }

        Count since(Count earlier) {
            return new Count(reads - earlier.reads, writes - earlier.writes);
        }
    }

    void add(String method) {
        (method.equals("GET") ? reads : writes).increment();
    }

    Count now() {
        return new Count(reads.sum(), writes.sum());
    }
}
