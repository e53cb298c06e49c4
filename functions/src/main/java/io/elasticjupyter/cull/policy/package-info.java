/**
 * Decides which kernels are idle and schedules the next cull. The package has only pure functions and values, and uses no
 * client.
 */
package io.elasticjupyter.cull.policy;
