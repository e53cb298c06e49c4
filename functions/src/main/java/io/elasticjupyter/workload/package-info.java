/** What the Deployments and pods of Jupyter's images have in common: security contexts, readiness, files that come with a package. */
package io.elasticjupyter.workload;
