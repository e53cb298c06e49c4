package io.elasticjupyter.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.elasticjupyter.integration.FunctionsServer.Answer;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * After any sequence of changes and lost, late or repeated events, one resync brings the cluster to the state of a fresh
 * install of the same resources. A failure is reported with its seed and the shortest sequence that still fails.
 */
@OnEachCluster
class SequencesTest {

    private static final int ON_A_REAL_SERVER = 200;
    private static final int ON_OURS = 40;

    private final Site site;

    SequencesTest(Site site) {
        this.site = site;
    }

    @Test
    void endInTheStateOfAFreshInstall() {
        assumeFalse(site.cluster().runsPods(), "the controllers of this cluster set the status of Deployments");
        long seed = Long.getLong("integration.seed", System.nanoTime());
        int sequences = Integer.getInteger("integration.sequences",
                site.cluster().isReal() ? ON_A_REAL_SERVER : ON_OURS);
        System.out.println(sequences + " random sequences on " + site + ": -Dintegration.seed=" + seed);
        for (int i = 0; i < sequences; i++) {
            List<Step> steps = Step.sequence(new Random(seed + i));
            Optional<String> wrong = wrongAfter(steps);
            if (wrong.isPresent()) {
                List<Step> fewest = fewest(steps);
                fail("-Dintegration.seed=" + (seed + i) + " -Dintegration.sequences=1\n"
                        + fewest.stream().map(Step::toString).collect(Collectors.joining("\n")) + "\n"
                        + wrongAfter(fewest).orElse(wrong.get() + " (not reproducible)"));
            }
        }
    }

    private List<Step> fewest(List<Step> steps) {
        List<Step> fewest = new ArrayList<>(steps);
        for (int i = fewest.size() - 1; i >= 0; i--) {
            List<Step> fewer = new ArrayList<>(fewest);
            fewer.remove(i);
            if (wrongAfter(fewer).isPresent()) {
                fewest = fewer;
            }
        }
        return fewest;
    }

    private Optional<String> wrongAfter(List<Step> steps) {
        World world = new World(site);
        World fresh = null;
        try {
            steps.forEach(world::happens);
            world.collect();
            Answer answer = site.functions().ping("resync", "{\"namespace\": \"" + world.namespace + "\"}");
            assertThat(answer.outcome()).as("%s", answer).isIn("changed", "unchanged");
            fresh = world.installedAfresh();
            Optional<String> wrong = difference("after the resync", world, fresh, false);
            if (wrong.isEmpty()) {
                world.deliverAll();
                world.settle();
                fresh.settle();
                wrong = difference("when everything has started", world, fresh, true);
            }
            return wrong;
        } catch (AssertionError e) {
            return Optional.of(e.getMessage());
        } finally {
            world.end();
            if (fresh != null) {
                fresh.end();
            }
        }
    }

    private static Optional<String> difference(String when, World world, World fresh, boolean started) {
        Map<String, JsonNode> is = Picture.of(world);
        Map<String, JsonNode> should = Picture.of(fresh);
        var names = new TreeSet<>(is.keySet());
        names.addAll(should.keySet());
        names.removeAll(ofHistory(world));
        for (String name : names) {
            JsonNode one = started ? is.get(name) : withoutWhatRan(is.get(name));
            JsonNode other = started ? should.get(name) : withoutWhatRan(should.get(name));
            if (!Objects.equals(one, other)) {
                return Optional.of(when + ", " + name + " is\n" + one + "\nbut expected\n" + other);
            }
        }
        return Optional.empty();
    }

    /** Until everything has started in both namespaces, their status may differ. */
    private static JsonNode withoutWhatRan(JsonNode object) {
        if (object == null) {
            return null;
        }
        var without = object.<ObjectNode>deepCopy();
        without.remove("status");
        return without;
    }

    /** A kernel whose template was deleted may or may not have a pod, depending on the order of events. */
    private static List<String> ofHistory(World world) {
        List<GenericKubernetesResource> resources = world.resources();
        return resources.stream().filter(it -> it.getKind().equals("JupyterKernel"))
                .filter(kernel -> kernel.get("spec", "templateRef", "name") != null)
                .filter(kernel -> resources.stream()
                        .noneMatch(it -> it.getKind().equals("JupyterKernelTemplate")
                                && it.getMetadata().getName().equals(kernel.get("spec", "templateRef", "name"))))
                .map(kernel -> kernel.getMetadata().getName())
                .flatMap(name -> List.of("JupyterKernel " + name, "Pod " + name).stream()).toList();
    }
}
