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
 * @param client the client to write with
 * @param component the component that reports the Events
 * @param clock the clock for their times
 */
public record EventRecorder(KubernetesClient client, String component, Clock clock) {

    /** The type of an Event. */
    public enum Type {
        /** No action is necessary. */
        Normal,
        /** Action may be necessary. */
        Warning
    }

    /** Returns the reference to an object that Events about it have. */
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
     * Writes an Event.
     *
     * @param reason one CamelCase word
     * @param message a sentence for users
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
