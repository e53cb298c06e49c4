package io.elasticjupyter.kernelspec;

import io.cloudevents.CloudEvent;
import io.elasticjupyter.api.v1alpha1.JupyterGateway;
import io.elasticjupyter.api.v1alpha1.JupyterGatewayStatus;
import io.elasticjupyter.api.v1alpha1.JupyterKernelSpec;
import io.elasticjupyter.api.v1alpha1.JupyterKernelSpecStatus;
import io.elasticjupyter.reconcile.ReconcileFunction;
import io.elasticjupyter.reconcile.Reconciler;
import io.elasticjupyter.reconcile.WatchedNamespaces;
import java.time.Clock;
import java.util.function.Function;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The function of JupyterKernelSpecs. */
@Configuration(proxyBeanMethods = false)
class KernelSpecFunction {

    @Bean
    Reconciler<JupyterKernelSpec, JupyterKernelSpecStatus> kernelSpecs(WatchedNamespaces namespaces, Clock clock) {
        return new Reconciler<>(namespaces, new KernelSpecKind(), clock);
    }

    /** Gateways that list the kernel spec say whether it is there, so they are reconciled too. */
    @Bean
    Function<CloudEvent, CloudEvent> reconcileKernelSpec(Clock clock,
            Reconciler<JupyterKernelSpec, JupyterKernelSpecStatus> kernelSpecs,
            Reconciler<JupyterGateway, JupyterGatewayStatus> gateways) {
        return new ReconcileFunction("reconcileKernelSpec", kernelSpecs, clock, gateways);
    }
}
