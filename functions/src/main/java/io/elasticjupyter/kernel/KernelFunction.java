package io.elasticjupyter.kernel;

import io.cloudevents.CloudEvent;
import io.elasticjupyter.api.v1alpha1.JupyterKernel;
import io.elasticjupyter.api.v1alpha1.JupyterKernelStatus;
import io.elasticjupyter.reconcile.ReconcileFunction;
import io.elasticjupyter.reconcile.Reconciler;
import io.elasticjupyter.reconcile.WatchedNamespaces;
import java.time.Clock;
import java.util.function.Function;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The function of JupyterKernels. */
@Configuration(proxyBeanMethods = false)
class KernelFunction {

    @Bean
    Reconciler<JupyterKernel, JupyterKernelStatus> kernels(WatchedNamespaces namespaces, Clock clock) {
        return new Reconciler<>(namespaces, new KernelKind(), clock);
    }

    @Bean
    Function<CloudEvent, CloudEvent> reconcileKernel(Reconciler<JupyterKernel, JupyterKernelStatus> kernels,
            Clock clock) {
        return new ReconcileFunction("reconcileKernel", kernels, clock);
    }
}
