package io.elasticjupyter.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.elasticjupyter.local.ResourceEvents.Change;
import io.elasticjupyter.local.ResourceEvents.Mode;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.net.URI;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The requests for an object are those that Knative's adapter sent for it. */
class ResourceEventsTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** These differ in every request, or between HTTP clients. */
    private static final List<String> INCOMPARABLE = List.of("ce-id", "ce-time", "host", "user-agent",
            "content-length", "accept-encoding", "connection");

    @ParameterizedTest
    @ValueSource(strings = {"02-jupytergateway-add.http", "03-jupyternotebook-add.http", "07-deployment-add.http",
            "08-deployment-update.http", "11-jupytergateway-update.http", "13-jupyternotebook-delete.http"})
    void wholeObjects(String file) throws Exception {
        RecordedRequest recorded = RecordedRequest.read(file);
        theHeadersAndTheBodyAreTheSame(recorded, Mode.RESOURCE,
                Serialization.unmarshal(recorded.body(), GenericKubernetesResource.class));
    }

    @ParameterizedTest
    @ValueSource(strings = {"06-pod-add.http", "08-deployment-update.http", "13-jupyternotebook-delete.http",
            "15-pod-delete.http"})
    void references(String file) throws Exception {
        RecordedRequest recorded = RecordedRequest.read("reference/" + file);
        Map<String, String> headers = recorded.headers();
        GenericKubernetesResource object = new GenericKubernetesResource();
        object.setApiVersion(headers.get("Ce-Apiversion"));
        object.setKind(headers.get("Ce-Kind"));
        object.setMetadata(new ObjectMetaBuilder().withName(headers.get("Ce-Name"))
                .withNamespace(headers.get("Ce-Namespace")).withUid("u").build());
        object.setAdditionalProperty("spec", Map.of("containers", List.of(Map.of("env", List.of()))));
        theHeadersAndTheBodyAreTheSame(recorded, Mode.REFERENCE, object);
    }

    private static void theHeadersAndTheBodyAreTheSame(RecordedRequest recorded, Mode mode,
            GenericKubernetesResource object) throws Exception {
        String word = recorded.headers().get("Ce-Type").replaceFirst(".*\\.", "");
        var event = new ResourceEvents(URI.create(recorded.headers().get("Ce-Source")), mode)
                .event(Change.valueOf(word.toUpperCase(Locale.ROOT)), object);

        try (var stub = new FunctionStub(); var http = FunctionCall.client()) {
            new FunctionCall(http, stub.url().resolve("/reconcile"), recorded.headers().get("Kn-Namespace"))
                    .call(event);
            var sent = stub.next();

            assertThat(comparable(sent.headers())).isEqualTo(comparable(recorded.headers()));
            assertThat(JSON.readTree(sent.body())).isEqualTo(JSON.readTree(recorded.body()));
            assertThat(UUID.fromString(sent.headers().get("Ce-Id"))).isNotNull();
            assertThat(OffsetDateTime.parse(sent.headers().get("Ce-Time")))
                    .isBetween(OffsetDateTime.now().minusMinutes(1), OffsetDateTime.now());
        }
    }

    private static Map<String, String> comparable(Map<String, String> headers) {
        return headers.entrySet().stream().filter(header -> !INCOMPARABLE.contains(lowerCase(header.getKey())))
                .collect(Collectors.toMap(header -> lowerCase(header.getKey()), Map.Entry::getValue));
    }

    private static String lowerCase(String name) {
        return name.toLowerCase(Locale.ROOT);
    }
}
