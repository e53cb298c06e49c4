/**
 * The Kubernetes client as the functions have it: how the cluster is found and reached.
 */
package io.elasticjupyter.cluster;
