package io.elasticjupyter.local.fake;

import java.util.List;
import java.util.Optional;

/** The kernels of the gateways that a {@link FakeGateway} plays. A gateway is named by {@code namespace/name}. */
public interface FakeKernels {

    /**
     * Returns the kernels of a gateway; empty when there is no such gateway.
     *
     * @throws UnavailableException when they cannot be read
     */
    Optional<List<FakeKernel>> of(String gateway);

    /**
     * Starts a kernel and returns it when it runs. Empty when the gateway does not offer the kernel spec.
     *
     * @param kernelSpec the name of the kernel spec, or null for the gateway's default
     * @param user the name of the user
     * @throws UnavailableException when it does not start
     */
    Optional<FakeKernel> start(String gateway, String kernelSpec, String user);

    /**
     * Deletes a kernel. Returns false when it is deleted already.
     *
     * @throws UnavailableException when it cannot be deleted
     */
    boolean delete(String gateway, FakeKernel kernel);

    /** Changes a kernel and returns the changed kernel. */
    FakeKernel change(String gateway, FakeKernel kernel, FakeKernel.Change change);

    /** The kernels are temporarily unavailable; the gateway responds with status 503. */
    final class UnavailableException extends RuntimeException {
        public UnavailableException(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
