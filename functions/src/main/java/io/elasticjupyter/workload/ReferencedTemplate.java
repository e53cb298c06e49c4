package io.elasticjupyter.workload;

import io.elasticjupyter.api.v1alpha1.JupyterKernelTemplate;
import io.elasticjupyter.api.v1alpha1.KernelTemplateReference;
import io.elasticjupyter.kubernetes.ObjectId;
import io.elasticjupyter.reconcile.Observed;
import io.elasticjupyter.reconcile.TerminalException;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import java.util.Objects;

/** The JupyterKernelTemplate to which the {@code templateRef} of a resource refers. */
public final class ReferencedTemplate {

    private ReferencedTemplate() {}

    /** Returns the id of the JupyterKernelTemplate, by default in the namespace of the resource. */
    public static ObjectId id(HasMetadata resource, KernelTemplateReference reference) {
        return new ObjectId(JupyterKernelTemplate.class,
                Objects.requireNonNullElse(reference.namespace(), resource.getMetadata().getNamespace()),
                reference.name());
    }

    /** Returns the words with which messages name the JupyterKernelTemplate. */
    public static String description(ObjectId id) {
        return "JupyterKernelTemplate '" + id.name() + "' in namespace '" + id.namespace() + "'";
    }

    /**
     * Returns the pod template of the JupyterKernelTemplate; an empty one if it has none.
     *
     * @throws TerminalException when the JupyterKernelTemplate does not exist or cannot be used. The resource is reconciled again when
     *     it changes
     */
    public static PodTemplateSpec of(ObjectId id, Observed observed) {
        JupyterKernelTemplate found = observed.get(id).map(JupyterKernelTemplate.class::cast)
                .orElseThrow(() -> new TerminalException("TemplateNotFound",
                        description(id) + " does not exist: create it, or set another one in spec.templateRef."));
        return found.getSpec() == null || found.getSpec().template() == null
                ? new PodTemplateSpec()
                : KernelPodTemplate.of(found.getSpec().template()).valid(description(id) + ", spec.template");
    }
}
