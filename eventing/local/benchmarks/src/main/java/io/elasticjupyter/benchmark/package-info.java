/**
 * Benchmarks of the functions. Each benchmark is a class, and each result is a {@link io.elasticjupyter.benchmark.Figure}. Run
 * them with {@code mvn -q -Pbenchmark}.
 */
package io.elasticjupyter.benchmark;
