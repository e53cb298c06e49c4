package io.elasticjupyter.reclaim.policy.kueue;

import io.elasticjupyter.reclaim.policy.ResourceList;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The quotas of ClusterQueues and cohorts, and what is used of them. Computes what a ClusterQueue can still use as Kueue does, with
 * borrowing and lending limits and cohorts in cohorts (<a href=
 * "https://github.com/kubernetes-sigs/kueue/blob/v0.17.0/pkg/cache/scheduler/resource_node.go">{@code available}</a>).
 */
final class QuotaTree {

    /** The largest quota, so that sums of quotas do not overflow. */
    private static final long MOST = Long.MAX_VALUE >> 16;

    private final Map<String, Branch> queues = new HashMap<>();
    private final Map<String, Branch> cohorts = new HashMap<>();

    private record Quota(long nominal, Optional<Long> borrowingLimit, Optional<Long> lendingLimit) {}

    /** A ClusterQueue or a cohort. */
    private static final class Branch {

        private static final Quota NONE = new Quota(0, Optional.empty(), Optional.empty());

        private final Map<FlavorResource, Quota> quotas = new HashMap<>();
        private final Map<FlavorResource, Long> used = new HashMap<>();
        private final List<Branch> children = new ArrayList<>();
        private Branch parent;

        private Quota quota(FlavorResource resource) {
            return quotas.getOrDefault(resource, NONE);
        }

        /** Returns its own quota and what its children can lend. */
        private long total(FlavorResource resource) {
            long total = quota(resource).nominal();
            for (Branch child : children) {
                total += child.total(resource) - child.reserved(resource);
            }
            return total;
        }

        /** Returns the part of its quota that it lends to nobody. */
        private long reserved(FlavorResource resource) {
            return quota(resource).lendingLimit().map(limit -> Math.max(0, total(resource) - limit)).orElse(0L);
        }

        private long used(FlavorResource resource) {
            long sum = used.getOrDefault(resource, 0L);
            for (Branch child : children) {
                sum += Math.max(0, child.used(resource) - child.reserved(resource));
            }
            return sum;
        }

        private long available(FlavorResource resource) {
            long total = total(resource);
            long used = used(resource);
            if (parent == null) {
                return total - used;
            }
            long reserved = reserved(resource);
            long fromParent = parent.available(resource);
            long lent = total - reserved - Math.max(0, used - reserved);
            long borrowed = quota(resource).borrowingLimit().map(limit -> Math.min(lent + limit, fromParent))
                    .orElse(fromParent);
            return Math.max(0, reserved - used) + borrowed;
        }

        private Branch root() {
            Branch root = this;
            while (root.parent != null) {
                root = root.parent;
            }
            return root;
        }
    }

    QuotaTree(Collection<ClusterQueue> queues, Collection<Cohort> cohorts) {
        cohorts.forEach(each -> this.cohorts.put(each.getMetadata().getName(),
                branch(each.getSpec() == null ? List.of() : each.getSpec().resourceGroups())));
        cohorts.stream().filter(each -> each.getSpec() != null)
                .forEach(each -> join(this.cohorts.get(each.getMetadata().getName()), each.getSpec().parentName()));
        queues.forEach(each -> {
            Branch branch = branch(each.getSpec().resourceGroups());
            this.queues.put(each.getMetadata().getName(), branch);
            join(branch, each.getSpec().cohortName());
        });
    }

    private static Branch branch(List<ResourceGroup> groups) {
        Branch branch = new Branch();
        groups.forEach(group -> group.flavors().forEach(flavor -> flavor.resources().forEach(
                each -> branch.quotas.put(new FlavorResource(flavor.name(), each.name()),
                        new Quota(amount(each.name(), each.nominalQuota()).orElse(0L),
                                amount(each.name(), each.borrowingLimit()),
                                amount(each.name(), each.lendingLimit()))))));
        return branch;
    }

    /** Kueue admits nothing in a cycle of cohorts, so that it does not matter which of its cohorts is taken for the first. */
    private void join(Branch branch, String cohort) {
        if (cohort == null || cohort.isEmpty()) {
            return;
        }
        Branch parent = cohorts.computeIfAbsent(cohort, name -> new Branch());
        if (parent.root() != branch) {
            branch.parent = parent;
            parent.children.add(branch);
        }
    }

    private static Optional<Long> amount(String resource, Quantity quantity) {
        return Optional.ofNullable(quantity)
                .map(each -> Math.min(MOST, ResourceList.of(Map.of(resource, each)).get(resource)));
    }

    boolean has(String queue) {
        return queues.containsKey(queue);
    }

    /** Adds amounts to what a ClusterQueue uses, or subtracts them. */
    void use(String queue, Map<FlavorResource, Long> amounts, int sign) {
        Branch branch = queues.get(queue);
        if (branch != null) {
            amounts.forEach((resource, amount) -> branch.used.merge(resource, sign * amount, Long::sum));
        }
    }

    /** Returns what a ClusterQueue can still use: less than 0 if quotas have been reduced. */
    long available(String queue, FlavorResource resource) {
        return queues.get(queue).available(resource);
    }

    /** Returns what a ClusterQueue can use if the others use what they use now. */
    long allocatable(String queue, FlavorResource resource) {
        return Math.max(0, queues.get(queue).used(resource) + available(queue, resource));
    }

    /** Returns whether a ClusterQueue uses more than its own quota of a resource. */
    boolean borrows(String queue, FlavorResource resource) {
        Branch branch = queues.get(queue);
        return branch.used(resource) > branch.quota(resource).nominal();
    }

    /** Returns the other ClusterQueues that share quotas with one. */
    Set<String> others(String queue) {
        Branch root = queues.get(queue).root();
        Set<String> others = new HashSet<>();
        queues.forEach((name, branch) -> {
            if (!name.equals(queue) && branch.root() == root) {
                others.add(name);
            }
        });
        return others;
    }
}
