package io.elasticjupyter.cull;

import io.elasticjupyter.api.v1alpha1.Conditions;
import io.elasticjupyter.api.v1alpha1.CullingStatus;
import io.elasticjupyter.api.v1alpha1.JupyterGateway;
import io.elasticjupyter.api.v1alpha1.JupyterGatewayStatus;
import io.elasticjupyter.api.v1alpha1.JupyterKernelStatus;
import io.elasticjupyter.api.v1alpha1.KernelActivityStatus;
import io.elasticjupyter.api.v1alpha1.KernelCounts;
import io.elasticjupyter.cull.CullResult.Culled;
import io.elasticjupyter.cull.policy.KeepUntil;
import io.elasticjupyter.cull.policy.KernelActivity;
import io.elasticjupyter.kubernetes.StatusWriter;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.time.Clock;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The cull function's part of the status of gateways and kernels.
 *
 * @param writer writes it
 * @param clock the time of conditions and culls
 */
record CullStatus(StatusWriter writer, Clock clock) {

    private static final int MAX_ATTEMPTS = 5;

    private static final CullingStatus NO_CULLS = new CullingStatus(null, null, 0, null, 0);

    /** Returns the instant of the next cull in a gateway's status; empty when it is absent or invalid. */
    static Optional<Instant> armed(JupyterGateway gateway) {
        try {
            return Optional.ofNullable(culling(gateway).nextCull()).map(Instant::parse);
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

    /** Returns whether the gateway's kernels could not be read according to its status. */
    static boolean unreachable(JupyterGateway gateway) {
        return activityKnown(gateway).filter(condition -> condition.getStatus().equals("False")).isPresent();
    }

    /**
     * Writes the gateway's kernels and adds the culled ones to the sums in its status. After a conflict the gateway is read again,
     * so that no concurrent cull's sums are lost.
     *
     * @param kernels the kernels that remain
     * @param next when the next cull is scheduled
     */
    void write(JupyterGateway gateway, List<KernelActivity> kernels, List<Culled> culled, Optional<Instant> next) {
        int busy = (int) kernels.stream().filter(kernel -> kernel.state() == KernelActivity.State.BUSY).count();
        KernelCounts counts = new KernelCounts(kernels.size(), busy, kernels.size() - busy);
        JupyterGateway current = gateway;
        for (int attempt = 1; current != null; attempt++) {
            try {
                write(current, counts, sum(culling(current), culled, next), "True", "GatewayReachable",
                        "The gateway lists its kernels and their activity.");
                return;
            } catch (KubernetesClientException e) {
                if (e.getCode() != HttpURLConnection.HTTP_CONFLICT || attempt == MAX_ATTEMPTS) {
                    throw e;
                }
                current = writer.client().resource(gateway).get();
            }
        }
    }

    /**
     * Writes that the activity of the gateway's kernels is unknown. Their counts remain.
     *
     * @param failure the predicate of a sentence whose subject is the gateway
     */
    void writeUnreachable(JupyterGateway gateway, String failure, Optional<Instant> next) {
        KernelCounts counts = gateway.getStatus() == null ? null : gateway.getStatus().kernels();
        write(gateway, counts, sum(culling(gateway), List.of(), next), "False", "GatewayUnreachable",
                "The gateway " + failure + ". None of its kernels is culled until their activity is known.");
    }

    /**
     * Writes a kernel's activity to its JupyterKernel, and whether its annotation is valid.
     *
     * @param activity the activity; empty if the gateway does not list the kernel
     */
    void write(IndexedKernel kernel, Optional<KernelActivity> activity, Optional<Instant> due,
            Optional<KeepUntil> keepUntil) {
        Optional<KernelActivityStatus> now = activity.map(known -> new KernelActivityStatus(
                known.state().name().toLowerCase(Locale.ROOT), seconds(known.lastActivity()),
                due.map(CullStatus::seconds).orElse(null))).or(kernel::activity);
        Optional<Condition> invalid = keepUntil.flatMap(KeepUntil::fault)
                .map(fault -> new Conditions(kernel.keepUntilValid().stream().toList())
                        .withTransitionTime(new ConditionBuilder()
                                .withType(JupyterKernelStatus.KEEP_UNTIL_VALID).withStatus("False")
                                .withReason(fault.reason()).withMessage(fault.message()).build(), clock.instant()));
        if (now.equals(kernel.activity()) && invalid.equals(kernel.keepUntilValid())) {
            return;
        }
        Map<String, Object> fields = new LinkedHashMap<>();
        now.ifPresent(known -> fields.put("activity", known));
        invalid.ifPresent(condition -> fields.put("conditions", List.of(condition)));
        try {
            writer.apply(kernel.reference(), null, fields);
        } catch (KubernetesClientException e) {
            // The kernel is gone, and another one may have its name.
            if (e.getCode() != HttpURLConnection.HTTP_NOT_FOUND && e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
                throw e;
            }
        }
    }

    private CullingStatus sum(CullingStatus before, List<Culled> culled, Optional<Instant> next) {
        Map<String, Quantity> reclaimed = new TreeMap<>(Objects.requireNonNullElse(before.reclaimed(), Map.of()));
        culled.forEach(each -> each.reclaimed()
                .forEach((resource, quantity) -> reclaimed.merge(resource, quantity, Quantity::add)));
        return new CullingStatus(
                next.map(Instant::toString).orElse(null),
                culled.isEmpty() ? before.lastCull() : seconds(clock.instant()),
                before.culled() + culled.size(),
                reclaimed.isEmpty() ? null : reclaimed,
                before.idleSeconds() + culled.stream().mapToLong(Culled::idleSeconds).sum());
    }

    private void write(JupyterGateway gateway, KernelCounts counts, CullingStatus culling, String known, String reason,
            String message) {
        JupyterGatewayStatus status = gateway.getStatus();
        Optional<Condition> before = activityKnown(gateway);
        Condition condition = Conditions.of(status).withTransitionTime(new ConditionBuilder()
                .withType(JupyterGatewayStatus.ACTIVITY_KNOWN).withStatus(known).withReason(reason).withMessage(message)
                .build(), clock.instant());
        if (status != null && Objects.equals(status.kernels(), counts) && culling.equals(status.culling())
                && before.filter(condition::equals).isPresent()) {
            return;
        }
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("culling", culling);
        fields.put("conditions", List.of(condition));
        if (counts != null) {
            fields.put("kernels", counts);
        }
        writer.apply(gateway, fields);
    }

    private static Optional<Condition> activityKnown(JupyterGateway gateway) {
        return Conditions.of(gateway.getStatus()).find(JupyterGatewayStatus.ACTIVITY_KNOWN);
    }

    private static CullingStatus culling(JupyterGateway gateway) {
        return gateway.getStatus() == null || gateway.getStatus().culling() == null
                ? NO_CULLS
                : gateway.getStatus().culling();
    }

    private static String seconds(Instant instant) {
        return instant.truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
