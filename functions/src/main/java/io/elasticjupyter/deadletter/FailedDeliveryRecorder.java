package io.elasticjupyter.deadletter;

import io.elasticjupyter.api.v1alpha1.FailedDeliveries;
import io.elasticjupyter.api.v1alpha1.JupyterResource;
import io.elasticjupyter.api.v1alpha1.JupyterStatus;
import io.elasticjupyter.event.ResourceId;
import io.elasticjupyter.kubernetes.EventRecorder;
import io.elasticjupyter.kubernetes.StatusPatch;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Records on a resource that an event about it could not be delivered: as a condition, a count and an Event. */
final class FailedDeliveryRecorder {

    private static final String FIELD_MANAGER = "elastic-jupyter-dead-letter";

    /**
     * The minimum time between two records on the same resource. A record changes the resource and so causes another event, which
     * may fail too; without a minimum that would go on for ever.
     */
    private static final Duration MIN_INTERVAL = Duration.ofMinutes(10);

    private final KubernetesClient client;
    private final StatusPatch patch;
    private final EventRecorder events;
    private final Clock clock;

    FailedDeliveryRecorder(KubernetesClient client, Clock clock) {
        this.client = client;
        this.patch = new StatusPatch(client, FIELD_MANAGER);
        this.events = new EventRecorder(client, FIELD_MANAGER, clock);
        this.clock = clock;
    }

    /**
     * Records a failed delivery. Returns false when nothing was recorded, because the resource is gone or has a recent record.
     *
     * @throws KubernetesClientException when a request to the API server fails
     */
    boolean record(ResourceId id, DeadLetter letter) {
        GenericKubernetesResource resource = client.genericKubernetesResources(JupyterResource.definition(id.kind()))
                .inNamespace(id.namespace()).withName(id.name()).get();
        Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
        if (resource == null || resource.isMarkedForDeletion() || hasRecentFailure(resource, now)) {
            return false;
        }
        int count = 1 + before(resource).map(FailedDeliveries::count).orElse(0);
        String message = "%s %s. Delivery was given up at %s; failed deliveries of this resource so far: %d.".formatted(
                letter.function(), letter.failure(), now, count);
        Condition condition = new ConditionBuilder().withType(JupyterStatus.DELIVERED).withStatus("False")
                .withReason("DeliveryFailed").withMessage(message)
                .withObservedGeneration(resource.getMetadata().getGeneration())
                .withLastTransitionTime(undelivered(resource)
                        .map(before -> (String) before.get("lastTransitionTime")).orElse(now.toString()))
                .build();
        try {
            patch.apply(resource, Map.of("conditions", List.of(condition), "failedDeliveries",
                    new FailedDeliveries(count, now.toString())));
        } catch (KubernetesClientException e) {
            if (e.getCode() == HttpURLConnection.HTTP_NOT_FOUND) {
                return false;
            }
            throw e;
        }
        events.record(EventRecorder.about(resource), EventRecorder.Type.Warning, "DeliveryFailed", message);
        return true;
    }

    private boolean hasRecentFailure(GenericKubernetesResource resource, Instant now) {
        return undelivered(resource).isPresent()
                && before(resource).filter(it -> Instant.parse(it.last()).isAfter(now.minus(MIN_INTERVAL))).isPresent();
    }

    private Optional<FailedDeliveries> before(GenericKubernetesResource resource) {
        return Optional.ofNullable(resource.get("status", "failedDeliveries"))
                .map(it -> client.getKubernetesSerialization().convertValue(it, FailedDeliveries.class));
    }

    /** Returns the condition of an earlier failed delivery after which no reconcile has succeeded yet. */
    private static Optional<Map<String, Object>> undelivered(GenericKubernetesResource resource) {
        List<Map<String, Object>> conditions = resource.get("status", "conditions");
        return conditions == null
                ? Optional.empty()
                : conditions.stream().filter(condition -> JupyterStatus.DELIVERED.equals(condition.get("type"))
                        && "False".equals(condition.get("status"))).findFirst();
    }
}
