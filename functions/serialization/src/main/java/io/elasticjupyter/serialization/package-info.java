/**
 * Reads and writes Kubernetes resources as JSON without Jackson's annotation introspection, for processes that live for seconds.
 */
package io.elasticjupyter.serialization;
