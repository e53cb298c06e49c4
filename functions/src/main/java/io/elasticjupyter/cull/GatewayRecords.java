package io.elasticjupyter.cull;

import io.elasticjupyter.api.v1alpha1.CullingStatus;
import io.elasticjupyter.api.v1alpha1.JupyterGateway;
import io.elasticjupyter.api.v1alpha1.JupyterGatewayStatus;
import io.elasticjupyter.api.v1alpha1.KernelCounts;
import io.elasticjupyter.cull.CullResult.Culled;
import io.elasticjupyter.cull.policy.CullSchedule;
import io.elasticjupyter.cull.policy.KernelActivity;
import io.elasticjupyter.kubernetes.StatusWriter;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceBuilder;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.net.HttpURLConnection;
import java.time.Clock;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/** What a look leaves behind at its gateway: the status, and the PingSource that fires the next look. */
final class GatewayRecords {

    static final ResourceDefinitionContext PING_SOURCES = new ResourceDefinitionContext.Builder()
            .withGroup("sources.knative.dev").withVersion("v1").withKind("PingSource").withPlural("pingsources")
            .withNamespaced(true).build();

    private static final int MOST_ATTEMPTS = 5;

    private static final CullingStatus NOTHING_YET = new CullingStatus(null, null, 0, null, 0);

    private final KubernetesClient client;
    private final PingSink sink;
    private final Clock clock;

    GatewayRecords(KubernetesClient client, PingSink sink, Clock clock) {
        this.client = client;
        this.sink = sink;
        this.clock = clock;
    }

    /** Returns the instant of the next look according to the gateway's status; empty when there is none or it is no instant. */
    static Optional<Instant> armed(JupyterGateway gateway) {
        try {
            return Optional.ofNullable(before(gateway).nextCull()).map(Instant::parse);
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

    /** Returns whether the gateway's status does not say that it could not be asked. */
    static boolean answered(JupyterGateway gateway) {
        return activityKnown(gateway).filter(condition -> condition.getStatus().equals("False")).isEmpty();
    }

    private static Optional<Condition> activityKnown(JupyterGateway gateway) {
        JupyterGatewayStatus status = gateway.getStatus();
        return status == null || status.conditions() == null
                ? Optional.empty()
                : status.conditions().stream().filter(c -> c.getType().equals(JupyterGatewayStatus.ACTIVITY_KNOWN))
                        .findFirst();
    }

    /** Fires the cull function at that instant; with none, not at all. */
    void arm(JupyterGateway gateway, Optional<Instant> next) {
        String namespace = gateway.getMetadata().getNamespace();
        String name = gateway.getMetadata().getName();
        var pingSource = client.genericKubernetesResources(PING_SOURCES).inNamespace(namespace)
                .withName(name + "-cull");
        if (next.isEmpty()) {
            pingSource.delete();
            return;
        }
        pingSource.patch(StatusWriter.applyAs(GatewayCull.FIELD_MANAGER), new GenericKubernetesResourceBuilder()
                .withApiVersion("sources.knative.dev/v1")
                .withKind("PingSource")
                .withNewMetadata()
                .withName(name + "-cull")
                .withNamespace(namespace)
                .addToLabels("app.kubernetes.io/managed-by", "elastic-jupyter")
                .withOwnerReferences(
                        new OwnerReferenceBuilder().withApiVersion(gateway.getApiVersion()).withKind(gateway.getKind())
                                .withName(name).withUid(gateway.getMetadata().getUid()).withController(true).build())
                .endMetadata()
                .addToAdditionalProperties("spec", Map.of(
                        "schedule", CullSchedule.cron(next.get()),
                        "timezone", "UTC",
                        "contentType", "application/json",
                        "data", "{\"gateway\":\"" + name + "\",\"namespace\":\"" + namespace + "\"}",
                        // A Trigger knows by this what the ping is for.
                        "ceOverrides", Map.of("extensions", Map.of("function", "cullKernels")),
                        "sink", sink.destination()))
                .build());
    }

    /**
     * Writes what was found and done, if it differs from what stands there. What was done is added to what the status says at
     * that moment, so when somebody else wrote it in between, it is read again.
     */
    void write(JupyterGateway gateway, List<KernelActivity> kernels, List<Culled> culled, Optional<Instant> next) {
        int busy = (int) kernels.stream().filter(kernel -> kernel.state() == KernelActivity.State.BUSY).count();
        KernelCounts counts = new KernelCounts(kernels.size(), busy, kernels.size() - busy);
        JupyterGateway current = gateway;
        for (int attempt = 1; current != null; attempt++) {
            try {
                write(current, counts, sum(before(current), culled, next), "True", "Answered",
                        "The gateway has said what its kernels do.");
                return;
            } catch (KubernetesClientException e) {
                if (e.getCode() != HttpURLConnection.HTTP_CONFLICT || attempt == MOST_ATTEMPTS) {
                    throw e;
                }
                current = client.resource(gateway).get();
            }
        }
    }

    /** Writes that the gateway could not be asked. Its kernels are counted as they were. */
    void writeUnknown(JupyterGateway gateway, String why, Optional<Instant> next) {
        KernelCounts counts = gateway.getStatus() == null ? null : gateway.getStatus().kernels();
        write(gateway, counts, sum(before(gateway), List.of(), next), "False", "GatewayUnreachable",
                "The gateway " + why + ". None of its kernels is deleted until it does.");
    }

    private CullingStatus sum(CullingStatus before, List<Culled> culled, Optional<Instant> next) {
        Map<String, Quantity> reclaimed = new TreeMap<>(Objects.requireNonNullElse(before.reclaimed(), Map.of()));
        culled.forEach(each -> each.reclaimed()
                .forEach((resource, quantity) -> reclaimed.merge(resource, quantity, Quantity::add)));
        return new CullingStatus(
                next.map(Instant::toString).orElse(null),
                culled.isEmpty() ? before.lastCull() : now(),
                before.culled() + culled.size(),
                reclaimed.isEmpty() ? null : reclaimed,
                before.idleSeconds() + culled.stream().mapToLong(Culled::idleSeconds).sum());
    }

    private void write(JupyterGateway gateway, KernelCounts counts, CullingStatus culling, String known, String reason,
            String message) {
        JupyterGatewayStatus status = gateway.getStatus();
        Optional<Condition> before = activityKnown(gateway);
        Condition condition = new ConditionBuilder()
                .withType(JupyterGatewayStatus.ACTIVITY_KNOWN).withStatus(known).withReason(reason).withMessage(message)
                .withLastTransitionTime(before.filter(b -> b.getStatus().equals(known))
                        .map(Condition::getLastTransitionTime).orElseGet(this::now))
                .build();
        if (status != null && Objects.equals(status.kernels(), counts) && culling.equals(status.culling())
                && before.filter(condition::equals).isPresent()) {
            return;
        }
        Map<String, Object> ours = new LinkedHashMap<>();
        ours.put("culling", culling);
        ours.put("conditions", List.of(condition));
        if (counts != null) {
            ours.put("kernels", counts);
        }
        new StatusWriter(client, GatewayCull.FIELD_MANAGER).apply(gateway, ours);
    }

    private static CullingStatus before(JupyterGateway gateway) {
        return gateway.getStatus() == null || gateway.getStatus().culling() == null
                ? NOTHING_YET
                : gateway.getStatus().culling();
    }

    private String now() {
        return clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
