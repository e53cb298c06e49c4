package io.elasticjupyter.local.fake;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** Kernels in memory. Every gateway exists; one that was given no kernels has none. */
public final class MemoryKernels implements FakeKernels {

    private final Map<String, Map<String, FakeKernel>> kernels = new ConcurrentHashMap<>();

    /** Adds a kernel to a gateway or replaces the one with its id. */
    public void put(String gateway, FakeKernel kernel) {
        ofGateway(gateway).put(kernel.id(), kernel);
    }

    /** Returns whether a gateway has a kernel. */
    public boolean has(String gateway, String id) {
        return ofGateway(gateway).containsKey(id);
    }

    /** Removes all kernels. */
    public void clear() {
        kernels.clear();
    }

    @Override
    public Optional<List<FakeKernel>> of(String gateway) {
        return Optional.of(new ArrayList<>(kernels.getOrDefault(gateway, Map.of()).values()));
    }

    @Override
    public Optional<FakeKernel> start(String gateway, String kernelSpec, String user) {
        FakeKernel kernel = FakeKernel.of(UUID.randomUUID().toString(), "idle", Instant.now(), 0);
        put(gateway, kernel);
        return Optional.of(kernel);
    }

    @Override
    public boolean delete(String gateway, FakeKernel kernel) {
        return ofGateway(gateway).remove(kernel.id()) != null;
    }

    @Override
    public FakeKernel change(String gateway, FakeKernel kernel, FakeKernel.Change change) {
        FakeKernel after = kernel.after(change, Instant.now());
        if (after.dead()) {
            delete(gateway, kernel);
        } else {
            put(gateway, after);
        }
        return after;
    }

    private Map<String, FakeKernel> ofGateway(String gateway) {
        return kernels.computeIfAbsent(gateway, name -> new ConcurrentHashMap<>());
    }
}
