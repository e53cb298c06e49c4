package io.elasticjupyter.kernel;

import io.cloudevents.CloudEvent;
import io.elasticjupyter.reconcile.ReconcileFunction;
import io.elasticjupyter.reconcile.Reconciler;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Clock;
import java.util.function.Function;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The function of JupyterKernels. */
@Configuration(proxyBeanMethods = false)
class KernelFunction {

    @Bean
    Function<CloudEvent, CloudEvent> reconcileKernel(KubernetesClient client, Clock clock) {
        return new ReconcileFunction("reconcileKernel", new Reconciler<>(client, new KernelKind(), clock), clock);
    }
}
