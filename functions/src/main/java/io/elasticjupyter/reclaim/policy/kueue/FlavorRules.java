package io.elasticjupyter.reclaim.policy.kueue;

import io.fabric8.kubernetes.api.model.Affinity;
import io.fabric8.kubernetes.api.model.AffinityBuilder;
import io.fabric8.kubernetes.api.model.NodeAffinity;
import io.fabric8.kubernetes.api.model.NodeSelector;
import io.fabric8.kubernetes.api.model.NodeSelectorRequirement;
import io.fabric8.kubernetes.api.model.NodeSelectorRequirementBuilder;
import io.fabric8.kubernetes.api.model.NodeSelectorTerm;
import io.fabric8.kubernetes.api.model.NodeSelectorTermBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Toleration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Which flavors a Workload may have, as in Kueue's <a href=
 * "https://github.com/kubernetes-sigs/kueue/blob/v0.17.0/pkg/scheduler/flavorassigner/flavorassigner.go">{@code flavorSelector}</a>: in
 * each group, its pods must match the labels that the flavors of the group have. Other labels are those of nodes, and the scheduler's
 * matter. All pods of a Workload get the same flavor here, so that it must be one that all of them may have.
 *
 * @param labels the names of the labels of the flavors, by the index of the group
 */
record FlavorRules(Map<Integer, Set<String>> labels) {

    /** The most terms. */
    private static final int MOST = 1000;

    /** Returns the name of a label for one group only. */
    static String label(int group, String name) {
        return group + "|" + name;
    }

    /** Returns what all sets of pods tolerate. */
    static List<Toleration> tolerations(PendingWorkload workload) {
        return workload.pods().isEmpty()
                ? List.of()
                : workload.pods().getFirst().getTolerations().stream()
                        .filter(each -> workload.pods().stream()
                                .allMatch(pod -> pod.getTolerations().contains(each)))
                        .toList();
    }

    /** Returns the labels that all pods select, as node affinity; null if they select none. */
    Affinity affinity(PendingWorkload workload) {
        return terms(workload).filter(terms -> terms.stream().noneMatch(each -> each.getMatchExpressions().isEmpty()))
                .map(terms -> new AffinityBuilder().withNewNodeAffinity()
                        .withNewRequiredDuringSchedulingIgnoredDuringExecution().withNodeSelectorTerms(terms)
                        .endRequiredDuringSchedulingIgnoredDuringExecution().endNodeAffinity().build())
                .orElse(null);
    }

    /** Returns whether the labels that the pods select can be compared. */
    boolean canEvaluate(PendingWorkload workload) {
        return terms(workload).isPresent();
    }

    /** Returns terms of which one must be matched: each has one term of every pod and group. Empty if there are too many. */
    private Optional<List<NodeSelectorTerm>> terms(PendingWorkload workload) {
        List<NodeSelectorTerm> all = List.of(new NodeSelectorTerm());
        for (PodSpec pod : workload.pods()) {
            for (Map.Entry<Integer, Set<String>> group : labels.entrySet()) {
                List<NodeSelectorTerm> affinity = affinity(pod, group.getKey(), group.getValue());
                if ((long) all.size() * affinity.size() > MOST) {
                    return Optional.empty();
                }
                all = both(both(all, selector(pod, group.getKey(), group.getValue())), affinity);
            }
        }
        return Optional.of(all);
    }

    private static List<NodeSelectorTerm> both(List<NodeSelectorTerm> ones, List<NodeSelectorTerm> others) {
        List<NodeSelectorTerm> both = new ArrayList<>();
        for (NodeSelectorTerm one : ones) {
            for (NodeSelectorTerm other : others) {
                both.add(new NodeSelectorTermBuilder(one)
                        .addAllToMatchExpressions(other.getMatchExpressions()).build());
            }
        }
        return both;
    }

    private static List<NodeSelectorTerm> selector(PodSpec pod, int group, Set<String> labels) {
        List<NodeSelectorRequirement> selected = Objects
                .requireNonNullElse(pod.getNodeSelector(), Map.<String, String>of()).entrySet().stream()
                .filter(each -> labels.contains(each.getKey()))
                .map(each -> new NodeSelectorRequirement(label(group, each.getKey()), "In", List.of(each.getValue())))
                .toList();
        return List.of(new NodeSelectorTermBuilder().withMatchExpressions(selected).build());
    }

    /** A term that is about other labels only is matched by every flavor, and so are all terms together. */
    private static List<NodeSelectorTerm> affinity(PodSpec pod, int group, Set<String> labels) {
        List<NodeSelectorTerm> terms = Optional.ofNullable(pod.getAffinity()).map(Affinity::getNodeAffinity)
                .map(NodeAffinity::getRequiredDuringSchedulingIgnoredDuringExecution)
                .map(NodeSelector::getNodeSelectorTerms).orElseGet(List::of).stream()
                .map(term -> new NodeSelectorTermBuilder().withMatchExpressions(term.getMatchExpressions().stream()
                        .filter(each -> labels.contains(each.getKey()))
                        .map(each -> new NodeSelectorRequirementBuilder(each)
                                .withKey(label(group, each.getKey())).build())
                        .toList()).build())
                .toList();
        return terms.isEmpty() || terms.stream().anyMatch(term -> term.getMatchExpressions().isEmpty())
                ? List.of(new NodeSelectorTerm())
                : terms;
    }
}
