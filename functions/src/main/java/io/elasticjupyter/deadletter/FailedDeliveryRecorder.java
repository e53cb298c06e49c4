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

/** Says on resources that an event about them was given up: a condition, a count, and an Event. */
final class FailedDeliveryRecorder {

    private static final String FIELD_MANAGER = "elastic-jupyter-dead-letter";

    /**
     * A mark is a change of the resource, and so an event that may be given up in its turn. That ends here; the resync comes
     * as often.
     */
    private static final Duration QUIET = Duration.ofMinutes(10);

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
     * FailedDeliveryRecorder a resource, and says whether it did: not when it is gone, and not twice within ten minutes.
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

    private boolean quiet(GenericKubernetesResource resource, Instant now) {
        return undelivered(resource).isPresent()
                && before(resource).filter(it -> Instant.parse(it.last()).isAfter(now.minus(QUIET))).isPresent();
    }

    private Optional<FailedDeliveries> before(GenericKubernetesResource resource) {
        return Optional.ofNullable(resource.get("status", "failedDeliveries"))
                .map(it -> client.getKubernetesSerialization().convertValue(it, FailedDeliveries.class));
    }

    /** The mark of an earlier event for which no later run has made up yet. */
    private static Optional<Map<String, Object>> undelivered(GenericKubernetesResource resource) {
        List<Map<String, Object>> conditions = resource.get("status", "conditions");
        return conditions == null
                ? Optional.empty()
                : conditions.stream().filter(condition -> JupyterStatus.DELIVERED.equals(condition.get("type"))
                        && "False".equals(condition.get("status"))).findFirst();
    }
}
