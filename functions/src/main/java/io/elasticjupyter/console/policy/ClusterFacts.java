package io.elasticjupyter.console.policy;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What a caller may see of a cluster. A list is empty if the caller may not read it anywhere.
 *
 * @param now when it was read
 * @param namespaces the namespaces that were read, sorted; empty for all of the cluster
 * @param kernels the kernels
 * @param pods the pods of kernels, and those that wait
 * @param gateways the gateways
 * @param notebooks the notebooks
 * @param events the Events that functions have written
 */
public record ClusterFacts(Instant now, Optional<List<String>> namespaces, Optional<List<KernelFacts>> kernels,
        Optional<List<PodFacts>> pods, Optional<List<GatewayFacts>> gateways, Optional<List<NotebookFacts>> notebooks,
        Optional<List<EventFacts>> events) {}
