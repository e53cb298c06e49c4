package io.elasticjupyter.gateway;

import io.elasticjupyter.api.v1alpha1.JupyterGateway;
import io.elasticjupyter.reconcile.ReconcileBeans;
import io.elasticjupyter.reconcile.Snapshot;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.ArrayList;
import java.util.List;
import org.springframework.beans.factory.BeanRegistrar;
import org.springframework.beans.factory.BeanRegistry;
import org.springframework.core.env.Environment;

/** The function of JupyterGateways. */
public final class GatewayFunction implements BeanRegistrar {

    @Override
    public void register(BeanRegistry beans, Environment environment) {
        beans.register(new ReconcileBeans<>(new GatewayKind(), "gateways", "reconcileGateway"));
    }

    /** A gateway and what it wants, as examples of what the API server is sent and sends. */
    public static List<HasMetadata> examples() {
        JupyterGateway gateway = new JupyterGateway();
        gateway.getMetadata().setName("example");
        gateway.setSpec(GatewayKind.ALL_DEFAULTS);
        List<HasMetadata> examples = new ArrayList<>(new GatewayKind().desired(gateway, Snapshot.of(List.of())));
        examples.add(gateway);
        return examples;
    }
}
