package io.elasticjupyter.gateway;

import io.elasticjupyter.api.v1alpha1.JupyterGateway;
import io.elasticjupyter.reconcile.ConditionsBuilder;
import io.elasticjupyter.reconcile.Observed;
import io.elasticjupyter.reconcile.ReconcileBeans;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.springframework.beans.factory.BeanRegistrar;
import org.springframework.beans.factory.BeanRegistry;
import org.springframework.core.env.Environment;

/** The function of JupyterGateways. */
public final class GatewayFunction implements BeanRegistrar {

    @Override
    public void register(BeanRegistry beans, Environment environment) {
        beans.register(new ReconcileBeans<>(new GatewayReconciler(), "gateways", "reconcileGateway"));
    }

    /**
     * A gateway and what it wants, as examples of what the API server is sent and sends, in the order in which a reconcile needs
     * them.
     */
    public static List<HasMetadata> examples() {
        GatewayReconciler kind = new GatewayReconciler();
        JupyterGateway gateway = new JupyterGateway();
        gateway.getMetadata().setName("example");
        gateway.setSpec(GatewayReconciler.ALL_DEFAULTS);
        Observed empty = Observed.of();
        gateway.setStatus(kind.status(gateway, empty, new ConditionsBuilder(gateway, Instant.EPOCH)));
        return Stream.concat(Stream.of(gateway), kind.children().stream().map(child -> child.desired(gateway, empty)))
                .toList();
    }
}
