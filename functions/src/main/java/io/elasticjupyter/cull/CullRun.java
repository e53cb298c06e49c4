package io.elasticjupyter.cull;

import io.elasticjupyter.api.v1alpha1.JupyterGateway;
import io.elasticjupyter.cull.policy.KernelActivity;
import io.elasticjupyter.kubernetes.Parallel;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.FutureTask;

/** What one run has read, for its looks to share: a namespace is listed once, and a gateway, which may hang, asked once. */
final class CullRun {

    private final KubernetesClient client;
    private final GatewayClient gateways;
    private final Clock clock;
    private final Map<String, FutureTask<KernelPods>> pods = new ConcurrentHashMap<>();
    private final Map<String, FutureTask<List<KernelActivity>>> kernels = new ConcurrentHashMap<>();

    CullRun(KubernetesClient client, GatewayClient gateways, Clock clock) {
        this.client = client;
        this.gateways = gateways;
        this.clock = clock;
    }

    /** The kernels' pods of a namespace. */
    KernelPods pods(String namespace) {
        return once(pods, namespace, () -> new KernelPods(client, namespace, clock));
    }

    /**
     * What all kernels of a gateway do.
     *
     * @throws GatewayClient.GatewayException when the gateway does not say
     */
    List<KernelActivity> kernels(JupyterGateway gateway) {
        return once(kernels, gateway.getMetadata().getNamespace() + "/" + gateway.getMetadata().getName(),
                () -> gateways.kernels(gateway));
    }

    private static <T> T once(Map<String, FutureTask<T>> asked, String key, Callable<T> question) {
        FutureTask<T> task = asked.computeIfAbsent(key, first -> new FutureTask<>(question));
        // Does nothing when another look has begun it.
        task.run();
        return Parallel.result(task);
    }
}
