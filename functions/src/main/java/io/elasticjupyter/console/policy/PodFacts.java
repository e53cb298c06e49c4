package io.elasticjupyter.console.policy;

import io.elasticjupyter.api.v1alpha1.JupyterKernel;
import io.elasticjupyter.cull.policy.KeepUntil;
import io.elasticjupyter.kubernetes.OwnerReferences;
import io.elasticjupyter.workload.KernelLabels;
import io.elasticjupyter.workload.ResourceAmounts;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The fields of a pod that the console shows.
 *
 * @param namespace its namespace
 * @param name its name
 * @param created when it was created (RFC 3339)
 * @param isKernel whether it is the pod of a kernel
 * @param controlled whether a JupyterKernel controls it
 * @param node the node that runs it
 * @param phase its phase
 * @param terminating whether it is being deleted
 * @param requests what its containers request
 * @param notScheduled why no node has been found for it
 * @param keepUntil the value of its annotation {@link KeepUntil#ANNOTATION}
 */
public record PodFacts(String namespace, String name, String created, boolean isKernel, boolean controlled,
        Optional<String> node, String phase, boolean terminating, Requests requests, Optional<String> notScheduled,
        Optional<String> keepUntil) {

    /** Returns the facts about a pod. */
    public static PodFacts of(Pod pod) {
        Optional<PodStatus> status = Optional.ofNullable(pod.getStatus());
        return new PodFacts(pod.getMetadata().getNamespace(), pod.getMetadata().getName(),
                pod.getMetadata().getCreationTimestamp(),
                KernelLabels.KERNEL.equals(
                        Optional.ofNullable(pod.getMetadata().getLabels()).orElseGet(Map::of)
                                .get(KernelLabels.COMPONENT)),
                OwnerReferences.controllerOf(pod, JupyterKernel.class).isPresent(),
                Optional.ofNullable(pod.getSpec().getNodeName()).filter(node -> !node.isEmpty()),
                status.map(PodStatus::getPhase).orElse("Pending"), pod.isMarkedForDeletion(),
                Requests.of(ResourceAmounts.requests(pod.getSpec())),
                status.map(PodStatus::getConditions).orElseGet(List::of).stream()
                        .filter(each -> "PodScheduled".equals(each.getType()) && "False".equals(each.getStatus()))
                        .findFirst().map(PodCondition::getMessage),
                Optional.ofNullable(pod.getMetadata().getAnnotations())
                        .map(annotations -> annotations.get(KeepUntil.ANNOTATION)));
    }

    boolean waits() {
        return node.isEmpty() && phase.equals("Pending") && !terminating;
    }

    boolean hasEnded() {
        return phase.equals("Succeeded") || phase.equals("Failed");
    }
}
