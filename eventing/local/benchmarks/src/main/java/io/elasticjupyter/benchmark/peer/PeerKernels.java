package io.elasticjupyter.benchmark.peer;

import io.elasticjupyter.api.v1alpha1.JupyterKernel;
import io.fabric8.kubernetes.api.model.Pod;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import java.util.List;

/** Reconciles nothing, but keeps kernels and their pods in its caches, as an operator does that runs all the time. */
@ControllerConfiguration(name = "peer-kernels")
final class PeerKernels implements Reconciler<JupyterKernel> {

    @Override
    public List<EventSource<?, JupyterKernel>> prepareEventSources(EventSourceContext<JupyterKernel> context) {
        return List.of(new InformerEventSource<>(
                InformerEventSourceConfiguration.from(Pod.class, JupyterKernel.class)
                        .withLabelSelector("component=kernel").build(),
                context));
    }

    @Override
    public UpdateControl<JupyterKernel> reconcile(JupyterKernel kernel, Context<JupyterKernel> context) {
        return UpdateControl.noUpdate();
    }
}
