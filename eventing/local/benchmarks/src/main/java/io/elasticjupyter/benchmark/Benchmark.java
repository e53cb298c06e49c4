package io.elasticjupyter.benchmark;

import java.util.function.Consumer;

/** A benchmark. */
interface Benchmark {

    /** Returns the name for {@code --only}. */
    String name();

    /** Measures, and passes on each figure when it is complete. */
    void run(Bench bench, Consumer<Figure> figures) throws Exception;
}
