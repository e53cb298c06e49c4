package io.elasticjupyter.cull;

import io.elasticjupyter.api.v1alpha1.Conditions;
import io.elasticjupyter.api.v1alpha1.JupyterGateway;
import io.elasticjupyter.api.v1alpha1.JupyterKernel;
import io.elasticjupyter.api.v1alpha1.JupyterKernelSpecification;
import io.elasticjupyter.api.v1alpha1.JupyterKernelStatus;
import io.elasticjupyter.api.v1alpha1.JupyterStatus;
import io.elasticjupyter.api.v1alpha1.KernelActivityStatus;
import io.elasticjupyter.cull.policy.KeepUntil;
import io.elasticjupyter.cull.policy.KernelActivity;
import io.elasticjupyter.kubernetes.EventRecorder;
import io.elasticjupyter.kubernetes.OwnerReferences;
import io.elasticjupyter.workload.KernelLabels;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * A kernel of a gateway: the fields of its JupyterKernel and of its pod that a cull needs.
 *
 * @param id the kernel's id
 * @param gateway the JupyterGateway that controls the JupyterKernel
 * @param reference the JupyterKernel
 * @param launchTimeout how long its gateway waits for it to start
 * @param keepUntil the value of the annotation {@link KeepUntil#ANNOTATION} of the pod, or else of the JupyterKernel
 * @param activity the activity in the status of the JupyterKernel
 * @param keepUntilValid the condition of that type in the status of the JupyterKernel
 * @param waitsUntil how long its gateway waits for it, if it has no pod because the gateway has {@code maxKernels}
 * @param pod the pod that the JupyterKernel controls
 */
record IndexedKernel(String id, OwnerReference gateway, ObjectReference reference,
        Optional<Duration> launchTimeout, Optional<String> keepUntil,
        Optional<KernelActivityStatus> activity, Optional<Condition> keepUntilValid, Optional<Instant> waitsUntil,
        IndexedPod pod) {

    /** Returns a JupyterKernel without its pod; empty if no JupyterGateway controls it, or it is being deleted. */
    static Optional<IndexedKernel> of(JupyterKernel kernel) {
        return OwnerReferences.controllerOf(kernel, JupyterGateway.class)
                .filter(gateway -> !kernel.isMarkedForDeletion())
                .map(gateway -> new IndexedKernel(label(kernel).orElse(null), gateway, EventRecorder.about(kernel),
                        Optional.ofNullable(kernel.getSpec()).map(JupyterKernelSpecification::launchTimeout)
                                .map(Duration::ofSeconds),
                        keepUntil(kernel),
                        Optional.ofNullable(kernel.getStatus()).map(JupyterKernelStatus::activity),
                        Conditions.of(kernel.getStatus()).find(JupyterKernelStatus.KEEP_UNTIL_VALID),
                        waitsUntil(kernel), null));
    }

    /**
     * Returns the kernel with its pod; empty if the JupyterKernel does not control the pod, or the pod is being deleted. The pod
     * that a JupyterKernel controls has its name, so that there is one at most.
     */
    Optional<IndexedKernel> with(Pod controlled) {
        return OwnerReferences.controllerOf(controlled, JupyterKernel.class)
                .filter(owner -> owner.getUid().equals(reference.getUid()))
                .filter(owner -> controlled.getMetadata().getName().equals(reference.getName()))
                .filter(owner -> !controlled.isMarkedForDeletion())
                .map(owner -> new IndexedKernel(
                        Optional.ofNullable(id).or(() -> label(controlled)).orElse(reference.getUid()),
                        gateway, reference, launchTimeout, keepUntil(controlled).or(() -> keepUntil), activity,
                        keepUntilValid, Optional.empty(),
                        IndexedPod.of(controlled)));
    }

    /** Returns what its gateway reports, as idle if nobody has used it since it started. */
    KernelActivity observed(KernelActivity reported, Instant now) {
        return reported.asIdleIfUnused(pod.ready(), launch(), now);
    }

    /** Returns how long it may take to start. */
    Duration launch() {
        Duration usual = Duration.ofSeconds(JupyterGateway.KERNEL_LAUNCH_SECONDS);
        return launchTimeout.filter(own -> own.compareTo(usual) > 0).orElse(usual);
    }

    private static Optional<Instant> waitsUntil(JupyterKernel kernel) {
        return Conditions.of(kernel.getStatus()).find(JupyterStatus.READY)
                .filter(ready -> ready.getReason().equals(JupyterKernelStatus.GATEWAY_FULL))
                .map(ready -> Optional.ofNullable(kernel.getSpec().launchTimeout())
                        .map(Instant.parse(kernel.getMetadata().getCreationTimestamp())::plusSeconds)
                        .orElse(Instant.MAX));
    }

    private static Optional<String> label(HasMetadata object) {
        return Optional.ofNullable(object.getMetadata().getLabels())
                .map(labels -> labels.get(KernelLabels.KERNEL_ID));
    }

    private static Optional<String> keepUntil(HasMetadata object) {
        return Optional.ofNullable(object.getMetadata().getAnnotations())
                .map(annotations -> annotations.get(KeepUntil.ANNOTATION));
    }
}
