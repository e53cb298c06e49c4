package io.elasticjupyter.session;

import io.elasticjupyter.api.v1alpha1.JupyterGateway;
import io.elasticjupyter.api.v1alpha1.JupyterKernel;
import io.elasticjupyter.event.KernelSessionsEvent;
import io.elasticjupyter.event.UnauthenticatedException;
import io.elasticjupyter.kubernetes.OwnerReferences;
import io.elasticjupyter.kubernetes.Pages;
import io.elasticjupyter.kubernetes.WatchedNamespaces;
import io.elasticjupyter.workload.GatewayToken;
import io.elasticjupyter.workload.KernelLabels;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Secret;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The JupyterKernels of an authenticated gateway.
 *
 * @param namespaces reads the kernels
 * @param namespace the namespace of the gateway, and of its kernels
 * @param gatewayUid the uid of the JupyterGateway that controls them
 */
record GatewayKernels(WatchedNamespaces namespaces, String namespace, String gatewayUid) {

    /**
     * Returns the kernels of the gateway that an event names.
     *
     * @throws UnauthenticatedException if there is no such gateway, or the event does not have its session key: with the same message, so
     *         that it is not revealed which gateways exist
     */
    static GatewayKernels authenticate(WatchedNamespaces namespaces, KernelSessionsEvent event) {
        Optional<Secret> secret = Optional.ofNullable(namespaces.client().secrets().inNamespace(event.namespace())
                .withName(GatewayToken.secretName(event.gateway())).get());
        Optional<OwnerReference> gateway = secret
                .flatMap(found -> OwnerReferences.controllerOf(found, JupyterGateway.class))
                .filter(owner -> owner.getName().equals(event.gateway()));
        boolean authenticated = secret.flatMap(GatewayToken::validSessionKey)
                .filter(key -> equal(key, event.key())).isPresent();
        if (gateway.isEmpty() || !authenticated) {
            throw UnauthenticatedException.wrongSessionKey();
        }
        return new GatewayKernels(namespaces, event.namespace(), gateway.get().getUid());
    }

    /** Compares in a time that does not depend on the number of equal characters. */
    private static boolean equal(String key, String sent) {
        return MessageDigest.isEqual(key.getBytes(StandardCharsets.UTF_8), sent.getBytes(StandardCharsets.UTF_8));
    }

    /** Returns all kernels of the gateway, by their ids. */
    Map<String, JupyterKernel> all() {
        return ofGateway(namespaces.in(namespace, JupyterKernel.class));
    }

    /** Returns those of the kernels with these ids that are the gateway's, by their ids. */
    Map<String, JupyterKernel> withIds(Set<String> ids) {
        return ofGateway(new Pages<>(namespaces.client().resources(JupyterKernel.class).inNamespace(namespace)
                .withLabelIn(KernelLabels.KERNEL_ID, ids.toArray(String[]::new))));
    }

    /** A kernel that restarts has the id of the previous one, which is being deleted. */
    private Map<String, JupyterKernel> ofGateway(Pages<JupyterKernel> listed) {
        Map<String, JupyterKernel> kernels = new HashMap<>();
        listed.forEach(kernel -> {
            boolean isOfGateway = OwnerReferences.controllerOf(kernel, JupyterGateway.class)
                    .filter(owner -> owner.getUid().equals(gatewayUid)).isPresent();
            String id = kernel.getMetadata().getLabels() == null
                    ? null
                    : kernel.getMetadata().getLabels().get(KernelLabels.KERNEL_ID);
            if (isOfGateway && id != null && !kernel.isMarkedForDeletion()) {
                kernels.put(id, kernel);
            }
        });
        return kernels;
    }
}
