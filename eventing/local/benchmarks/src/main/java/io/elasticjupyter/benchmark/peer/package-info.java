/**
 * The peer that the functions are measured beside: a small operator that is always on, written with the Java Operator SDK as its
 * documentation advises, which makes the same children of notebooks and gateways.
 */
package io.elasticjupyter.benchmark.peer;
