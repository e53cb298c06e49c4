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
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.net.HttpURLConnection;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The PingSource of a gateway, which fires the cull function at one instant. Runs can overlap, so each write has the version that was
 * read before the kernels as its precondition.
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
     * Applies the PingSource with the schedule for an instant; deletes it when there is none. If another run has written it since, the
     * earlier of the two schedules remains, because a cull too many does no harm. A PingSource that the gateway does not control is
     * left as it is.
     *
     * @param seen the PingSource as it was before the kernels were read
     * @throws KubernetesClientException when the API server refuses or does not answer, or reports conflicts again and again
     */
    Armed arm(JupyterGateway gateway, Optional<GenericKubernetesResource> seen, Optional<Instant> next) {
        Optional<GenericKubernetesResource> present = seen;
        Optional<Instant> wanted = next;
        for (int attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
            if (present.filter(other -> !OwnerReferences.isControlledBy(other, gateway)).isPresent()) {
                return new Armed(Optional.empty(), wanted.map(instant -> nameTaken(gateway)));
            }
            if (wanted.isEmpty() && (present.isEmpty() || delete(present.get()))) {
                return new Armed(Optional.empty(), Optional.empty());
            }
            Optional<GenericKubernetesResource> applied = wanted.isEmpty()
                    ? Optional.empty()
                    : apply(gateway, present, wanted.get());
            if (applied.isPresent()) {
                Instant now = clock.instant();
                if (CullSchedule.isAhead(wanted.get(), now)) {
                    return new Armed(wanted, Optional.empty());
                }
                present = applied;
                wanted = Optional.of(CullSchedule.retry(now, attempt));
                continue;
            }
            present = read(gateway);
            Optional<Instant> others = present.filter(other -> OwnerReferences.isControlledBy(other, gateway))
                    .flatMap(other -> CullSchedule.instant(other.get("spec", "schedule"), clock.instant()))
                    .filter(instant -> CullSchedule.isAhead(instant, clock.instant()));
            Optional<Instant> mine = wanted;
            if (others.filter(instant -> mine.filter(instant::isAfter).isEmpty()).isPresent()) {
                return new Armed(others, Optional.empty());
            }
        }
        throw new KubernetesClientException("PingSource '" + name(gateway) + "' in namespace '"
                + gateway.getMetadata().getNamespace() + "' could not be written in time",
                HttpURLConnection.HTTP_CONFLICT, null);
    }

    private String nameTaken(JupyterGateway gateway) {
        return "PingSource '" + name(gateway)
                + "' exists and is not controlled by this JupyterGateway, so that no culling run is"
                + " scheduled. Delete it, or give this JupyterGateway another name.";
    }

    private boolean delete(GenericKubernetesResource present) {
        return new ObjectDeletion(client).delete(PING_SOURCES.getPlural(), EventRecorder.about(present),
                present.getMetadata().getResourceVersion());
    }

    /** Returns the applied PingSource; empty when another run has written or deleted it. */
    private Optional<GenericKubernetesResource> apply(JupyterGateway gateway,
            Optional<GenericKubernetesResource> present, Instant at) {
        GenericKubernetesResource desired = desired(gateway, at);
        desired.getMetadata().setResourceVersion(
                present.map(live -> live.getMetadata().getResourceVersion())
                        .orElse(AppliedFields.RESOURCE_VERSION_OF_NO_OBJECT));
        desired.getMetadata().setUid(present.map(live -> live.getMetadata().getUid()).orElse(null));
        try {
            return Optional.of(client.genericKubernetesResources(PING_SOURCES)
                    .inNamespace(gateway.getMetadata().getNamespace()).withName(name(gateway))
                    .patch(StatusWriter.applyAs(fieldManager), desired));
        } catch (KubernetesClientException e) {
            if (e.getCode() == HttpURLConnection.HTTP_CONFLICT) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** Lists it, so that the functions need no further right. */
    private Optional<GenericKubernetesResource> read(JupyterGateway gateway) {
        return client.genericKubernetesResources(PING_SOURCES).inNamespace(gateway.getMetadata().getNamespace())
                .withField("metadata.name", name(gateway)).list().getItems().stream().findFirst();
    }

    private GenericKubernetesResource desired(JupyterGateway gateway, Instant at) {
        String namespace = gateway.getMetadata().getNamespace();
        return new GenericKubernetesResourceBuilder()
                .withApiVersion("sources.knative.dev/v1")
                .withKind("PingSource")
                .withNewMetadata()
                .withName(name(gateway))
                .withNamespace(namespace)
                .addToLabels(Labels.MANAGED_BY, Labels.ELASTIC_JUPYTER)
                .withOwnerReferences(OwnerReferences.controller(gateway))
                .endMetadata()
                .addToAdditionalProperties("spec", Map.of(
                        "schedule", CullSchedule.cron(at),
                        "timezone", "UTC",
                        "contentType", "application/json",
                        "data",
                        "{\"gateway\":\"" + gateway.getMetadata().getName() + "\",\"namespace\":\"" + namespace + "\"}",
                        "ceOverrides", Map.of("extensions", sink.extensions(gateway)),
                        "sink", sink.destination()))
                .build();
    }
}
