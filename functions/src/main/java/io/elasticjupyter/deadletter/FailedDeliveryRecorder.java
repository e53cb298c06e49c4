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
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Says on resources that an event about them was given up: a condition, a count, and an Event. */
final class FailedDeliveryRecorder {

    private static final String FIELD_MANAGER = "elastic-jupyter-dead-letter";

    /**
     * A mark is a change of the resource, and so an event that may be given up in its turn. That ends here; the resync comes
     * as often.
     */
    private static final Duration QUIET = Duration.ofMinutes(10);

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
     * Records a failed delivery, and returns whether it did: not when the resource is gone, and not twice within ten minutes.
     *
     * @throws KubernetesClientException when the API server is away, slow, or reports a conflict
     */
    boolean mark(ResourceId id, DeadLetter letter) {
        GenericKubernetesResource resource = client.genericKubernetesResources(JupyterResource.definition(id.kind()))
                .inNamespace(id.namespace()).withName(id.name()).get();
        Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
        if (resource == null || resource.isMarkedForDeletion() || quiet(resource, now)) {
            return false;
        }
        int count = 1 + before(resource).map(FailedDeliveries::count).orElse(0);
        String message = "%s %s. It was given up at %s; in all, %d of this resource's events were.".formatted(
                letter.function(), letter.failure(), now, count);
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

    private boolean quiet(GenericKubernetesResource resource, Instant now) {
        return conditions(resource).find(JupyterStatus.DELIVERED).filter(it -> "False".equals(it.getStatus()))
                .isPresent()
                && before(resource).filter(it -> Instant.parse(it.last()).isAfter(now.minus(QUIET))).isPresent();
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
