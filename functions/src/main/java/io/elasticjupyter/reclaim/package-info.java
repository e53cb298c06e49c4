/**
 * Culls idle kernels for pods that wait for their resources. {@link io.elasticjupyter.reclaim.policy} chooses the kernels, and
 * {@link io.elasticjupyter.cull} deletes them.
 */
package io.elasticjupyter.reclaim;
