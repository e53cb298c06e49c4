package io.elasticjupyter.reclaim;

import io.elasticjupyter.cull.KernelReclaim;
import io.elasticjupyter.reclaim.policy.PodName;
import io.elasticjupyter.reclaim.policy.ReclaimLabel;
import io.elasticjupyter.reclaim.policy.Wording;
import io.elasticjupyter.reclaim.policy.kueue.PendingWorkload;
import io.elasticjupyter.reclaim.policy.kueue.Workload;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientTimeoutException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The Workloads of Kueue that ask for the resources of idle kernels and that have no quota.
 *
 * @param client reads them
 */
record WaitingWorkloads(KubernetesClient client) implements Demand {

    @Override
    public Situation read(KernelReclaim reclaim, Instant now) {
        return QuotaReader.read(client, reclaim, now);
    }

    @Override
    public List<Waiting> find(PodName name) {
        return waiting(Optional.ofNullable(get(name.namespace(), name.name())).stream());
    }

    @Override
    public List<Waiting> all() {
        return waiting(client.resources(Workload.class).inAnyNamespace()
                .withLabel(ReclaimLabel.KEY, ReclaimLabel.IDLE_KERNELS).list().getItems().stream());
    }

    private Workload get(String namespace, String name) {
        return client.resources(Workload.class).inNamespace(namespace).withName(name).get();
    }

    private static List<Waiting> waiting(Stream<Workload> workloads) {
        return workloads.filter(PendingWorkload::isWaiting).map(Waiting::of).toList();
    }

    @Override
    public boolean stillWaits(ObjectReference workload) {
        return isSameAndWaits(get(workload.getNamespace(), workload.getName()), workload);
    }

    @Override
    public boolean isMet(ObjectReference workload, Duration within) {
        try {
            client.resources(Workload.class).inNamespace(workload.getNamespace()).withName(workload.getName())
                    .waitUntilCondition(now -> !isSameAndWaits(now, workload), within.toMillis(),
                            TimeUnit.MILLISECONDS);
            return true;
        } catch (KubernetesClientTimeoutException e) {
            return false;
        }
    }

    private static boolean isSameAndWaits(Workload now, ObjectReference before) {
        return now != null && now.getMetadata().getUid().equals(before.getUid()) && PendingWorkload.isWaiting(now);
    }

    @Override
    public String notMet() {
        return "Kueue has not reserved quota for the Workload";
    }

    @Override
    public String text(PodName name) {
        return "Workload " + name;
    }

    @Override
    public Wording wording() {
        return Wording.FLAVORS;
    }
}
