package io.elasticjupyter.kernel;

import io.elasticjupyter.api.v1alpha1.JupyterKernel;
import io.elasticjupyter.api.v1alpha1.JupyterKernelTemplate;
import io.elasticjupyter.api.v1alpha1.KernelTemplateReference;
import io.elasticjupyter.kubernetes.ObjectId;
import io.elasticjupyter.reconcile.ConditionsBuilder;
import io.elasticjupyter.reconcile.Observed;
import io.elasticjupyter.reconcile.TerminalException;
import io.elasticjupyter.workload.KernelPodTemplate;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import java.util.Objects;
import java.util.Optional;

/** Finds the template of a kernel's pod, which is a part of the kernel's spec or a JupyterKernelTemplate. */
final class KernelTemplate {

    private KernelTemplate() {}

    /** Returns the JupyterKernelTemplate to which the kernel refers. */
    static Optional<ObjectId> reference(JupyterKernel kernel) {
        KernelTemplateReference reference = kernel.getSpec().templateRef();
        return Optional.ofNullable(reference).map(given -> new ObjectId(JupyterKernelTemplate.class,
                Objects.requireNonNullElse(given.namespace(), kernel.getMetadata().getNamespace()), given.name()));
    }

    /**
     * Returns the template of the kernel's pod.
     *
     * @throws TerminalException when there is none, or it has no container
     */
    static PodTemplateSpec of(JupyterKernel kernel, Observed observed) {
        PodTemplateSpec inline = kernel.getSpec().template();
        if (inline != null) {
            return usable(inline, "spec.template", "spec.template");
        }
        ObjectId id = reference(kernel).orElseThrow(() -> new TerminalException("TemplateMissing",
                "Neither spec.template nor spec.templateRef is set: set one of them."));
        String which = describe(id);
        return observed.get(id).map(JupyterKernelTemplate.class::cast)
                .map(found -> usable(found.getSpec() == null ? null : found.getSpec().template(), which,
                        which + ", spec.template"))
                .orElseThrow(() -> new TerminalException("TemplateNotFound",
                        which + " does not exist: create it, or set another one in spec.templateRef."));
    }

    private static String describe(ObjectId template) {
        return "JupyterKernelTemplate '" + template.name() + "' in namespace '" + template.namespace() + "'";
    }

    private static PodTemplateSpec usable(PodTemplateSpec given, String which, String path) {
        PodTemplateSpec template = null;
        if (given != null) {
            KernelPodTemplate read = KernelPodTemplate.of(given);
            read.problem(path).ifPresent(problem -> {
                throw new TerminalException("InvalidTemplate", problem);
            });
            template = read.template();
        }
        if (template == null || template.getSpec() == null || template.getSpec().getContainers().isEmpty()) {
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
