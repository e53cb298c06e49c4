package io.elasticjupyter.session;

import io.elasticjupyter.api.v1alpha1.JupyterGateway;
import io.elasticjupyter.api.v1alpha1.JupyterKernel;
import io.elasticjupyter.api.v1alpha1.JupyterKernelStatus;
import io.elasticjupyter.event.KernelSessionsEvent;
import io.elasticjupyter.kubernetes.EventRecorder;
import io.elasticjupyter.kubernetes.Parallel;
import io.elasticjupyter.kubernetes.StatusWriter;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Map.Entry;

/**
 * Records on JupyterKernels what became of them when their gateway restarted: an Event, and the condition
 * {@link JupyterKernelStatus#REATTACHED}.
 *
 * @param client the client to write with
 * @param clock the time of the condition
 */
record ReattachmentRecorder(KubernetesClient client, Clock clock) {

    private static final int AT_ONCE = 8;

    /**
     * Records what a gateway reports after its restart.
     *
     * @param kernels the gateway's kernels, by their ids
     * @return the number of kernels on which something was recorded
     */
    int record(KernelSessionsEvent report, Map<String, JupyterKernel> kernels) {
        List<Entry<String, JupyterKernel>> all = List.copyOf(kernels.entrySet());
        return (int) Parallel.map(all, AT_ONCE, kernel -> record(report, kernel.getKey(), kernel.getValue()))
                .stream().filter(Boolean::booleanValue).count();
    }

    private boolean record(KernelSessionsEvent report, String id, JupyterKernel kernel) {
        if (report.reattached().contains(id)) {
            write(kernel, true, "Reattached", "The gateway's pod '" + report.pod()
                    + "' has connected to the running kernel again.");
        } else if (report.lost().contains(id)) {
            write(kernel, false, "KernelNotRunning", "The gateway's pod '" + report.pod()
                    + "' could not connect to the kernel again, because the kernel's pod is not running.");
        } else if (!report.known().contains(id) && isStarted(kernel)) {
            write(kernel, false, "NoSession", "The gateway's pod '" + report.pod()
                    + "' does not know how to connect to the kernel again, because its session was not stored before the"
                    + " gateway ended. The cull function deletes it; start the kernel again.");
        } else {
            return false;
        }
        return true;
    }

    /** A kernel that may still be starting has no session yet. */
    private boolean isStarted(JupyterKernel kernel) {
        return kernel.getStatus() != null && kernel.getStatus().phase() == JupyterKernelStatus.Phase.Running
                && Instant.parse(kernel.getMetadata().getCreationTimestamp())
                        .plus(Duration.ofSeconds(JupyterGateway.KERNEL_LAUNCH_SECONDS)).isBefore(clock.instant());
    }

    /** The time of the condition is that of the last restart, of which the status alone would tell the first. */
    private void write(JupyterKernel kernel, boolean reattached, String reason, String message) {
        ObjectReference about = EventRecorder.about(kernel);
        try {
            new StatusWriter(client, SessionSecrets.FIELD_MANAGER).apply(about, null,
                    Map.of("conditions", List.of(new ConditionBuilder()
                            .withType(JupyterKernelStatus.REATTACHED)
                            .withStatus(reattached ? "True" : "False").withReason(reason).withMessage(message)
                            .withLastTransitionTime(clock.instant().truncatedTo(ChronoUnit.SECONDS).toString())
                            .build())));
        } catch (KubernetesClientException e) {
            // The kernel is gone, and another one may have its name.
            if (e.getCode() != HttpURLConnection.HTTP_NOT_FOUND && e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
                throw e;
            }
            return;
        }
        new EventRecorder(client, SessionSecrets.FIELD_MANAGER, clock).record(about,
                reattached ? EventRecorder.Type.Normal : EventRecorder.Type.Warning,
                reattached ? "Reattached" : "NotReattached", message);
    }
}
