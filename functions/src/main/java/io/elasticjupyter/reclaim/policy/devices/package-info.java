/**
 * Devices of ResourceClaims as resources of the decision: which devices of a node a pod that waits can use, judged by the devices that
 * pods have for equal requests.
 */
package io.elasticjupyter.reclaim.policy.devices;
