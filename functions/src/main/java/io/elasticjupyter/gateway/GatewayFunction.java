package io.elasticjupyter.gateway;

import io.elasticjupyter.reconcile.ReconcileBeans;
import org.springframework.beans.factory.BeanRegistrar;
import org.springframework.beans.factory.BeanRegistry;
import org.springframework.core.env.Environment;

/** The function of JupyterGateways. */
public final class GatewayFunction implements BeanRegistrar {

    @Override
    public void register(BeanRegistry beans, Environment environment) {
        beans.register(new ReconcileBeans<>(new GatewayKind(), "gateways", "reconcileGateway"));
    }
}
