/**
 * Everything in one process, for a laptop: an API server, the functions, and the eventing between them as
 * {@code eventing/knative} wires it.
 */
package io.elasticjupyter.local;
