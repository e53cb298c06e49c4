package io.elasticjupyter.kernel;

import io.elasticjupyter.api.v1alpha1.JupyterKernel;
import io.elasticjupyter.kubernetes.ObjectId;
import io.elasticjupyter.reconcile.ConditionsBuilder;
import io.elasticjupyter.reconcile.Observed;
import io.elasticjupyter.reconcile.TerminalException;
import io.elasticjupyter.workload.KernelPodTemplate;
import io.elasticjupyter.workload.ReferencedTemplate;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import java.util.Optional;

/** Finds the template of a kernel's pod, which is a part of the kernel's spec or a JupyterKernelTemplate. */
final class KernelTemplate {

    private KernelTemplate() {}

    /** Returns the JupyterKernelTemplate to which the kernel refers. */
    static Optional<ObjectId> reference(JupyterKernel kernel) {
        return Optional.ofNullable(kernel.getSpec().templateRef()).map(given -> ReferencedTemplate.id(kernel, given));
    }

    /**
     * Returns the template of the kernel's pod.
     *
     * @throws TerminalException when there is none, or it has no container
     */
    static PodTemplateSpec of(JupyterKernel kernel, Observed observed) {
        PodTemplateSpec inline = kernel.getSpec().template();
        if (inline != null) {
            return withContainer(KernelPodTemplate.of(inline).valid("spec.template"), "spec.template");
        }
        ObjectId id = reference(kernel).orElseThrow(() -> new TerminalException("TemplateMissing",
                "Neither spec.template nor spec.templateRef is set: set one of them."));
        return withContainer(ReferencedTemplate.of(id, observed), ReferencedTemplate.description(id));
    }

    private static PodTemplateSpec withContainer(PodTemplateSpec template, String which) {
        if (template.getSpec() == null || template.getSpec().getContainers().isEmpty()) {
            throw new TerminalException("TemplateWithoutContainer",
                    which + " has no container: add one, for example with the name 'kernel'.");
        }
        return template;
    }

    /** Adds the condition about the layout of the kernel's own template. That of a JupyterKernelTemplate is reported by kernel specs. */
    static void addCondition(JupyterKernel kernel, ConditionsBuilder conditions) {
        if (kernel.getSpec().template() != null) {
            KernelPodTemplate.of(kernel.getSpec().template()).addCondition("spec.template", conditions);
        }
    }
}
