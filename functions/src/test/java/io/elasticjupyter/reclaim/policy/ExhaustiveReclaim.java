package io.elasticjupyter.reclaim.policy;

import io.elasticjupyter.reclaim.policy.Kernel.Activity;
import io.elasticjupyter.reclaim.policy.RandomCluster.Bound;
import io.elasticjupyter.reclaim.policy.RandomCluster.Demand;
import io.elasticjupyter.reclaim.policy.RandomCluster.HostNode;
import io.elasticjupyter.reclaim.policy.RandomCluster.Waiting;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** What {@link ReclaimPolicy} says it does, by trying all sets of kernels, with nothing of its code. */
final class ExhaustiveReclaim {

    private static final Map<String, BigInteger> AMOUNTS = new HashMap<>();
    private static final BigInteger MILLION = BigInteger.valueOf(1_000_000);

    /** A pod that this run has placed, or that may be bound to a node. */
    private record Place(Demand demand, String node) {}

    /** @param idle the idle times from the shortest */
    private record Choice(String node, Set<String> victims, List<Integer> idle, BigInteger surplus) {}

    private final RandomCluster cluster;
    private final Set<String> culled = new HashSet<>();
    private final List<Place> placed = new ArrayList<>();
    private final List<Place> claims = new ArrayList<>();
    private final List<Waiting> ahead = new ArrayList<>();

    ExhaustiveReclaim(RandomCluster cluster) {
        this.cluster = cluster;
    }

    /** Returns the names of the victims for each pod that asks: empty if the pod fits anyway, null if nothing helps. */
    Map<String, Set<String>> decide() {
        List<Waiting> queue = cluster.waiting().stream()
                .sorted(Comparator.comparing((Waiting each) -> -each.demand().priority()).thenComparing(Waiting::age)
                        .thenComparing(each -> each.demand().name()))
                .toList();
        Set<Waiting> bindable = new HashSet<>();
        queue.stream().filter(each -> !each.asks() && fitsAnyway(each)).forEach(bindable::add);
        Map<String, Set<String>> decisions = new LinkedHashMap<>();
        for (Waiting pod : queue) {
            if (pod.asks()) {
                Set<String> victims = victims(pod);
                decisions.put(pod.demand().name(), victims);
                if (victims == null) {
                    ahead.add(pod);
                }
            } else if (!bindable.contains(pod)) {
                ahead.add(pod);
            }
        }
        return decisions;
    }

    private boolean fitsAnyway(Waiting pod) {
        List<HostNode> nodes = cluster.nodes().stream()
                .filter(node -> allowed(pod, node) && fits(pod, node, Set.of(), false)).toList();
        nodes.stream().filter(node -> !pod.nominated().equals(node.name()))
                .forEach(node -> claims.add(new Place(pod.demand(), node.name())));
        return !nodes.isEmpty();
    }

    private Set<String> victims(Waiting pod) {
        if (fitsAnyway(pod)) {
            return Set.of();
        }
        Choice best = null;
        for (HostNode node : cluster.nodes()) {
            Choice here = node.ready() && allowed(pod, node) ? best(pod, node) : null;
            if (here != null && !taken(pod, node, here.victims()) && (best == null || isBetter(here, best))) {
                best = here;
            }
        }
        if (best == null) {
            return null;
        }
        culled.addAll(best.victims());
        placed.add(new Place(pod.demand(), best.node()));
        return best.victims();
    }

    private Choice best(Waiting pod, HostNode node) {
        List<Bound> kernels = cluster.pods().stream()
                .filter(each -> each.node().equals(node.name()) && !culled.contains(each.demand().name())
                        && mayBeCulled(each, pod.demand().priority()))
                .toList();
        Choice best = null;
        for (int bits = 1; bits < 1 << kernels.size(); bits++) {
            Set<String> set = new TreeSet<>();
            List<Integer> idle = new ArrayList<>();
            for (int i = 0; i < kernels.size(); i++) {
                if ((bits >> i & 1) == 1) {
                    set.add(kernels.get(i).demand().name());
                    idle.add(kernels.get(i).kernel().orElseThrow().idle());
                }
            }
            if (fits(pod, node, set, true)) {
                idle.sort(null);
                Choice choice = new Choice(node.name(), set, idle, surplus(pod, node, set));
                best = best == null || isBetter(choice, best) ? choice : best;
            }
        }
        return best;
    }

    static boolean mayBeCulled(Bound pod, int priority) {
        return !pod.ending() && pod.demand().priority() < priority && pod.kernel()
                .filter(each -> each.activity() == Activity.IDLE && each.reclaimAfter() > 0
                        && each.idle() >= each.reclaimAfter() && !each.kept() && (!each.open() || each.cullConnected()))
                .isPresent();
    }

    private static boolean isBetter(Choice one, Choice other) {
        if (one.victims().size() != other.victims().size()) {
            return one.victims().size() < other.victims().size();
        }
        for (int i = 0; i < one.idle().size(); i++) {
            if (!one.idle().get(i).equals(other.idle().get(i))) {
                return one.idle().get(i) > other.idle().get(i);
            }
        }
        int surplus = one.surplus().compareTo(other.surplus());
        return surplus != 0
                ? surplus < 0
                : String.join(" ", one.victims()).compareTo(String.join(" ", other.victims())) < 0;
    }

    private BigInteger surplus(Waiting pod, HostNode node, Set<String> victims) {
        BigInteger sum = BigInteger.ZERO;
        for (String resource : node.allocatable().keySet()) {
            BigInteger all = amount(resource, node.allocatable().get(resource));
            BigInteger freed = victims.stream().map(each -> request(cluster.pod(each).demand(), resource))
                    .reduce(BigInteger.ZERO, BigInteger::add);
            BigInteger missing = request(pod.demand(), resource)
                    .subtract(free(pod, node, resource, Set.of(), true)).max(BigInteger.ZERO);
            if (request(pod.demand(), resource).signum() == 0) {
                missing = BigInteger.ZERO;
            }
            BigInteger more = freed.subtract(missing).max(BigInteger.ZERO);
            if (!resource.equals("pods")) {
                sum = sum.add(all.signum() > 0
                        ? more.multiply(MILLION).divide(all)
                        : more.signum() > 0 ? MILLION : BigInteger.ZERO);
            }
        }
        // Resources that the node does not have, of pods that it nevertheless runs.
        for (String resource : victims.stream().flatMap(each -> cluster.pod(each).demand().requests().keySet().stream())
                .distinct().filter(each -> !node.allocatable().containsKey(each)).toList()) {
            boolean some = victims.stream()
                    .anyMatch(each -> request(cluster.pod(each).demand(), resource).signum() > 0);
            sum = some ? sum.add(MILLION) : sum;
        }
        return sum;
    }

    private boolean taken(Waiting pod, HostNode node, Set<String> victims) {
        int before = placed.size();
        boolean taken;
        for (Waiting each : ahead) {
            if (allowed(each, node) && hasRoom(each, node, victims, false)) {
                placed.add(new Place(each.demand(), node.name()));
            }
        }
        taken = !hasRoom(pod, node, victims, true);
        placed.subList(before, placed.size()).clear();
        return taken;
    }

    private static boolean allowed(Waiting pod, HostNode node) {
        return (pod.zone().isEmpty() || pod.zone().equals(node.zone())) && pod.tolerated().containsAll(node.taints())
                && (!node.cordoned() || pod.tolerated().contains(RandomCluster.CORDON));
    }

    boolean fits(Waiting pod, HostNode node, Set<String> without, boolean withClaims) {
        return hasRoom(pod, node, without, withClaims)
                && others(pod, without, withClaims).noneMatch(other -> conflict(pod.demand(), node, other));
    }

    private boolean conflict(Demand pod, HostNode node, Place other) {
        boolean sameNode = other.node().equals(node.name());
        String zone = cluster.node(other.node()).zone();
        return sameNode && pod.port() > 0 && pod.port() == other.demand().port()
                || pod.apart().equals(other.demand().app())
                        && (pod.topology().equals("zone") ? zone.equals(node.zone()) : sameNode)
                || other.demand().apart().equals(pod.app())
                        && (other.demand().topology().equals("zone") ? zone.equals(node.zone()) : sameNode);
    }

    private boolean hasRoom(Waiting pod, HostNode node, Set<String> without, boolean withClaims) {
        return Stream.concat(Stream.of("pods"), pod.demand().requests().keySet().stream()).allMatch(resource -> {
            BigInteger request = request(pod.demand(), resource);
            return request.signum() == 0
                    || request.compareTo(free(pod, node, resource, without, withClaims)) <= 0;
        });
    }

    private BigInteger free(Waiting pod, HostNode node, String resource, Set<String> without, boolean withClaims) {
        return others(pod, without, withClaims).filter(each -> each.node().equals(node.name()))
                .map(each -> request(each.demand(), resource)).reduce(
                        amount(resource, node.allocatable().getOrDefault(resource, "0")), BigInteger::subtract);
    }

    private Stream<Place> others(Waiting pod, Set<String> without, boolean withClaims) {
        Stream<Place> bound = cluster.pods().stream().filter(each -> !each.ending()
                && !without.contains(each.demand().name()) && !culled.contains(each.demand().name()))
                .map(each -> new Place(each.demand(), each.node()));
        Stream<Place> nominated = cluster.waiting().stream()
                .filter(each -> each != pod && !each.nominated().isEmpty()
                        && each.demand().priority() >= pod.demand().priority())
                .map(each -> new Place(each.demand(), each.nominated()));
        return Stream.of(bound, nominated, placed.stream(), withClaims ? claims.stream() : Stream.<Place>of())
                .flatMap(each -> each);
    }

    private static BigInteger request(Demand demand, String resource) {
        return resource.equals("pods")
                ? BigInteger.ONE
                : amount(resource, Objects.requireNonNullElse(demand.requests().get(resource), "0"));
    }

    /** Parses a quantity as https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/ describes it. */
    private static BigInteger amount(String resource, String text) {
        return AMOUNTS.computeIfAbsent((resource.equals("cpu") ? "cpu " : "") + text,
                any -> parse(resource.equals("cpu") ? 1000 : 1, text));
    }

    private static BigInteger parse(int parts, String text) {
        Map<String, String> units = Map.of("m", "0.001", "Ki", "1024", "Mi", "1048576", "Gi", "1073741824", "Ti",
                "1099511627776", "k", "1000", "M", "1000000", "G", "1000000000");
        String unit = text.replaceFirst("^[0-9.]+(e[0-9]+)?", "");
        BigDecimal number = new BigDecimal(text.substring(0, text.length() - unit.length()))
                .multiply(new BigDecimal(units.getOrDefault(unit, "1")));
        return number.multiply(BigDecimal.valueOf(parts)).setScale(0, RoundingMode.CEILING).toBigInteger();
    }
}
