package io.elasticjupyter.cull;

import io.elasticjupyter.api.v1alpha1.JupyterGateway;
import io.elasticjupyter.cull.GatewayClient.GatewayException;
import io.elasticjupyter.kubernetes.OwnerReferences;
import io.elasticjupyter.workload.GatewayToken;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Reads the tokens of gateways, each once: an instance serves one call of the cull function. */
final class GatewayTokens {

    private final KubernetesClient client;
    private final Map<String, Optional<String>> tokens = new ConcurrentHashMap<>();

    GatewayTokens(KubernetesClient client) {
        this.client = client;
    }

    /**
     * Returns the token of a gateway; empty if it has none, because it was not reconciled since tokens exist.
     *
     * @throws GatewayException when its Secret may not be read, or contains no token
     */
    Optional<String> of(JupyterGateway gateway) {
        return tokens.computeIfAbsent(gateway.getMetadata().getUid(), first -> read(gateway));
    }

    /** A Secret that is not the gateway's is not sent to the gateway. */
    private Optional<String> read(JupyterGateway gateway) {
        String name = GatewayToken.secretName(gateway.getMetadata().getName());
        Secret secret;
        try {
            secret = client.secrets().inNamespace(gateway.getMetadata().getNamespace()).withName(name).get();
        } catch (KubernetesClientException e) {
            if (e.getCode() == HttpURLConnection.HTTP_FORBIDDEN) {
                throw new GatewayException("cannot be asked: the cull function may not read the Secret '" + name
                        + "'. Reconcile the gateway, which grants that right");
            }
            throw e;
        }
        if (secret == null || !OwnerReferences.isControlledBy(secret, gateway)) {
            return Optional.empty();
        }
        return Optional.of(GatewayToken.valid(secret).orElseThrow(() -> new GatewayException(
                "cannot be asked: its Secret '" + name + "' contains no valid token. Delete the Secret")));
    }
}
