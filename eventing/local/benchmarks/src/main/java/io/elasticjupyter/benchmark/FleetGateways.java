package io.elasticjupyter.benchmark;

import io.elasticjupyter.local.fake.FakeGateway;
import io.elasticjupyter.local.fake.FakeKernel;
import io.elasticjupyter.local.fake.MemoryKernels;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * The gateways of a {@link KernelFleet}. They respond immediately, unlike real ones.
 *
 * @param fake the server
 * @param kernels their kernels
 */
record FleetGateways(FakeGateway fake, MemoryKernels kernels) implements AutoCloseable {

    /**
     * Starts gateways without kernels.
     *
     * @param clock the functions' clock
     */
    static FleetGateways start(Clock clock) throws IOException {
        MemoryKernels kernels = new MemoryKernels();
        FakeGateway fake = FakeGateway.start(kernels);
        // The Date header is the machine's time, so relative to the functions' clock the gateways' clocks are wrong by the difference.
        fake.clockSkew(() -> Duration.between(clock.instant(), Instant.now().truncatedTo(ChronoUnit.SECONDS)));
        return new FleetGateways(fake, kernels);
    }

    /** Returns the setting of the functions that leads to these gateways. */
    String setting() {
        return "--elastic-jupyter.gateway-url=" + fake.urlTemplate();
    }

    /** Returns the number of requests so far. */
    int requests() {
        return fake.requests().size();
    }

    /** Adds or replaces a kernel. */
    void put(String gateway, String id, String state, Instant lastActivity) {
        kernels.put(gateway, FakeKernel.of(id, state, lastActivity, 1));
    }

    boolean has(String gateway, String id) {
        return kernels.has(gateway, id);
    }

    @Override
    public void close() {
        fake.close();
    }
}
