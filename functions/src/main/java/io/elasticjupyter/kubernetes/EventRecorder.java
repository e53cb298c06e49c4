package io.elasticjupyter.kubernetes;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes Events, which {@code kubectl describe} shows under the object that they are about.
 *
 * @param client the client to write with
 * @param component the component that reports the Events
 * @param clock the clock for their times
 */
public record EventRecorder(KubernetesClient client, String component, Clock clock) {

    private static final Logger log = LoggerFactory.getLogger(EventRecorder.class);

    /** The greatest length of an object's name. */
    private static final int MAX_NAME = 253;

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
     * Writes an Event. If that fails, the failure is logged: an Event is not worth repeating what it reports.
     *
     * @param reason one CamelCase word
     * @param message a sentence for users
     */
    public void record(ObjectReference about, Type type, String reason, String message) {
        record(about, type, reason, message, UUID.randomUUID());
    }

    /**
     * Writes an Event unless there is one about the same object with the same reason and message. Clusters remove Events after an
     * hour by default.
     *
     * @param reason one CamelCase word
     * @param message a sentence for users
     */
    public void recordOnce(ObjectReference about, Type type, String reason, String message) {
        record(about, type, reason, message, UUID.nameUUIDFromBytes(
                String.join("\n", about.getUid(), reason, message).getBytes(StandardCharsets.UTF_8)));
    }

    private void record(ObjectReference about, Type type, String reason, String message, UUID id) {
        String now = clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
        Event event = new EventBuilder()
                .withNewMetadata()
                .withName(name(about, id))
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
                .build();
        try {
            client.v1().events().inNamespace(about.getNamespace()).resource(event).create();
        } catch (KubernetesClientException e) {
            if (e.getCode() == HttpURLConnection.HTTP_CONFLICT) {
                // The Event exists.
                return;
            }
            log.warn("Event {} about {} {}/{} not written: {}", reason, about.getKind(), about.getNamespace(),
                    about.getName(), ApiFailure.reason(e));
        }
    }

    private static String name(ObjectReference about, UUID id) {
        String suffix = "." + id;
        return about.getName().substring(0, Math.min(about.getName().length(), MAX_NAME - suffix.length())) + suffix;
    }
}
