package io.elasticjupyter.benchmark;

import io.elasticjupyter.api.v1alpha1.GatewayReference;
import io.elasticjupyter.api.v1alpha1.JupyterGateway;
import io.elasticjupyter.api.v1alpha1.JupyterGatewaySpec;
import io.elasticjupyter.api.v1alpha1.JupyterNotebook;
import io.elasticjupyter.api.v1alpha1.JupyterNotebookSpec;
import io.elasticjupyter.api.v1alpha1.JupyterResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * Many notebooks and gateways that are created at once in a namespace, and the time at which each has its children and a status
 * of its current generation.
 */
final class Burst implements AutoCloseable {

    private static final int AT_ONCE = 16;

    private final KubernetesClient client;
    private final String namespace;
    private final int notebooks;
    private final int gateways;
    private final CountDownLatch missing;
    private final Set<String> seen = ConcurrentHashMap.newKeySet();
    private final List<Watch> watches = new ArrayList<>();

    Burst(KubernetesClient client, String namespace, int notebooks, int gateways) {
        this.client = client;
        this.namespace = namespace;
        this.notebooks = notebooks;
        this.gateways = gateways;
        // Notebook: Deployment, Service, Secret, NetworkPolicy, status. Gateway: ServiceAccount, Role, two RoleBindings, Deployment,
        // Service, Secret, two NetworkPolicies, status.
        this.missing = new CountDownLatch(notebooks * 5 + gateways * 10);
        for (Class<? extends HasMetadata> child : List.of(Deployment.class, Service.class, Secret.class,
                ServiceAccount.class, Role.class, RoleBinding.class, NetworkPolicy.class)) {
            watch(child);
        }
        watch(JupyterNotebook.class);
        watch(JupyterGateway.class);
    }

    static JupyterNotebook notebook(String namespace, String name) {
        JupyterNotebook notebook = new JupyterNotebook();
        notebook.setMetadata(new ObjectMetaBuilder().withNamespace(namespace).withName(name).build());
        notebook.setSpec(
                new JupyterNotebookSpec(new GatewayReference("gateway", null), null, null, null, null, null, null, null,
                        null,
                        null));
        return notebook;
    }

    static JupyterGateway gateway(String namespace, String name) {
        JupyterGateway gateway = new JupyterGateway();
        gateway.setMetadata(new ObjectMetaBuilder().withNamespace(namespace).withName(name).build());
        gateway.setSpec(new JupyterGatewaySpec(null, null, 3600, 60, null, null, null, null, null, null, null, null,
                null, null, null, null));
        return gateway;
    }

    /** Creates the notebooks and gateways. */
    void apply() throws InterruptedException {
        List<JupyterResource<?, ?>> all = new ArrayList<>();
        IntStream.range(0, gateways).mapToObj(i -> gateway(namespace, "gateway-" + i)).forEach(all::add);
        IntStream.range(0, notebooks).mapToObj(i -> notebook(namespace, "notebook-" + i)).forEach(all::add);
        Semaphore free = new Semaphore(AT_ONCE);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (JupyterResource<?, ?> resource : all) {
                free.acquire();
                threads.submit(() -> {
                    try {
                        return client.resource(resource).create();
                    } finally {
                        free.release();
                    }
                });
            }
        }
    }

    /** Waits until no object is missing, and returns false after the timeout. */
    boolean converged(long minutes) throws InterruptedException {
        return missing.await(minutes, TimeUnit.MINUTES);
    }

    long missing() {
        return missing.getCount();
    }

    private <T extends HasMetadata> void watch(Class<T> type) {
        watches.add(client.resources(type).inNamespace(namespace).watch(new Watcher<T>() {
            @Override
            public void eventReceived(Action action, T object) {
                if (action != Action.DELETED && isWanted(object)
                        && seen.add(object.getKind() + "/" + object.getMetadata().getName())) {
                    missing.countDown();
                }
            }

            @Override
            public void onClose(WatcherException e) {
                // Stopped when the burst is closed.
            }
        }));
    }

    private static boolean isWanted(HasMetadata object) {
        if (object instanceof JupyterResource<?, ?> resource) {
            return resource.getStatus() != null && resource.getMetadata().getGeneration()
                    .equals(resource.getStatus().observedGeneration());
        }
        // A cluster creates objects of its own in each namespace.
        return !object.getMetadata().getOwnerReferences().isEmpty()
                && Map.of("notebook", 1, "gateway", 1).containsKey(object.getMetadata().getName().split("-")[0]);
    }

    @Override
    public void close() {
        watches.forEach(Watch::close);
    }
}
