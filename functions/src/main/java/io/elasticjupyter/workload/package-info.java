/**
 * The common parts of Deployments and pods with Jupyter's images: security contexts, readiness, pull policies, packaged files.
 */
package io.elasticjupyter.workload;
