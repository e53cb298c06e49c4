/**
 * What the functions cost, measured: each benchmark is a class, each result a {@link io.elasticjupyter.benchmark.Figure}. They
 * run with {@code mvn -q -Pbenchmark}.
 */
package io.elasticjupyter.benchmark;
