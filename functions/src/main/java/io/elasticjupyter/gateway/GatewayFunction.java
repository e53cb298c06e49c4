package io.elasticjupyter.gateway;

import io.cloudevents.CloudEvent;
import io.elasticjupyter.api.v1alpha1.JupyterGateway;
import io.elasticjupyter.api.v1alpha1.JupyterGatewayStatus;
import io.elasticjupyter.reconcile.ReconcileFunction;
import io.elasticjupyter.reconcile.Reconciler;
import io.elasticjupyter.reconcile.WatchedNamespaces;
import java.time.Clock;
import java.util.function.Function;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The function of JupyterGateways. */
@Configuration(proxyBeanMethods = false)
class GatewayFunction {

    @Bean
    Reconciler<JupyterGateway, JupyterGatewayStatus> gateways(WatchedNamespaces namespaces, Clock clock) {
        return new Reconciler<>(namespaces, new GatewayKind(), clock);
    }

    @Bean
    Function<CloudEvent, CloudEvent> reconcileGateway(Reconciler<JupyterGateway, JupyterGatewayStatus> gateways,
            Clock clock) {
        return new ReconcileFunction("reconcileGateway", gateways, clock);
    }
}
