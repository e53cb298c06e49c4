package io.elasticjupyter.kubernetes;

import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.UUID;

/**
 * Writes Events, which {@code kubectl describe} shows under the object that they are about.
 *
 * @param client where to
 * @param component who says it
 * @param clock when
 */
public record EventRecorder(KubernetesClient client, String component, Clock clock) {

    /** Whether somebody should act. */
    public enum Type {
        /** All is well. */
        Normal,
        /** Somebody should act. */
        Warning
    }

    /** What an Event about that object refers to. */
    public static ObjectReference about(HasMetadata object) {
        return new ObjectReferenceBuilder()
                .withApiVersion(object.getApiVersion())
                .withKind(object.getKind())
                .withNamespace(object.getMetadata().getNamespace())
                .withName(object.getMetadata().getName())
                .withUid(object.getMetadata().getUid())
                .build();
    }

    /**
     * Writes one.
     *
     * @param reason one CamelCase word
     * @param message a sentence for a person
     */
    public void record(ObjectReference about, Type type, String reason, String message) {
        String now = clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
        client.v1().events().inNamespace(about.getNamespace()).resource(new EventBuilder()
                .withNewMetadata()
                .withName(about.getName() + "." + UUID.randomUUID())
                .withNamespace(about.getNamespace())
                .endMetadata()
                .withInvolvedObject(about)
                .withType(type.name())
                .withReason(reason)
                .withMessage(message)
                .withNewSource().withComponent(component).endSource()
                .withFirstTimestamp(now)
                .withLastTimestamp(now)
                .withCount(1)
                .build()).create();
    }
}
