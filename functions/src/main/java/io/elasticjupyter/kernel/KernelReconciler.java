package io.elasticjupyter.kernel;

import static io.elasticjupyter.reconcile.Child.child;

import io.elasticjupyter.api.v1alpha1.JupyterGateway;
import io.elasticjupyter.api.v1alpha1.JupyterKernel;
import io.elasticjupyter.api.v1alpha1.JupyterKernelStatus;
import io.elasticjupyter.api.v1alpha1.JupyterKernelStatus.Phase;
import io.elasticjupyter.api.v1alpha1.JupyterKernelTemplate;
import io.elasticjupyter.kubernetes.OwnerReferences;
import io.elasticjupyter.reconcile.Child;
import io.elasticjupyter.reconcile.ConditionsBuilder;
import io.elasticjupyter.reconcile.Observed;
import io.elasticjupyter.reconcile.Readiness;
import io.elasticjupyter.reconcile.Reconciler;
import io.elasticjupyter.reconcile.StartFailure;
import io.elasticjupyter.reconcile.References;
import io.elasticjupyter.workload.DeploymentReadiness;
import io.elasticjupyter.workload.GoOperatorDeployment;
import io.elasticjupyter.workload.ResourceAmounts;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Decides which pod and which status a kernel has. The pod is created once and does not follow changes of the template. A kernel
 * whose status reports a pod that no longer exists has ended, whatever has deleted the pod.
 */
public final class KernelReconciler implements Reconciler<JupyterKernel, JupyterKernelStatus> {

    private final InstantSource clock;

    /** Creates the reconciler with the clock by which a gateway has given up a kernel. */
    public KernelReconciler(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public Class<JupyterKernel> type() {
        return JupyterKernel.class;
    }

    /** A kernel that has a pod no longer needs its template. */
    @Override
    public List<References<JupyterKernel>> references() {
        return List.of(
                References.watched(JupyterKernelTemplate.class,
                        kernel -> KernelEnd.hadPod(kernel)
                                ? List.of()
                                : KernelTemplate.reference(kernel).stream().toList()),
                References.unwatched(JupyterGateway.class,
                        kernel -> KernelEnd.hadPod(kernel) ? List.of() : KernelPlace.gateway(kernel).stream().toList()),
                References.unwatched(Deployment.class,
                        kernel -> mayBeOfTheGoOperator(kernel) ? List.of(GoOperatorDeployment.id(kernel)) : List.of()));
    }

    /** The Go operator's launcher defines the pod of every kernel inline. A kernel whose pod the functions have created has a pod name. */
    private static boolean mayBeOfTheGoOperator(JupyterKernel kernel) {
        return kernel.getSpec().templateRef() == null
                && (kernel.getStatus() == null || kernel.getStatus().podName() == null);
    }

    /** A kernel that runs in a Deployment of the Go operator must not get another pod. It ends with its JupyterKernel or Deployment. */
    @Override
    public Optional<Readiness> hold(JupyterKernel kernel, Observed observed) {
        return ofTheGoOperator(kernel, observed).map(deployment -> DeploymentReadiness.of(Optional.of(deployment)))
                .or(() -> KernelPlace.missing(kernel, observed, clock.instant()));
    }

    @Override
    public boolean hasPeers() {
        return true;
    }

    /** The other kernels of its gateway, if that has a limit. */
    @Override
    public Optional<Predicate<JupyterKernel>> peers(JupyterKernel kernel, Observed observed) {
        return KernelPlace.peers(kernel, observed);
    }

    @Override
    public boolean waitsForPeers(JupyterKernel kernel) {
        return KernelPlace.isMissing(kernel);
    }

    private static Optional<Deployment> ofTheGoOperator(JupyterKernel kernel, Observed observed) {
        return GoOperatorDeployment.of(kernel, "kernel", observed);
    }

    @Override
    public List<Child<JupyterKernel, ?>> children() {
        return List.of(child(Pod.class, KernelPod::desired).watched().createdOnce()
                .endsOwner(kernel -> KernelEnd.of(kernel, clock.instant())));
    }

    /** The gateway of a kernel waits for its pod, and reports a failed one at once. Nobody waits for other kernels. */
    @Override
    public Optional<StartFailure> podToFail(JupyterKernel kernel, Observed observed) {
        return observed.namesake(kernel, Pod.class).filter(pod -> OwnerReferences.isControlledBy(pod, kernel))
                .filter(pod -> kernel.getSpec().launchTimeout() != null && StartFailure.of(pod).isEmpty())
                .flatMap(pod -> KernelPhase.hopeless(pod).map(why -> new StartFailure(pod, why)));
    }

    @Override
    public JupyterKernelStatus status(JupyterKernel kernel, Observed observed, ConditionsBuilder conditions) {
        Optional<Pod> pod = observed.namesake(kernel, Pod.class)
                .filter(present -> OwnerReferences.isControlledBy(present, kernel));
        pod.ifPresent(present -> KernelPhase.addConditions(present, conditions));
        KernelTemplate.addCondition(kernel, conditions);
        return new JupyterKernelStatus(
                kernel.getMetadata().getGeneration(),
                conditions.build(),
                pod.map(KernelPhase::of).orElse(ofTheGoOperator(kernel, observed).isPresent()
                        ? Phase.Running
                        : Phase.Pending),
                pod.map(present -> present.getMetadata().getName()).orElse(null),
                pod.map(Pod::getSpec).map(PodSpec::getNodeName).orElse(null),
                pod.map(Pod::getSpec).map(ResourceAmounts::requests).map(ResourceAmounts::gpus)
                        .filter(gpus -> gpus > 0).orElse(null),
                pod.map(present -> present.getStatus() == null ? null : present.getStatus().getStartTime())
                        .orElse(null),
                pod.flatMap(KernelPhase::completionTime).orElse(null),
                null,
                null);
    }
}
