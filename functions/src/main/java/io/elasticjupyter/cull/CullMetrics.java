package io.elasticjupyter.cull;

import io.elasticjupyter.cull.CullResult.Culled;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;

/** The resources that culls have reclaimed since the process started. The permanent sums are in the status of the gateways. */
final class CullMetrics {

    private final MeterRegistry meters;
    private final Counter kernels;
    private final Counter idleSeconds;

    CullMetrics(MeterRegistry meters) {
        this.meters = meters;
        this.kernels = Counter.builder("elastic.jupyter.culled.kernels").description("Kernels that were deleted")
                .register(meters);
        this.idleSeconds = Counter.builder("elastic.jupyter.culled.idle").baseUnit("seconds")
                .description("For how long they had been idle").register(meters);
    }

    void count(List<CullResult> reports) {
        reports.stream().filter(report -> !report.dryRun()).flatMap(report -> report.culled().stream())
                .forEach(this::count);
    }

    private void count(Culled culled) {
        kernels.increment();
        idleSeconds.increment(culled.idleSeconds());
        culled.reclaimed().forEach((resource, quantity) -> Counter.builder("elastic.jupyter.reclaimed")
                .description("What their pods had requested, in the resource's own unit: cores, bytes, devices")
                .tag("resource", resource).register(meters)
                .increment(quantity.getNumericalAmount().doubleValue()));
    }
}
