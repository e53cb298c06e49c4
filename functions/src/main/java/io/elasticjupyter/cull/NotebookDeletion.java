package io.elasticjupyter.cull;

import io.cloudevents.CloudEvent;
import io.elasticjupyter.api.v1alpha1.JupyterGateway;
import io.elasticjupyter.api.v1alpha1.JupyterKernel;
import io.elasticjupyter.api.v1alpha1.JupyterNotebook;
import io.elasticjupyter.api.v1alpha1.NotebookReference;
import io.elasticjupyter.cull.GatewayClient.GatewayException;
import io.elasticjupyter.event.ResourceEvent;
import io.elasticjupyter.event.ResourceEvent.Change;
import io.elasticjupyter.kubernetes.EventRecorder;
import io.elasticjupyter.kubernetes.Parallel;
import io.elasticjupyter.kubernetes.WatchedNamespaces;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Ends the kernels of a notebook that was deleted: its server leaves them running for the next one. They are the kernels whose
 * {@code spec.notebook} names it, in all namespaces that are watched.
 *
 * @param notebook the notebook that an event reports as deleted
 */
record NotebookDeletion(NotebookReference notebook) {

    private static final int AT_ONCE = 8;

    /** Returns the deletion that an event reports; empty if it reports something else. */
    static Optional<NotebookDeletion> of(CloudEvent event) {
        return Optional.of(event).filter(each -> each.getType().startsWith(ResourceEvent.TYPE_PREFIX))
                .map(ResourceEvent::of)
                .filter(each -> each.subject().isA(JupyterNotebook.class) && each.change() == Change.DELETE)
                .map(each -> new NotebookDeletion(
                        new NotebookReference(each.subject().name(), each.subject().namespace())));
    }

    /**
     * Ends the kernels. Those of a notebook of the same name that was created since are not among them, because the kernels are read
     * before the notebook.
     *
     * @return the names of the JupyterKernels that were deleted, with their namespaces
     */
    List<String> endKernels(WatchedNamespaces namespaces, GatewayClient gateways, KernelTermination termination) {
        List<IndexedKernel> kernels = new ArrayList<>();
        namespaces.all(JupyterKernel.class).forEach(kernel -> {
            if (kernel.getSpec() != null && notebook.equals(kernel.getSpec().notebook())) {
                IndexedKernel.of(kernel).ifPresent(kernels::add);
            }
        });
        if (kernels.isEmpty() || !namespaces.isWatched(notebook.namespace())
                || namespaces.find(JupyterNotebook.class, notebook.namespace(), notebook.name()).isPresent()) {
            return List.of();
        }
        List<Boolean> ended = Parallel.map(kernels, AT_ONCE, kernel -> end(kernel, namespaces, gateways, termination));
        return IntStream.range(0, kernels.size()).filter(ended::get).mapToObj(kernels::get)
                .map(kernel -> kernel.reference().getNamespace() + "/" + kernel.reference().getName()).toList();
    }

    /** Without the gateway, the kernel ends with its pod, and the gateway notices. */
    private boolean end(IndexedKernel kernel, WatchedNamespaces namespaces, GatewayClient gateways,
            KernelTermination termination) {
        if (kernel.id() != null) {
            gateway(kernel, namespaces).ifPresent(gateway -> deleteAt(gateways.session(gateway), kernel));
        }
        boolean byThis = termination.delete(kernel.reference());
        termination.events().record(kernel.reference(), EventRecorder.Type.Normal, "NotebookDeleted",
                "Deleted because its JupyterNotebook '" + notebook.name() + "' in namespace '" + notebook.namespace()
                        + "' was deleted.");
        return byThis;
    }

    private static void deleteAt(GatewayClient.Session gateway, IndexedKernel kernel) {
        try {
            gateway.delete(kernel.id());
        } catch (GatewayException e) {
            // The pod is deleted nevertheless.
        }
    }

    private static Optional<JupyterGateway> gateway(IndexedKernel kernel, WatchedNamespaces namespaces) {
        return namespaces
                .find(JupyterGateway.class, kernel.reference().getNamespace(), kernel.gateway().getName())
                .filter(gateway -> Objects.equals(gateway.getMetadata().getUid(), kernel.gateway().getUid()));
    }
}
