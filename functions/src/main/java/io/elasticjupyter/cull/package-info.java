/**
 * Culls idle kernels. {@link io.elasticjupyter.cull.GatewayCull} is the cull of one gateway, from its kernels' activity to the
 * PingSource that fires the next cull.
 */
package io.elasticjupyter.cull;
