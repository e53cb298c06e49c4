package io.elasticjupyter.application;

import io.elasticjupyter.cull.CullFunction;
import io.elasticjupyter.cull.PingSink;
import io.elasticjupyter.deadletter.DeadLetterFunction;
import io.elasticjupyter.event.EventKey;
import io.elasticjupyter.gateway.GatewayReconciler;
import io.elasticjupyter.kernel.KernelReconciler;
import io.elasticjupyter.kernelspec.KernelSpecReconciler;
import io.elasticjupyter.kubernetes.WatchedNamespaces;
import io.elasticjupyter.notebook.NotebookReconciler;
import io.elasticjupyter.reclaim.ReclaimFunction;
import io.elasticjupyter.reconcile.ReconcileFunction;
import io.elasticjupyter.reconcile.ReconcileLoop;
import io.elasticjupyter.resync.ResyncFunction;
import io.elasticjupyter.session.KernelSessionFunction;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The functions. A new kind is one more {@link ReconcileFunction} here. */
@Configuration(proxyBeanMethods = false)
class FunctionsConfiguration {

    @Bean
    Clock clock() {
        return Clock.systemUTC();
    }

    @Bean
    EventKey eventKey(ElasticJupyterProperties properties) {
        return Optional.ofNullable(properties.eventKey()).map(EventKey::of).orElseGet(EventKey::none);
    }

    @Bean
    ReconcileFunction reconcileGateway(WatchedNamespaces namespaces, Clock clock,
            ElasticJupyterProperties properties) {
        return new ReconcileFunction(
                new ReconcileLoop<>(namespaces, new GatewayReconciler(properties.namespace()), clock));
    }

    /** After that of gateways, so that a resync finds the token of a notebook's gateway. */
    @Bean
    ReconcileFunction reconcileNotebook(WatchedNamespaces namespaces, Clock clock) {
        return new ReconcileFunction(new ReconcileLoop<>(namespaces, new NotebookReconciler(), clock));
    }

    @Bean
    ReconcileFunction reconcileKernelSpec(WatchedNamespaces namespaces, Clock clock) {
        return new ReconcileFunction(new ReconcileLoop<>(namespaces, new KernelSpecReconciler(), clock));
    }

    @Bean
    ReconcileFunction reconcileKernel(WatchedNamespaces namespaces, Clock clock) {
        return new ReconcileFunction(new ReconcileLoop<>(namespaces, new KernelReconciler(clock), clock));
    }

    @Bean
    ResyncFunction resync(List<ReconcileFunction> functions, WatchedNamespaces namespaces) {
        return new ResyncFunction(functions.stream().map(ReconcileFunction::loop).toList(), namespaces);
    }

    @Bean
    CullFunction cullKernels(WatchedNamespaces namespaces, Clock clock, MeterRegistry meters,
            ElasticJupyterProperties properties, EventKey key) {
        return new CullFunction(namespaces, clock, meters, properties.gatewayUrl(),
                PingSink.named(properties.cullSink(), key));
    }

    @Bean
    ReclaimFunction reclaimKernels(WatchedNamespaces namespaces, Clock clock, MeterRegistry meters,
            ElasticJupyterProperties properties, EventKey key) {
        return new ReclaimFunction(namespaces, clock, meters, properties.gatewayUrl(),
                PingSink.named(properties.cullSink(), key), properties.kueue());
    }

    @Bean
    KernelSessionFunction kernelSessions(WatchedNamespaces namespaces, Clock clock) {
        return new KernelSessionFunction(namespaces, clock);
    }

    @Bean
    DeadLetterFunction deadLetter(WatchedNamespaces namespaces, Clock clock) {
        return new DeadLetterFunction(namespaces, clock);
    }
}
