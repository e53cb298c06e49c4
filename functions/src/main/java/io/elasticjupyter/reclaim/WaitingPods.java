package io.elasticjupyter.reclaim;

import io.elasticjupyter.cull.KernelReclaim;
import io.elasticjupyter.reclaim.policy.PodName;
import io.elasticjupyter.reclaim.policy.ReclaimLabel;
import io.elasticjupyter.reclaim.policy.Wording;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientTimeoutException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The pods that ask for the resources of idle kernels and that no node has room for.
 *
 * @param client reads them
 */
record WaitingPods(KubernetesClient client) implements Demand {

    @Override
    public Situation read(KernelReclaim reclaim, Instant now) {
        return ClusterReader.read(client, reclaim, now);
    }

    @Override
    public List<Waiting> find(PodName name) {
        return waiting(Optional.ofNullable(get(name.namespace(), name.name())).stream());
    }

    @Override
    public List<Waiting> all() {
        return waiting(client.pods().inAnyNamespace().withLabel(ReclaimLabel.KEY, ReclaimLabel.IDLE_KERNELS)
                .withField("status.phase", "Pending").list().getItems().stream());
    }

    private Pod get(String namespace, String name) {
        return client.pods().inNamespace(namespace).withName(name).get();
    }

    private static List<Waiting> waiting(Stream<Pod> pods) {
        return pods.filter(WaitingPods::isWaiting).map(Waiting::of).toList();
    }

    @Override
    public boolean stillWaits(ObjectReference pod) {
        Pod now = get(pod.getNamespace(), pod.getName());
        return now != null && now.getMetadata().getUid().equals(pod.getUid()) && isWaiting(now);
    }

    @Override
    public boolean isMet(ObjectReference pod, Duration within) {
        try {
            client.pods().inNamespace(pod.getNamespace()).withName(pod.getName()).waitUntilCondition(
                    now -> now == null || !now.getMetadata().getUid().equals(pod.getUid()) || !isPending(now),
                    within.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (KubernetesClientTimeoutException e) {
            return false;
        }
    }

    @Override
    public String notMet() {
        return "the scheduler has not bound the pod";
    }

    @Override
    public String text(PodName name) {
        return name.toString();
    }

    @Override
    public Wording wording() {
        return Wording.NODES;
    }

    /** Returns whether a pod asks for the resources of idle kernels, and the scheduler has found no node for it. */
    static boolean isWaiting(Pod pod) {
        return isPending(pod) && ReclaimLabel.isSet(pod)
                && pod.getStatus().getConditions().stream().anyMatch(WaitingPods::isUnschedulable);
    }

    /** Returns whether the scheduler looks for a node for a pod. */
    static boolean isPending(Pod pod) {
        return !pod.isMarkedForDeletion()
                && (pod.getSpec().getNodeName() == null || pod.getSpec().getNodeName().isEmpty())
                && pod.getSpec().getSchedulingGates().isEmpty() && pod.getStatus() != null
                && "Pending".equals(pod.getStatus().getPhase());
    }

    private static boolean isUnschedulable(PodCondition condition) {
        return "PodScheduled".equals(condition.getType()) && "False".equals(condition.getStatus())
                && "Unschedulable".equals(condition.getReason());
    }
}
