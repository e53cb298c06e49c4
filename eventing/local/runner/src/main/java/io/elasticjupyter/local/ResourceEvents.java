package io.elasticjupyter.local;

import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;

/** Converts changes of resources to the CloudEvents that Knative's ApiServerSource sends. */
public final class ResourceEvents {

    /** What the events of a source carry. */
    public enum Mode {
        /** The whole object. */
        RESOURCE("resource"),
        /** A reference to the object. */
        REFERENCE("ref");

        private final String inType;

        Mode(String inType) {
            this.inType = inType;
        }

        /** Returns the mode that a source has in its spec, such as {@code Reference}. */
        static Mode of(String spec) {
            return valueOf(spec.toUpperCase(Locale.ROOT));
        }
    }

    /** The kind of change. */
    public enum Change {
        /** The resource was created, or existed when the source started. */
        ADD,
        /** The resource was updated. */
        UPDATE,
        /** The resource was deleted. */
        DELETE
    }

    private final URI apiServer;
    private final Mode mode;
    private final Map<String, String> extensions;

    /** Creates the events of the API server with this URL, by a source of this mode. */
    public ResourceEvents(URI apiServer, Mode mode) {
        this(apiServer, mode, Map.of());
    }

    /** Creates the events of a source that adds extensions to them. */
    ResourceEvents(URI apiServer, Mode mode, Map<String, String> extensions) {
        this.apiServer = apiServer;
        this.mode = mode;
        this.extensions = extensions;
    }

    /** Returns the event of a change to an object. */
    public CloudEvent event(Change change, GenericKubernetesResource object) {
        var metadata = object.getMetadata();
        CloudEventBuilder event = CloudEventBuilder.v1()
                .withId(UUID.randomUUID().toString())
                .withSource(apiServer)
                .withType("dev.knative.apiserver." + mode.inType + "." + change.name().toLowerCase(Locale.ROOT))
                .withSubject("/apis/%s/namespaces/%s/%s/%s".formatted(object.getApiVersion(), metadata.getNamespace(),
                        guessedPlural(object.getKind()), metadata.getName()))
                .withTime(OffsetDateTime.now(ZoneOffset.UTC))
                .withExtension("apiversion", object.getApiVersion())
                .withExtension("kind", object.getKind())
                .withExtension("name", metadata.getName())
                .withExtension("namespace", metadata.getNamespace())
                .withData("application/json", Serialization.asJson(data(object)).getBytes(StandardCharsets.UTF_8));
        extensions.forEach(event::withExtension);
        return event.build();
    }

    private Object data(GenericKubernetesResource object) {
        return mode == Mode.RESOURCE
                ? object
                : new ObjectReferenceBuilder().withApiVersion(object.getApiVersion()).withKind(object.getKind())
                        .withNamespace(object.getMetadata().getNamespace()).withName(object.getMetadata().getName())
                        .build();
    }

    /** Guesses the plural as Knative does, wrongly for a JupyterGateway, so that no test depends on a better one. */
    private static String guessedPlural(String kind) {
        String singular = kind.toLowerCase(Locale.ROOT);
        return switch (singular.charAt(singular.length() - 1)) {
            case 's' -> singular + "es";
            case 'y' -> singular.substring(0, singular.length() - 1) + "ies";
            default -> singular + "s";
        };
    }
}
