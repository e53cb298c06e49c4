package io.elasticjupyter.deadletter;

import io.elasticjupyter.api.v1alpha1.Conditions;
import io.elasticjupyter.api.v1alpha1.FailedDeliveries;
import io.elasticjupyter.api.v1alpha1.JupyterResource;
import io.elasticjupyter.api.v1alpha1.JupyterStatus;
import io.elasticjupyter.event.ResourceId;
import io.elasticjupyter.kubernetes.EventRecorder;
import io.elasticjupyter.kubernetes.StatusWriter;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Records on a resource that an event about it could not be delivered: as a condition, a count and an Event. */
final class FailedDeliveryRecorder {

    private static final String FIELD_MANAGER = "elastic-jupyter-dead-letter";

    /**
     * The minimum time between two records on the same resource, by the resource's own {@code status.failedDeliveries.last}. A
     * record changes the resource and so causes another event, which may fail too; without a minimum that would go on for ever.
     */
    private static final Duration MIN_INTERVAL = Duration.ofMinutes(10);

    private final KubernetesClient client;
    private final StatusWriter status;
    private final EventRecorder events;
    private final Clock clock;

    FailedDeliveryRecorder(KubernetesClient client, Clock clock) {
        this.client = client;
        this.status = new StatusWriter(client, FIELD_MANAGER);
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
        String message = "%s. Its log has the details. Delivery was given up at %s; failed deliveries of this resource so far: %d."
                .formatted(letter.failure(), now, count);
        Condition condition = conditions(resource).withTransitionTime(new ConditionBuilder()
                .withType(JupyterStatus.DELIVERED).withStatus("False")
                .withReason("DeliveryFailed").withMessage(message)
                .withObservedGeneration(resource.getMetadata().getGeneration())
                .build(), now);
        try {
            status.apply(resource, Map.of("conditions", List.of(condition), "failedDeliveries",
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
        return before(resource).map(FailedDeliveries::last).flatMap(FailedDeliveryRecorder::instant)
                .filter(last -> Duration.between(last, now).abs().compareTo(MIN_INTERVAL) < 0).isPresent();
    }

    private static Optional<Instant> instant(String text) {
        try {
            return Optional.ofNullable(text).map(Instant::parse);
        } catch (DateTimeException e) {
            // Not written by this function, so it is no record of a failure.
            return Optional.empty();
        }
    }

    private Optional<FailedDeliveries> before(GenericKubernetesResource resource) {
        return Optional.ofNullable(resource.get("status", "failedDeliveries"))
                .map(it -> client.getKubernetesSerialization().convertValue(it, FailedDeliveries.class));
    }

    private Conditions conditions(GenericKubernetesResource resource) {
        List<Object> conditions = Objects.requireNonNullElse(resource.get("status", "conditions"), List.of());
        return new Conditions(conditions.stream()
                .map(it -> client.getKubernetesSerialization().convertValue(it, Condition.class)).toList());
    }
}
