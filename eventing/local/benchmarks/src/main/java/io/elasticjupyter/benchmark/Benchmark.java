package io.elasticjupyter.benchmark;

import java.util.function.Consumer;

/** One thing to measure. */
interface Benchmark {

    /** By what {@code --only} names it. */
    String name();

    /** Measures, and hands over each figure as soon as it is there. */
    void run(Bench bench, Consumer<Figure> figures) throws Exception;
}
