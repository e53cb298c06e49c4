package io.elasticjupyter.resync;

import io.cloudevents.CloudEvent;
import io.elasticjupyter.event.EventFunction;
import io.elasticjupyter.event.FunctionResult;
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
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reconciles all resources, or those that the event names.
 *
 * <p>The result's type is {@value #TYPE}. Its outcome is {@code failed} if a resource could not be reconciled, {@code changed}
 * if one was not as it should be, and {@code unchanged} otherwise; its data is a {@link ResyncSummary}.
 */
public final class ResyncFunction implements EventFunction {

    /** The type of the results. */
    static final String TYPE = "io.elasticjupyter.resynced";

    /** More do not make it faster: the API server is the bottleneck. */
    private static final int AT_ONCE = 8;

    private static final Logger log = LoggerFactory.getLogger(ResyncFunction.class);

    private final List<? extends ReconcileLoop<?, ?>> loops;
    private final List<String> kinds;
    private final WatchedNamespaces namespaces;

    /** Creates a function that runs these loops. */
    public ResyncFunction(List<? extends ReconcileLoop<?, ?>> loops, WatchedNamespaces namespaces) {
        this.loops = loops;
        this.kinds = loops.stream().map(loop -> HasMetadata.getKind(loop.type())).sorted().toList();
        this.namespaces = namespaces;
    }

    @Override
    public String name() {
        return "resync";
    }

    @Override
    public FunctionResult apply(CloudEvent event) {
        ResyncSummary summary = resync(ResyncRequest.of(event, kinds));
        return new FunctionResult(TYPE, summary.outcome(), summary,
                "%d resources: %s".formatted(summary.resources(), summary.outcomes()))
                .with("resources", summary.resources());
    }

    private ResyncSummary resync(ResyncRequest request) {
        AtomicReference<ResyncSummary> report = new AtomicReference<>(new ResyncSummary());
        List<KubernetesClientException> unlisted = new ArrayList<>();
        for (ReconcileLoop<?, ?> loop : loops) {
            if (request.kind().filter(kind -> !kind.equals(HasMetadata.getKind(loop.type()))).isPresent()) {
                continue;
            }
            try {
                resync(loop, request, report);
            } catch (KubernetesClientException e) {
                unlisted.add(e);
            }
        }
        // Only now, so that a kind that cannot be listed does not keep the others from being reconciled.
        unlisted.stream().max(Comparator.comparing(ApiFailure::isTransient)).ifPresent(failure -> {
            throw failure;
        });
        return report.get();
    }

    /** Reconciles the resources of one kind. */
    private void resync(ReconcileLoop<?, ?> loop, ResyncRequest request, AtomicReference<ResyncSummary> report) {
        if (request.name().isPresent()) {
            report.set(report.get().plus(List.of(
                    reconcile(loop, request.namespace().orElseThrow(), request.name().get()))));
        } else {
            pages(loop, request).forEachPage(page -> report.set(report.get()
                    .plus(Parallel.map(page, AT_ONCE, resource -> reconcile(loop,
                            resource.getMetadata().getNamespace(), resource.getMetadata().getName())))));
        }
    }

    private Pages<? extends HasMetadata> pages(ReconcileLoop<?, ?> reconciler, ResyncRequest request) {
        return request.namespace().<Pages<? extends HasMetadata>>map(name -> namespaces.in(name, reconciler.type()))
                .orElseGet(() -> namespaces.all(reconciler.type()));
    }

    /** Records a failure instead of throwing it, so that the other resources are reconciled. */
    private static Result reconcile(ReconcileLoop<?, ?> reconciler, String namespace, String name) {
        try {
            return new Reconciled(reconciler.reconcile(namespace, name));
        } catch (KubernetesClientException e) {
            return new Failure(HasMetadata.getKind(reconciler.type()), namespace, name, ApiFailure.reason(e));
        } catch (RuntimeException e) {
            log.error("{} {}/{} not reconciled", HasMetadata.getKind(reconciler.type()), namespace, name, e);
            return new Failure(HasMetadata.getKind(reconciler.type()), namespace, name,
                    "internal error: the log has the details");
        }
    }
}
