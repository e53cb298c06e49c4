package io.elasticjupyter.gateway;

import io.elasticjupyter.api.v1alpha1.JupyterGateway;
import io.elasticjupyter.reconcile.Observed;
import io.elasticjupyter.workload.GatewayToken;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.function.Supplier;

/** Builds the Secret with the gateway's token. A valid token is kept, also one that a user has set in the Secret. */
final class GatewaySecret {

    private GatewaySecret() {}

    static String name(JupyterGateway gateway) {
        return GatewayToken.secretName(gateway.getMetadata().getName());
    }

    static Secret desired(JupyterGateway gateway, Observed observed, Supplier<String> newToken) {
        String token = find(gateway, observed).flatMap(GatewayToken::valid).orElseGet(newToken);
        return new SecretBuilder()
                .withType("Opaque")
                .addToData(GatewayToken.KEY,
                        Base64.getEncoder().encodeToString(token.getBytes(StandardCharsets.UTF_8)))
                .build();
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
