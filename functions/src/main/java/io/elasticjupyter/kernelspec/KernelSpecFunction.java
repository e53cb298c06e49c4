package io.elasticjupyter.kernelspec;

import io.cloudevents.CloudEvent;
import io.elasticjupyter.api.v1alpha1.JupyterGateway;
import io.elasticjupyter.api.v1alpha1.JupyterGatewayStatus;
import io.elasticjupyter.reconcile.ReconcileFunction;
import io.elasticjupyter.reconcile.Reconciler;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Clock;
import java.util.function.Function;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The function of JupyterKernelSpecs. */
@Configuration(proxyBeanMethods = false)
class KernelSpecFunction {

    /** Gateways that list the kernel spec say whether it is there, so they are reconciled too. */
    @Bean
    Function<CloudEvent, CloudEvent> reconcileKernelSpec(KubernetesClient client, Clock clock,
            Reconciler<JupyterGateway, JupyterGatewayStatus> gateways) {
        return new ReconcileFunction("reconcileKernelSpec", new Reconciler<>(client, new KernelSpecKind(), clock),
                clock, gateways);
    }
}
