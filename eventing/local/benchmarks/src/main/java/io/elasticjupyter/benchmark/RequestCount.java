package io.elasticjupyter.benchmark;

import java.util.concurrent.atomic.LongAdder;

/** Counts the requests that an API server, or a gateway, was sent. */
final class RequestCount {

    private final LongAdder reads = new LongAdder();
    private final LongAdder writes = new LongAdder();

    /**
     * How many there were up to a moment.
     *
     * @param reads GET
     * @param writes all others
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
