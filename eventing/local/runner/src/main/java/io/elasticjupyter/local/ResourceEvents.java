package io.elasticjupyter.local;

import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.UUID;

/** Changes of resources as the CloudEvents that Knative's ApiServerSource makes of them in mode {@code Resource}. */
public final class ResourceEvents {

    /** What happened to a resource. */
    public enum Change {
        /** It was created, or there already when the source started. */
        ADD,
        /** It was changed. */
        UPDATE,
        /** It was deleted. */
        DELETE
    }

    private final URI apiServer;

    /** Those of the API server of that address. */
    public ResourceEvents(URI apiServer) {
        this.apiServer = apiServer;
    }

    /** The event that says that this became of the object. */
    public CloudEvent event(Change change, GenericKubernetesResource object) {
        var metadata = object.getMetadata();
        return CloudEventBuilder.v1()
                .withId(UUID.randomUUID().toString())
                .withSource(apiServer)
                .withType("dev.knative.apiserver.resource." + change.name().toLowerCase(Locale.ROOT))
                .withSubject("/apis/%s/namespaces/%s/%s/%s".formatted(object.getApiVersion(), metadata.getNamespace(),
                        guessedPlural(object.getKind()), metadata.getName()))
                .withTime(OffsetDateTime.now(ZoneOffset.UTC))
                .withExtension("apiversion", object.getApiVersion())
                .withExtension("kind", object.getKind())
                .withExtension("name", metadata.getName())
                .withExtension("namespace", metadata.getNamespace())
                .withData("application/json", Serialization.asJson(object).getBytes(StandardCharsets.UTF_8))
                .build();
    }

    /** The real source guesses as well, and wrongly for a JupyterGateway; nobody may come to rely on anything better here. */
    private static String guessedPlural(String kind) {
        String singular = kind.toLowerCase(Locale.ROOT);
        return switch (singular.charAt(singular.length() - 1)) {
            case 's' -> singular + "es";
            case 'y' -> singular.substring(0, singular.length() - 1) + "ies";
            default -> singular + "s";
        };
    }
}
