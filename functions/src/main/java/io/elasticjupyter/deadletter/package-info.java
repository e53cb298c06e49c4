/**
 * Events that a function did not take, however often it was asked: said on the resource, so that nothing is lost in silence.
 */
package io.elasticjupyter.deadletter;
