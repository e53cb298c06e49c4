/**
 * The peer with which the functions are compared: a small operator that runs all the time, written as the documentation of the
 * Java Operator SDK recommends, with the same children of notebooks and gateways.
 */
package io.elasticjupyter.benchmark.peer;
