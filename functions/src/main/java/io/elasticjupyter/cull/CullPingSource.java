package io.elasticjupyter.cull;

import io.elasticjupyter.api.v1alpha1.JupyterGateway;
import io.elasticjupyter.cull.policy.CullSchedule;
import io.elasticjupyter.kubernetes.AppliedFields;
import io.elasticjupyter.kubernetes.EventRecorder;
import io.elasticjupyter.kubernetes.Labels;
import io.elasticjupyter.kubernetes.ObjectDeletion;
import io.elasticjupyter.kubernetes.OwnerReferences;
import io.elasticjupyter.kubernetes.Pages;
import io.elasticjupyter.kubernetes.StatusWriter;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.net.HttpURLConnection;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The PingSources that fire a function at one instant: that of a gateway the cull function, and that of a waiting pod the reclaim
 * function. Runs can overlap, so each write has the version that was read before the kernels as its precondition.
 *
 * @param client reads and applies the PingSource
 * @param fieldManager the field manager of its fields
 * @param sink the sink of its events
 * @param clock tells whether the instant has passed when the PingSource is written
 */
record CullPingSource(KubernetesClient client, String fieldManager, PingSink sink, Clock clock) {

    static final ResourceDefinitionContext PING_SOURCES = new ResourceDefinitionContext.Builder()
            .withGroup("sources.knative.dev").withVersion("v1").withKind("PingSource").withPlural("pingsources")
            .withNamespaced(true).build();

    private static final int MAX_ATTEMPTS = 5;

    private static final String SUFFIX = "-cull";

    /**
     * What is scheduled.
     *
     * @param at when the next cull fires
     * @param problem why it does not, as a sentence; empty if it does or if none is needed
     */
    record Armed(Optional<Instant> at, Optional<String> problem) {}

    /**
     * A PingSource.
     *
     * @param owner the object that controls it
     * @param name its name
     * @param data the data of its event
     * @param extensions the extension attributes of its event
     * @param destination the value of its {@code spec.sink}
     */
    private record Ping(HasMetadata owner, String name, String data, Map<String, String> extensions,
            Map<String, Object> destination) {

        String namespace() {
            return owner.getMetadata().getNamespace();
        }
    }

    /** Returns the PingSources of a namespace that have the name of one of a gateway, by name. */
    static Map<String, GenericKubernetesResource> list(KubernetesClient client, String namespace) {
        Map<String, GenericKubernetesResource> found = new HashMap<>();
        try {
            new Pages<>(client.genericKubernetesResources(PING_SOURCES).inNamespace(namespace)).forEach(each -> {
                if (each.getMetadata().getName().endsWith(SUFFIX)) {
                    found.put(each.getMetadata().getName(), each);
                }
            });
        } catch (KubernetesClientException e) {
            // Without Knative's CRDs there are none, and a gateway without kernels needs none.
            if (e.getCode() != HttpURLConnection.HTTP_NOT_FOUND) {
                throw e;
            }
        }
        return found;
    }

    /** Returns the name of the PingSource of a gateway. */
    static String name(JupyterGateway gateway) {
        return gateway.getMetadata().getName() + SUFFIX;
    }

    /**
     * Applies the PingSource of a gateway with the schedule for an instant; deletes it when there is none. If another run has written it
     * since, the earlier of the two schedules remains, because a cull too many does no harm. A PingSource that the gateway does not
     * control is left as it is.
     *
     * @param seen the PingSource as it was before the kernels were read
     * @throws KubernetesClientException when the API server refuses or does not answer, or reports conflicts again and again
     */
    Armed arm(JupyterGateway gateway, Optional<GenericKubernetesResource> seen, Optional<Instant> next) {
        return arm(new Ping(gateway, name(gateway),
                "{\"gateway\":\"" + gateway.getMetadata().getName() + "\",\"namespace\":\""
                        + gateway.getMetadata().getNamespace() + "\"}",
                sink.extensions(gateway), sink.destination()), seen, next);
    }

    /**
     * Applies the PingSource of a pod or a Workload that waits, as that of a gateway.
     *
     * @throws KubernetesClientException when the API server refuses or does not answer, or reports conflicts again and again
     */
    Armed arm(HasMetadata waiting, Instant next) {
        String namespace = waiting.getMetadata().getNamespace();
        Ping ping = new Ping(waiting, "reclaim-" + waiting.getMetadata().getUid(),
                "{\"namespace\":\"" + namespace + "\",\"" + waiting.getKind().toLowerCase(Locale.ROOT) + "\":\""
                        + waiting.getMetadata().getName() + "\"}",
                sink.ofReclaim(waiting), sink.ofReclaim());
        return arm(ping, read(ping), Optional.of(next));
    }

    private Armed arm(Ping ping, Optional<GenericKubernetesResource> seen, Optional<Instant> next) {
        Optional<GenericKubernetesResource> present = seen;
        Optional<Instant> wanted = next;
        for (int attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
            if (present.filter(other -> !OwnerReferences.isControlledBy(other, ping.owner())).isPresent()) {
                return new Armed(Optional.empty(), wanted.map(instant -> nameTaken(ping)));
            }
            if (wanted.isEmpty() && (present.isEmpty() || delete(present.get()))) {
                return new Armed(Optional.empty(), Optional.empty());
            }
            Optional<GenericKubernetesResource> applied = wanted.isEmpty()
                    ? Optional.empty()
                    : apply(ping, present, wanted.get());
            if (applied.isPresent()) {
                Instant now = clock.instant();
                if (CullSchedule.isAhead(wanted.get(), now)) {
                    return new Armed(wanted, Optional.empty());
                }
                present = applied;
                wanted = Optional.of(CullSchedule.retry(now, attempt));
                continue;
            }
            present = read(ping);
            Optional<Instant> others = present.filter(other -> OwnerReferences.isControlledBy(other, ping.owner()))
                    .flatMap(other -> CullSchedule.instant(other.get("spec", "schedule"), clock.instant()))
                    .filter(instant -> CullSchedule.isAhead(instant, clock.instant()));
            Optional<Instant> mine = wanted;
            if (others.filter(instant -> mine.filter(instant::isAfter).isEmpty()).isPresent()) {
                return new Armed(others, Optional.empty());
            }
        }
        throw new KubernetesClientException("PingSource '" + ping.name() + "' in namespace '"
                + ping.namespace() + "' could not be written in time",
                HttpURLConnection.HTTP_CONFLICT, null);
    }

    private String nameTaken(Ping ping) {
        return "PingSource '" + ping.name()
                + "' exists and is not controlled by this " + ping.owner().getKind() + ", so that no culling run is"
                + " scheduled. Delete it, or give this " + ping.owner().getKind() + " another name.";
    }

    private boolean delete(GenericKubernetesResource present) {
        return new ObjectDeletion(client).delete(PING_SOURCES.getPlural(), EventRecorder.about(present),
                present.getMetadata().getResourceVersion());
    }

    /** Returns the applied PingSource; empty when another run has written or deleted it. */
    private Optional<GenericKubernetesResource> apply(Ping ping,
            Optional<GenericKubernetesResource> present, Instant at) {
        GenericKubernetesResource desired = desired(ping, at);
        desired.getMetadata().setResourceVersion(
                present.map(live -> live.getMetadata().getResourceVersion())
                        .orElse(AppliedFields.RESOURCE_VERSION_OF_NO_OBJECT));
        desired.getMetadata().setUid(present.map(live -> live.getMetadata().getUid()).orElse(null));
        try {
            return Optional.of(client.genericKubernetesResources(PING_SOURCES)
                    .inNamespace(ping.namespace()).withName(ping.name())
                    .patch(StatusWriter.applyAs(fieldManager), desired));
        } catch (KubernetesClientException e) {
            if (e.getCode() == HttpURLConnection.HTTP_CONFLICT) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** Lists it, so that the functions need no further right. */
    private Optional<GenericKubernetesResource> read(Ping ping) {
        return client.genericKubernetesResources(PING_SOURCES).inNamespace(ping.namespace())
                .withField("metadata.name", ping.name()).list().getItems().stream().findFirst();
    }

    private GenericKubernetesResource desired(Ping ping, Instant at) {
        return new GenericKubernetesResourceBuilder()
                .withApiVersion("sources.knative.dev/v1")
                .withKind("PingSource")
                .withNewMetadata()
                .withName(ping.name())
                .withNamespace(ping.namespace())
                .addToLabels(Labels.MANAGED_BY, Labels.ELASTIC_JUPYTER)
                .withOwnerReferences(OwnerReferences.controller(ping.owner()))
                .endMetadata()
                .addToAdditionalProperties("spec", Map.of(
                        "schedule", CullSchedule.cron(at),
                        "timezone", "UTC",
                        "contentType", "application/json",
                        "data", ping.data(),
                        "ceOverrides", Map.of("extensions", ping.extensions()),
                        "sink", ping.destination()))
                .build();
    }
}
