package io.elasticjupyter.reclaim.policy;

import io.fabric8.kubernetes.api.model.PodAffinityTerm;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * The pods beside which a waiting pod cannot run: those with the same port of the node, and those that required pod anti-affinity, of
 * either pod, keeps out of the same topology domain, as in the scheduler's plugins {@link HostPort NodePorts} and <a href=
 * "https://github.com/kubernetes/kubernetes/blob/v1.36.0/pkg/scheduler/framework/plugins/interpodaffinity/filtering.go">
 * InterPodAffinity</a>.
 */
final class Conflicts {

    /** A topology domain: a label of nodes. */
    private record Domain(String key, String value) {}

    private enum Match {
        YES, NO, UNKNOWN
    }

    /**
     * The conflicts on a node.
     *
     * @param pods the pods of the node that would have to end
     * @param elsewhere whether a pod would have to end that is not on the node, or not bound
     * @param unknown whether there may be more, by namespaces' labels, which the policy does not know
     * @param claimed whether there are more if the scheduler binds pods to the node that now fit there
     */
    record Conflict(Set<PodName> pods, boolean elsewhere, boolean unknown, boolean claimed) {

        private static final Conflict NONE = new Conflict(Set.of(), false, false, false);

        /** Returns whether there is a conflict with a pod that is known. */
        boolean exists() {
            return !pods.isEmpty() || elsewhere;
        }
    }

    private final PendingPod pod;
    private final Map<Domain, List<PodOnNode>> apart = new HashMap<>();
    private final Set<Domain> unknown = new HashSet<>();
    private final Set<Domain> claimed = new HashSet<>();

    Conflicts(PendingPod pod, Collection<NodeRoom> rooms) {
        this.pod = pod;
        for (NodeRoom room : rooms) {
            List<PodOnNode> pods = pod.antiAffinity().isEmpty() ? room.podsWithAntiAffinity() : room.pods();
            Stream.concat(pods.stream(), room.expected(pod))
                    .forEach(other -> compare(room, other,
                            domain -> apart.computeIfAbsent(domain, any -> new ArrayList<>()).add(other)));
            room.claims().forEach(other -> compare(room, other, claimed::add));
        }
    }

    private void compare(NodeRoom room, PodOnNode other, Consumer<Domain> together) {
        for (PodAffinityTerm term : pod.antiAffinity()) {
            add(room, term, match(term, pod.name().namespace(), other.name(), other.labels()), together);
        }
        for (PodAffinityTerm term : other.antiAffinity()) {
            add(room, term, match(term, other.name().namespace(), pod.name(), pod.labels()), together);
        }
    }

    private void add(NodeRoom room, PodAffinityTerm term, Match match, Consumer<Domain> together) {
        String value = room.node().labels().get(term.getTopologyKey());
        if (value != null && match != Match.NO) {
            Domain domain = new Domain(term.getTopologyKey(), value);
            if (match == Match.YES) {
                together.accept(domain);
            } else {
                unknown.add(domain);
            }
        }
    }

    private static Match match(PodAffinityTerm term, String owner, PodName other, Map<String, String> labels) {
        if (!Labels.match(term.getLabelSelector(), labels)) {
            return Match.NO;
        }
        if (term.getNamespaces().contains(other.namespace())) {
            return Match.YES;
        }
        if (term.getNamespaceSelector() == null) {
            return term.getNamespaces().isEmpty() && owner.equals(other.namespace()) ? Match.YES : Match.NO;
        }
        return Labels.selectsAll(term.getNamespaceSelector()) ? Match.YES : Match.UNKNOWN;
    }

    /** Returns the conflicts on a node. */
    Conflict on(NodeRoom room) {
        if (pod.hostPorts().isEmpty() && apart.isEmpty() && unknown.isEmpty() && claimed.isEmpty()) {
            return Conflict.NONE;
        }
        List<PodOnNode> others = new ArrayList<>();
        Stream.concat(room.pods().stream(), room.expected(pod)).filter(this::needsSamePort).forEach(others::add);
        boolean uncertain = false;
        boolean whenClaimed = room.claims().stream().anyMatch(this::needsSamePort);
        for (Map.Entry<String, String> label : room.node().labels().entrySet()) {
            Domain domain = new Domain(label.getKey(), label.getValue());
            others.addAll(apart.getOrDefault(domain, List.of()));
            uncertain |= unknown.contains(domain);
            whenClaimed |= claimed.contains(domain);
        }
        Set<PodName> here = new HashSet<>();
        boolean elsewhere = false;
        for (PodOnNode other : others) {
            if (other.node().equals(room.node().name()) && !other.nominated()) {
                here.add(other.name());
            } else {
                elsewhere = true;
            }
        }
        return new Conflict(here, elsewhere, uncertain, whenClaimed);
    }

    private boolean needsSamePort(PodOnNode other) {
        return !pod.hostPorts().isEmpty() && other.hostPorts().stream()
                .anyMatch(theirs -> pod.hostPorts().stream().anyMatch(theirs::conflictsWith));
    }
}
