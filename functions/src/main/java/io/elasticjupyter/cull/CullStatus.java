package io.elasticjupyter.cull;

import io.elasticjupyter.api.v1alpha1.Conditions;
import io.elasticjupyter.api.v1alpha1.CullingStatus;
import io.elasticjupyter.api.v1alpha1.JupyterGateway;
import io.elasticjupyter.api.v1alpha1.JupyterGatewayStatus;
import io.elasticjupyter.api.v1alpha1.JupyterKernelStatus;
import io.elasticjupyter.api.v1alpha1.KernelActivityStatus;
import io.elasticjupyter.api.v1alpha1.KernelCounts;
import io.elasticjupyter.api.v1alpha1.TerminatingKernel;
import io.elasticjupyter.cull.policy.CullTotals;
import io.elasticjupyter.cull.policy.KeepUntil;
import io.elasticjupyter.cull.policy.KernelActivity;
import io.elasticjupyter.kubernetes.StatusWriter;
import io.elasticjupyter.workload.ResourceAmounts;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.time.Clock;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The cull function's part of the status of gateways and kernels. After a conflict, a gateway is read again and its status is computed
 * again, so that nothing that a concurrent run has written is lost.
 *
 * @param writer writes it
 * @param clock the time of conditions and culls
 */
record CullStatus(StatusWriter writer, Clock clock) {

    private static final int MAX_ATTEMPTS = 10;

    /**
     * The fields of a gateway's status that the cull function writes.
     *
     * @param kernels the number of kernels
     * @param culling the next cull and the totals
     * @param conditions the conditions of the cull function
     */
    private record Part(KernelCounts kernels, CullingStatus culling, List<Condition> conditions) {

        static Part of(JupyterGateway gateway) {
            JupyterGatewayStatus status = gateway.getStatus();
            return status == null
                    ? new Part(null, null, List.of())
                    : new Part(status.kernels(), status.culling(),
                            Stream.of(JupyterGatewayStatus.ACTIVITY_KNOWN, JupyterGatewayStatus.CULL_SCHEDULED)
                                    .flatMap(type -> Conditions.of(status).find(type).stream()).toList());
        }

        Map<String, Object> fields() {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("culling", culling);
            fields.put("conditions", conditions);
            if (kernels != null) {
                fields.put("kernels", kernels);
            }
            return fields;
        }
    }

    /**
     * The outcome of a cull.
     *
     * @param kernels which kernels were deleted
     * @param armed the schedule of the next cull; empty to leave it as it is
     */
    record Outcome(CullTotals.Outcome kernels, Optional<CullPingSource.Armed> armed) {}

    /** A kernel that its gateway lists. */
    record Listed(IndexedKernel kernel, KernelActivity activity) {}

    /** Returns the instant of the next cull in a gateway's status; empty when it is absent or invalid. */
    static Optional<Instant> armed(JupyterGateway gateway) {
        return armed(Part.of(gateway));
    }

    private static Optional<Instant> armed(Part part) {
        try {
            return Optional.ofNullable(part.culling()).map(CullingStatus::nextCull).map(Instant::parse);
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

    /** Returns the number of kernels in a gateway's status. */
    static int kernels(JupyterGateway gateway) {
        KernelCounts counts = Part.of(gateway).kernels();
        return counts == null ? 0 : counts.total();
    }

    /** Returns the kernels whose culling has begun according to a gateway's status. */
    static List<TerminatingKernel> recorded(JupyterGateway gateway) {
        return CullTotals.recorded(Part.of(gateway).culling());
    }

    /** Returns whether the gateway's kernels could not be read according to its status. */
    static boolean unreachable(JupyterGateway gateway) {
        return Conditions.of(gateway.getStatus()).find(JupyterGatewayStatus.ACTIVITY_KNOWN)
                .filter(condition -> condition.getStatus().equals("False")).isPresent();
    }

    /** Records kernels before they are deleted. Returns the gateway as it is then. */
    JupyterGateway begin(JupyterGateway gateway, List<TerminatingKernel> kernels) {
        update(gateway, before -> new Part(before.kernels(), CullTotals.begin(before.culling(), kernels),
                before.conditions()));
        return read(gateway).orElse(gateway);
    }

    /**
     * Writes the gateway's kernels, and counts the deleted ones.
     *
     * @param kernels the kernels that remain
     */
    void write(JupyterGateway gateway, List<Listed> kernels, Outcome outcome) {
        write(gateway, Optional.of(counts(kernels)), outcome, "True", "GatewayReachable",
                "The gateway lists its kernels and their activity.");
    }

    private static KernelCounts counts(List<Listed> kernels) {
        List<Listed> busy = kernels.stream().filter(each -> each.activity().isBusy()).toList();
        int gpus = gpus(kernels);
        return new KernelCounts(kernels.size(), busy.size(), kernels.size() - busy.size(), gpus, gpus - gpus(busy));
    }

    private static int gpus(List<Listed> kernels) {
        return kernels.stream().mapToInt(each -> ResourceAmounts.gpus(each.kernel().pod().requests())).sum();
    }

    /**
     * Writes that the activity of the gateway's kernels is unknown. Their counts remain.
     *
     * @param failure the predicate of a sentence whose subject is the gateway
     */
    void writeUnreachable(JupyterGateway gateway, String failure, Outcome outcome) {
        write(gateway, Optional.empty(), outcome, "False", "GatewayUnreachable",
                "The gateway " + failure + ". None of its kernels is culled until their activity is known.");
    }

    private void write(JupyterGateway gateway, Optional<KernelCounts> kernels, Outcome outcome, String known,
            String reason, String message) {
        update(gateway, before -> {
            List<Condition> conditions = new ArrayList<>();
            conditions.add(condition(before, JupyterGatewayStatus.ACTIVITY_KNOWN, known, reason, message));
            if (outcome.armed().isPresent()) {
                outcome.armed().get().problem().ifPresent(problem -> conditions
                        .add(condition(before, JupyterGatewayStatus.CULL_SCHEDULED, "False", "NameTaken", problem)));
            } else {
                new Conditions(before.conditions()).find(JupyterGatewayStatus.CULL_SCHEDULED)
                        .ifPresent(conditions::add);
            }
            return new Part(kernels.orElse(before.kernels()),
                    CullTotals.end(before.culling(), outcome.kernels(),
                            outcome.armed().map(CullPingSource.Armed::at).orElseGet(() -> armed(before)),
                            clock.instant()),
                    conditions);
        });
    }

    private Condition condition(Part before, String type, String status, String reason, String message) {
        return new Conditions(before.conditions()).withTransitionTime(new ConditionBuilder()
                .withType(type).withStatus(status).withReason(reason).withMessage(message).build(), clock.instant());
    }

    private void update(JupyterGateway gateway, Function<Part, Part> change) {
        Optional<JupyterGateway> current = Optional.of(gateway);
        for (int attempt = 1; current.isPresent(); attempt++) {
            Part before = Part.of(current.get());
            Part after = change.apply(before);
            if (after.equals(before)) {
                return;
            }
            try {
                writer.apply(current.get(), after.fields());
                return;
            } catch (KubernetesClientException e) {
                if (e.getCode() != HttpURLConnection.HTTP_NOT_FOUND
                        && (e.getCode() != HttpURLConnection.HTTP_CONFLICT || attempt == MAX_ATTEMPTS)) {
                    throw e;
                }
                current = read(gateway);
            }
        }
    }

    /** Returns the gateway as it is now; empty if it is gone, or another one has its name. */
    private Optional<JupyterGateway> read(JupyterGateway gateway) {
        return Optional.ofNullable(writer.client().resource(gateway).get())
                .filter(now -> now.getMetadata().getUid().equals(gateway.getMetadata().getUid()));
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
                known.isBusy() ? null : seconds(known.lastActivity()),
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

    private static String seconds(Instant instant) {
        return instant.truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
