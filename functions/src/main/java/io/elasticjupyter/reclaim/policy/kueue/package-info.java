/**
 * Decides which idle kernels are culled for Workloads of <a href="https://kueue.sigs.k8s.io">Kueue</a> that wait for quota: the decision
 * of {@link io.elasticjupyter.reclaim.policy}, with flavors instead of nodes.
 */
package io.elasticjupyter.reclaim.policy.kueue;
