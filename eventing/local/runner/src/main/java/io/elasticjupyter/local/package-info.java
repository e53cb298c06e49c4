/**
 * Runs an API server, the functions, and the eventing that {@code eventing/knative} defines in one process, for use on a
 * laptop.
 */
package io.elasticjupyter.local;
