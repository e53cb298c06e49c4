package io.elasticjupyter.reclaim.policy.devices;

import static org.assertj.core.api.Assertions.assertThat;

import io.elasticjupyter.reclaim.policy.ReclaimDecision;
import io.elasticjupyter.reclaim.policy.ReclaimDecision.Reason;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Compares the decisions about devices with an exhaustive search on random clusters. */
class DeviceOracleTest {

    private static final int CLUSTERS = Integer.getInteger("reclaim.clusters", 1_000);
    private static final String LARGE = "device.attributes['gpu.example.com'].model == 'large'";
    private static final List<Integer> IDLE = List.of(59, 60, 100, 100, 300, 900);

    private record Node(String name, List<String> models) {}

    private record Holder(String name, String node, int idle, boolean busy, String selector, List<Integer> devices) {

        private boolean mayBeCulled() {
            return !busy && idle >= 60;
        }
    }

    private record Choice(Set<String> victims, List<Integer> idle, long surplus) {}

    private record RandomDevices(List<Node> nodes, List<Holder> kernels, String selector, int count) {

        static RandomDevices of(Random random) {
            List<Node> nodes = new ArrayList<>();
            List<Holder> kernels = new ArrayList<>();
            for (int n = 1 + random.nextInt(3); n > 0; n--) {
                List<String> models = IntStream.range(0, 1 + random.nextInt(5))
                        .mapToObj(i -> random.nextInt(3) == 0 ? "small" : "large").toList();
                nodes.add(new Node("n" + n, models));
                Set<Integer> free = new TreeSet<>();
                IntStream.range(0, models.size()).forEach(free::add);
                while (!free.isEmpty() && random.nextInt(8) > 0) {
                    String selector = random.nextBoolean() ? LARGE : "";
                    List<Integer> devices = free.stream()
                            .filter(i -> selector.isEmpty() || models.get(i).equals("large"))
                            .limit(1 + random.nextInt(2)).toList();
                    free.removeAll(devices);
                    if (!devices.isEmpty()) {
                        kernels.add(new Holder("k" + kernels.size(), "n" + n, IDLE.get(random.nextInt(IDLE.size())),
                                random.nextInt(4) == 0, selector, devices));
                    }
                }
            }
            return new RandomDevices(nodes, kernels, random.nextBoolean() ? LARGE : "", 1 + random.nextInt(3));
        }

        ReclaimDecision decide() {
            Devices devices = new Devices();
            nodes.forEach(node -> devices.node(node.name(), node.models().toArray(String[]::new)));
            for (Holder each : kernels) {
                devices.kernel(each.name(), each.node(), each.idle(), each.selector(),
                        each.devices().stream().map(i -> "d" + i).toArray(String[]::new));
                if (each.busy()) {
                    devices.busy(each.name());
                }
            }
            return devices.waits("training", selector, count).decision();
        }

        /** Returns the models of which a device has been allocated for an equal request. */
        Set<String> known() {
            return kernels.stream().filter(each -> each.selector().equals(selector))
                    .flatMap(each -> each.devices().stream().map(i -> node(each.node()).models().get(i)))
                    .collect(Collectors.toSet());
        }

        private Node node(String name) {
            return nodes.stream().filter(each -> each.name().equals(name)).findFirst().orElseThrow();
        }

        private long devices(Node node, List<Holder> holders) {
            return holders.stream().filter(each -> each.node().equals(node.name()))
                    .flatMap(each -> each.devices().stream()).filter(i -> known().contains(node.models().get(i)))
                    .count();
        }

        private long all(Node node) {
            return node.models().stream().filter(known()::contains).count();
        }

        /** Returns the names of the victims: none if the pod fits anyway; empty if nothing helps. */
        Optional<Set<String>> search() {
            if (nodes.stream().anyMatch(node -> all(node) - devices(node, kernels) >= count)) {
                return Optional.of(Set.of());
            }
            List<Choice> choices = new ArrayList<>();
            for (Node node : nodes) {
                List<Holder> here = kernels.stream()
                        .filter(each -> each.node().equals(node.name()) && each.mayBeCulled()).toList();
                long missing = count - all(node) + devices(node, kernels);
                for (int bits = 1; bits < 1 << here.size(); bits++) {
                    int set = bits;
                    List<Holder> victims = IntStream.range(0, here.size()).filter(i -> (set >> i & 1) == 1)
                            .mapToObj(here::get).toList();
                    long freed = devices(node, victims);
                    if (freed >= missing) {
                        choices.add(new Choice(victims.stream().map(Holder::name).collect(
                                Collectors.toCollection(TreeSet::new)),
                                victims.stream().map(Holder::idle).sorted().toList(),
                                (freed - missing) * 1_000_000 / all(node)));
                    }
                }
            }
            return choices.stream().min(Comparator.comparing((Choice each) -> each.victims().size())
                    .thenComparing(Choice::idle, DeviceOracleTest::idlest).thenComparing(Choice::surplus)
                    .thenComparing(each -> String.join(" ", each.victims()))).map(Choice::victims);
        }
    }

    private static int idlest(List<Integer> one, List<Integer> other) {
        for (int i = 0; i < one.size(); i++) {
            if (!one.get(i).equals(other.get(i))) {
                return Integer.compare(other.get(i), one.get(i));
            }
        }
        return 0;
    }

    @Test
    void theVictimsAreThoseOfAnExhaustiveSearch() {
        Map<Reason, Integer> reasons = new EnumMap<>(Reason.class);
        for (long seed = 1; seed <= CLUSTERS; seed++) {
            RandomDevices cluster = RandomDevices.of(new Random(seed));
            ReclaimDecision decision = cluster.decide();
            reasons.merge(decision.reason(), 1, Integer::sum);

            Optional<Set<String>> expected = cluster.known().isEmpty() ? Optional.empty() : cluster.search();
            assertThat(decision.reason() == Reason.FITS || !decision.victims().isEmpty()
                    ? Optional.of(new HashSet<>(Devices.victims(decision)))
                    : Optional.empty()).as("seed %d: %s", seed, decision.message()).isEqualTo(expected);
            assertThat(decision.reason() == Reason.CONSTRAINT_NOT_EVALUATED).as("seed %d", seed)
                    .isEqualTo(cluster.known().isEmpty());
        }
        assertThat(reasons.get(Reason.RECLAIM)).as("%s", reasons).isGreaterThan(CLUSTERS / 10);
        assertThat(reasons).as("fits, too large, not enough, not known").hasSizeGreaterThanOrEqualTo(5);
    }

    /** The devices that remain satisfy the request in truth, by the expression of the selector. */
    @Test
    void nothingIsCulledInVain() {
        for (long seed = 1; seed <= CLUSTERS; seed++) {
            RandomDevices cluster = RandomDevices.of(new Random(seed));
            ReclaimDecision decision = cluster.decide();
            if (!decision.victims().isEmpty()) {
                Node node = cluster.node(decision.node().orElseThrow());
                Set<Integer> taken = cluster.kernels().stream().filter(each -> each.node().equals(node.name()))
                        .filter(each -> !Devices.victims(decision).contains(each.name()))
                        .flatMap(each -> each.devices().stream()).collect(Collectors.toSet());
                assertThat(IntStream.range(0, node.models().size()).filter(i -> !taken.contains(i))
                        .filter(i -> cluster.selector().isEmpty() || node.models().get(i).equals("large")).count())
                        .as("seed %d", seed).isGreaterThanOrEqualTo(cluster.count());
            }
        }
    }
}
