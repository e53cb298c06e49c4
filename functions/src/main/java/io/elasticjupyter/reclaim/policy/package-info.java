/**
 * Decides which idle kernels are culled for pods that wait for resources, and for the limits of a gateway. The package has only
 * pure functions and values, and uses no client. {@link io.elasticjupyter.reclaim.policy.ReclaimPolicy} is where to start.
 */
package io.elasticjupyter.reclaim.policy;
