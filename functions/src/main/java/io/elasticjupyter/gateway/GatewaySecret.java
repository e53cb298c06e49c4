package io.elasticjupyter.gateway;

import io.elasticjupyter.api.v1alpha1.JupyterGateway;
import io.elasticjupyter.reconcile.Observed;
import io.elasticjupyter.workload.GatewayToken;
import io.elasticjupyter.workload.SecretHash;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Builds the Secret with the gateway's token, and with the key by which it stores sessions. Valid ones are kept, also a token that a
 * user has set in the Secret.
 */
final class GatewaySecret {

    private GatewaySecret() {}

    static String name(JupyterGateway gateway) {
        return GatewayToken.secretName(gateway.getMetadata().getName());
    }

    static Secret desired(JupyterGateway gateway, Observed observed, Supplier<String> newToken) {
        Optional<Secret> existing = find(gateway, observed);
        String token = existing.flatMap(GatewayToken::valid).orElseGet(newToken);
        String sessionKey = existing.flatMap(GatewayToken::validSessionKey).orElseGet(newToken);
        return new SecretBuilder()
                .withType("Opaque")
                .addToData(GatewayToken.KEY, encoded(token))
                .addToData(GatewayToken.SESSION_KEY, encoded(sessionKey))
                .build();
    }

    private static String encoded(String value) {
        return Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8));
    }

    /** Returns the hash of all that the gateway reads of the applied Secret. */
    static Optional<String> hashOfAll(JupyterGateway gateway, Observed observed) {
        return find(gateway, observed)
                .map(secret -> SecretHash.of(secret, List.of(GatewayToken.KEY, GatewayToken.SESSION_KEY)));
    }

    /** Returns the hash of the token in the applied Secret. */
    static Optional<String> hash(JupyterGateway gateway, Observed observed) {
        return find(gateway, observed).filter(secret -> GatewayToken.valid(secret).isPresent())
                .map(GatewayToken::hash);
    }

    private static Optional<Secret> find(JupyterGateway gateway, Observed observed) {
        return observed.beside(gateway, Secret.class, name(gateway));
    }
}
