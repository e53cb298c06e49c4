/**
 * The Kubernetes client as the functions have it: how the cluster is found and reached, and how its objects are written and
 * read.
 */
package io.elasticjupyter.cluster;
