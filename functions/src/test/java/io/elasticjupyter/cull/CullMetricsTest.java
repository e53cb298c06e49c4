package io.elasticjupyter.cull;

import static org.assertj.core.api.Assertions.assertThat;

import io.elasticjupyter.cull.CullResult.Culled;
import io.fabric8.kubernetes.api.model.Quantity;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class CullMetricsTest {

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final CullMetrics metrics = new CullMetrics(meters);

    @Test
    void reclaimedResourcesAreSummedByResourceInItsOwnUnit() {
        metrics.count(List.of(report(false, culled(60, Map.of("nvidia.com/gpu", "2", "memory", "1Ki"))),
                report(false, culled(40, Map.of("cpu", "500m", "memory", "1Ki")))));

        assertThat(meters.get("elastic.jupyter.culled.kernels").counter().count()).isEqualTo(2);
        assertThat(meters.get("elastic.jupyter.culled.idle").counter().count()).isEqualTo(100);
        assertThat(reclaimed("nvidia.com/gpu")).isEqualTo(2);
        assertThat(reclaimed("memory")).isEqualTo(2048);
        assertThat(reclaimed("cpu")).isEqualTo(0.5);
    }

    @Test
    void aDryRunReclaimsNothing() {
        metrics.count(List.of(report(true, culled(60, Map.of("nvidia.com/gpu", "1")))));

        assertThat(meters.get("elastic.jupyter.culled.kernels").counter().count()).isZero();
        assertThat(meters.find("elastic.jupyter.reclaimed").counters()).isEmpty();
    }

    private double reclaimed(String resource) {
        return meters.get("elastic.jupyter.reclaimed").tag("resource", resource).counter().count();
    }

    private static CullResult report(boolean dryRun, Culled culled) {
        return new CullResult("default", "g", dryRun, List.of(culled), List.of(), null, null);
    }

    private static Culled culled(long idleSeconds, Map<String, String> requests) {
        Map<String, Quantity> reclaimed = requests.entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, each -> new Quantity(each.getValue())));
        return new Culled("1", "pod-1", idleSeconds, reclaimed, "idle");
    }
}
