package io.elasticjupyter.session;

import io.cloudevents.CloudEvent;
import io.elasticjupyter.event.EventFunction;
import io.elasticjupyter.event.FunctionResult;
import io.elasticjupyter.event.KernelSessionsEvent;
import io.elasticjupyter.event.UnauthenticatedException;
import io.elasticjupyter.kubernetes.WatchedNamespaces;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Stores the sessions of kernels for their gateways, so that the kernels survive a restart of their gateway. A gateway authenticates
 * itself by its session key, and has access to the sessions of its own kernels only. It cannot delete a session: that goes with the
 * JupyterKernel.
 *
 * <p>The result's type is {@value #TYPE}, and its outcome {@code stored}, {@code loaded} or {@code recorded}. Its data has the
 * sessions that were asked for, and the ids of kernels without a JupyterKernel of the gateway ({@code unknown}).
 */
public final class KernelSessionFunction implements EventFunction {

    /** The type of the results. */
    static final String TYPE = "io.elasticjupyter.kernelsessions";

    private final WatchedNamespaces namespaces;
    private final Clock clock;

    /** Creates the function. */
    public KernelSessionFunction(WatchedNamespaces namespaces, Clock clock) {
        this.namespaces = namespaces;
        this.clock = clock;
    }

    @Override
    public String name() {
        return "kernelSessions";
    }

    /** Events of gateways have the gateway's session key in place of the key of the installation. */
    @Override
    public boolean authenticatesSender() {
        return true;
    }

    @Override
    public FunctionResult apply(CloudEvent event) {
        KernelSessionsEvent request = KernelSessionsEvent.of(event);
        if (!namespaces.isWatched(request.namespace())) {
            throw UnauthenticatedException.wrongSessionKey();
        }
        GatewayKernels kernels = GatewayKernels.authenticate(namespaces, request);
        SessionSecrets secrets = new SessionSecrets(namespaces.client());
        FunctionResult result = switch (request.action()) {
            case STORE -> stored(request, kernels, secrets);
            case LOAD -> loaded(kernels, secrets);
            case REATTACHED -> recorded(request, kernels);
        };
        return result.with("gateway", request.namespace() + "/" + request.gateway());
    }

    private static FunctionResult stored(KernelSessionsEvent request, GatewayKernels kernels, SessionSecrets secrets) {
        Set<String> unknown = secrets.store(kernels.withIds(request.sessions().keySet()), request.sessions());
        int stored = request.sessions().size() - unknown.size();
        return new FunctionResult(TYPE, "stored", Map.of("unknown", unknown), "stored sessions of kernels")
                .with("kernels", stored);
    }

    private static FunctionResult loaded(GatewayKernels kernels, SessionSecrets secrets) {
        Map<String, String> sessions = secrets.load(kernels.all());
        return new FunctionResult(TYPE, "loaded", Map.of("sessions", sessions), "loaded the sessions of a gateway")
                .with("kernels", sessions.size());
    }

    private FunctionResult recorded(KernelSessionsEvent request, GatewayKernels kernels) {
        int recorded = new ReattachmentRecorder(namespaces.client(), clock).record(request, kernels.all());
        return new FunctionResult(TYPE, "recorded", Map.of("unknown", List.of()),
                "recorded which kernels a gateway has connected to again").with("kernels", recorded);
    }
}
