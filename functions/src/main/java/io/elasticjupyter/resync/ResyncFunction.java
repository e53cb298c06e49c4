package io.elasticjupyter.resync;

import io.cloudevents.CloudEvent;
import io.elasticjupyter.event.Answer;
import io.elasticjupyter.event.EventFunction;
import io.elasticjupyter.kubernetes.ApiFailure;
import io.elasticjupyter.kubernetes.Pages;
import io.elasticjupyter.kubernetes.Parallel;
import io.elasticjupyter.kubernetes.WatchedNamespaces;
import io.elasticjupyter.reconcile.ReconcileLoop;
import io.elasticjupyter.resync.ResyncSummary.Reconciled;
import io.elasticjupyter.resync.ResyncSummary.Failure;
import io.elasticjupyter.resync.ResyncSummary.Result;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.BeanRegistrar;
import org.springframework.beans.factory.BeanRegistry;
import org.springframework.core.env.Environment;

/**
 * The function that reconciles all resources, or those that the event asks for. Its answer's type is {@value #TYPE}; its
 * {@code outcome} is {@code failed} when one of them could not be reconciled, {@code changed} when one was not as it should
 * be, and else {@code unchanged}; its data is a {@link ResyncSummary}.
 */
public final class ResyncFunction implements BeanRegistrar {

    /** The type of the answers. */
    static final String TYPE = "io.elasticjupyter.resynced";

    /** More do not make it faster: two cores spend their time in the API server. */
    private static final int AT_ONCE = 8;

    private static final Logger log = LoggerFactory.getLogger(ResyncFunction.class);

    @Override
    public void register(BeanRegistry beans, Environment environment) {
        beans.registerBean("resync", EventFunction.class,
                bean -> bean.supplier(context -> new EventFunction("resync", resync(
                        context.beanProvider(ReconcileLoop.class).stream().<ReconcileLoop<?, ?>>map(each -> each)
                                .toList(),
                        context.bean(WatchedNamespaces.class), context.bean(Clock.class)))));
    }

    private static Function<CloudEvent, CloudEvent> resync(List<ReconcileLoop<?, ?>> reconcilers,
            WatchedNamespaces namespaces, Clock clock) {
        List<String> kinds = reconcilers.stream().map(each -> HasMetadata.getKind(each.type())).sorted().toList();
        return event -> {
            long start = System.nanoTime();
            ResyncRequest request = ResyncRequest.of(event, kinds);
            ResyncSummary report = resync(reconcilers, namespaces, request);
            log.atInfo()
                    .addKeyValue("function", "resync")
                    .addKeyValue("outcome", report.outcome())
                    .addKeyValue("resources", report.resources())
                    .addKeyValue("event", event.getId())
                    .addKeyValue("millis", (System.nanoTime() - start) / 1_000_000)
                    .log("looked at {} resources: {}", report.resources(), report.outcomes());
            return Answer.of(TYPE, "resync", clock, report).withExtension("outcome", report.outcome()).build();
        };
    }

    private static ResyncSummary resync(List<ReconcileLoop<?, ?>> reconcilers, WatchedNamespaces namespaces,
            ResyncRequest request) {
        AtomicReference<ResyncSummary> report = new AtomicReference<>(new ResyncSummary());
        reconcilers.stream()
                .filter(each -> request.kind().filter(kind -> !kind.equals(HasMetadata.getKind(each.type()))).isEmpty())
                .forEach(each -> {
                    if (request.name().isPresent()) {
                        report.set(report.get().plus(List.of(
                                reconcile(each, request.namespace().orElseThrow(), request.name().get()))));
                    } else {
                        pages(each, namespaces, request).forEachPage(page -> report.set(report.get()
                                .plus(Parallel.map(page, AT_ONCE, resource -> reconcile(each,
                                        resource.getMetadata().getNamespace(), resource.getMetadata().getName())))));
                    }
                });
        return report.get();
    }

    private static Pages<? extends HasMetadata> pages(ReconcileLoop<?, ?> reconciler, WatchedNamespaces namespaces,
            ResyncRequest request) {
        return request.namespace().<Pages<? extends HasMetadata>>map(name -> namespaces.in(name, reconciler.type()))
                .orElseGet(() -> namespaces.all(reconciler.type()));
    }

    /** One that cannot be reconciled must not keep the others from it. */
    private static Result reconcile(ReconcileLoop<?, ?> reconciler, String namespace, String name) {
        try {
            return new Reconciled(reconciler.reconcile(namespace, name));
        } catch (KubernetesClientException e) {
            return new Failure(HasMetadata.getKind(reconciler.type()), namespace, name, ApiFailure.reason(e));
        }
    }
}
