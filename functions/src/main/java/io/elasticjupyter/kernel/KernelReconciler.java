package io.elasticjupyter.kernel;

import io.elasticjupyter.api.v1alpha1.JupyterKernel;
import io.elasticjupyter.api.v1alpha1.JupyterKernelStatus;
import io.elasticjupyter.api.v1alpha1.JupyterKernelStatus.Phase;
import io.elasticjupyter.api.v1alpha1.JupyterKernelTemplate;
import io.elasticjupyter.api.v1alpha1.KernelTemplateReference;
import io.elasticjupyter.kubernetes.ObjectId;
import io.elasticjupyter.reconcile.Observed;
import io.elasticjupyter.reconcile.Readiness;
import io.elasticjupyter.reconcile.Reconciler;
import io.elasticjupyter.reconcile.TerminalException;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * What a kernel wants of the cluster: one pod, made once. A pod that is there stays as it is, whatever becomes of the template;
 * one that is gone before it ran is made again; one that is gone after it ran was the kernel's end.
 */
public final class KernelReconciler implements Reconciler<JupyterKernel, JupyterKernelStatus> {

    @Override
    public Class<JupyterKernel> type() {
        return JupyterKernel.class;
    }

    @Override
    public Optional<Class<? extends HasMetadata>> watchedChild() {
        return Optional.of(Pod.class);
    }

    @Override
    public Set<Class<? extends HasMetadata>> referredTypes() {
        return Set.of(JupyterKernelTemplate.class);
    }

    @Override
    public List<ObjectId> mayOwn(JupyterKernel kernel) {
        return List.of(ObjectId.beside(kernel, Pod.class, kernel.getMetadata().getName()));
    }

    /** A kernel that ran needs its template no more. */
    @Override
    public List<ObjectId> refersTo(JupyterKernel kernel) {
        return ran(kernel) ? List.of() : template(kernel).stream().toList();
    }

    @Override
    public boolean finished(JupyterKernel kernel, Observed snapshot) {
        boolean ranAtLast = snapshot.departed(Pod.class).filter(KernelPhase::ran).isPresent();
        return pod(kernel, snapshot).isEmpty() && (ran(kernel) || ranAtLast);
    }

    private static boolean ran(JupyterKernel kernel) {
        JupyterKernelStatus status = kernel.getStatus();
        return status != null && status.phase() != null && status.phase() != Phase.Pending;
    }

    @Override
    public List<HasMetadata> desired(JupyterKernel kernel, Observed snapshot) {
        return List.of(pod(kernel, snapshot).orElseGet(() -> KernelPod.of(kernel, podTemplate(kernel, snapshot))));
    }

    private static PodTemplateSpec podTemplate(JupyterKernel kernel, Observed snapshot) {
        PodTemplateSpec inline = kernel.getSpec().template();
        if (inline != null) {
            return withContainer(inline, "spec.template");
        }
        ObjectId id = template(kernel).orElseThrow(() -> new TerminalException("TemplateMissing",
                "Neither spec.template nor spec.templateRef is set: set one of them."));
        String which = "JupyterKernelTemplate '" + id.name() + "' in namespace '" + id.namespace() + "'";
        return snapshot.get(id).map(JupyterKernelTemplate.class::cast)
                .map(found -> withContainer(found.getSpec() == null ? null : found.getSpec().template(), which))
                .orElseThrow(() -> new TerminalException("TemplateNotFound",
                        which + " does not exist: create it, or name another in spec.templateRef."));
    }

    private static PodTemplateSpec withContainer(PodTemplateSpec template, String which) {
        if (template == null || template.getSpec() == null || template.getSpec().getContainers().isEmpty()) {
            throw new TerminalException("TemplateWithoutContainer",
                    which + " has no container: add one, named 'kernel' say.");
        }
        return template;
    }

    private static Optional<ObjectId> template(JupyterKernel kernel) {
        KernelTemplateReference reference = kernel.getSpec().templateRef();
        return Optional.ofNullable(reference).map(given -> new ObjectId(JupyterKernelTemplate.class,
                Objects.requireNonNullElse(given.namespace(), kernel.getMetadata().getNamespace()), given.name()));
    }

    @Override
    public Readiness readiness(JupyterKernel kernel, Observed snapshot) {
        return pod(kernel, snapshot).map(KernelPhase::readiness).orElseThrow();
    }

    @Override
    public List<Condition> conditions(JupyterKernel kernel, Observed snapshot) {
        return pod(kernel, snapshot).map(KernelPhase::conditions).orElse(List.of());
    }

    @Override
    public JupyterKernelStatus status(JupyterKernel kernel, Observed snapshot, List<Condition> conditions) {
        Optional<Pod> pod = pod(kernel, snapshot);
        return new JupyterKernelStatus(
                kernel.getMetadata().getGeneration(),
                conditions,
                pod.map(KernelPhase::of).orElse(Phase.Pending),
                pod.map(there -> there.getMetadata().getName()).orElse(null),
                pod.map(there -> there.getStatus() == null ? null : there.getStatus().getStartTime()).orElse(null),
                pod.flatMap(KernelPhase::completionTime).orElse(null),
                null,
                null);
    }

    /** What a kernel does is the cull function's to say. */
    @Override
    public JupyterKernelStatus own(JupyterKernelStatus status) {
        return new JupyterKernelStatus(status.observedGeneration(), status.conditions(), status.phase(),
                status.podName(), status.startTime(),
                status.completionTime(), null, null);
    }

    private static Optional<Pod> pod(JupyterKernel kernel, Observed snapshot) {
        return snapshot.beside(kernel, Pod.class, kernel.getMetadata().getName());
    }
}
