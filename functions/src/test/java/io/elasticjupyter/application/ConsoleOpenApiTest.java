package io.elasticjupyter.application;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.elasticjupyter.console.Console;
import io.elasticjupyter.console.policy.ConsoleView;
import io.elasticjupyter.console.policy.KernelState;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The description of the console's JSON is that of its records, and of its paths. */
class ConsoleOpenApiTest {

    private static final Map<Class<?>, String> TYPES = Map.of(String.class, "string", long.class, "integer",
            Long.class, "integer", Integer.class, "integer", boolean.class, "boolean");

    static Stream<Class<?>> records() {
        return Stream.concat(Stream.of(ConsoleView.class), Arrays.stream(ConsoleView.class.getDeclaredClasses()));
    }

    @ParameterizedTest
    @MethodSource("records")
    void everyFieldIsDescribed(Class<?> type) throws IOException {
        JsonNode schema = openApi().at("/components/schemas/" + type.getSimpleName());

        assertThat(schema.path("properties").properties()).extracting(Map.Entry::getKey).containsExactlyElementsOf(
                Arrays.stream(type.getRecordComponents()).map(RecordComponent::getName).toList());
        for (RecordComponent component : type.getRecordComponents()) {
            JsonNode field = schema.path("properties").path(component.getName());
            assertThat(field.path("description").asText()).as(component.getName()).isNotBlank();
            assertType(field, component.getGenericType());
        }
    }

    private static void assertType(JsonNode field, Type type) {
        if (type instanceof ParameterizedType list) {
            assertThat(field.path("type").asText()).isEqualTo("array");
            assertType(field.path("items"), list.getActualTypeArguments()[0]);
        } else if (TYPES.containsKey(type)) {
            assertThat(field.path("type").asText()).isEqualTo(TYPES.get(type));
        } else {
            assertThat(field.path("$ref").asText())
                    .isEqualTo("#/components/schemas/" + ((Class<?>) type).getSimpleName());
        }
    }

    @Test
    void everyPathAndStateIsDescribed() throws IOException {
        assertThat(openApi().path("paths").properties()).extracting(Map.Entry::getKey)
                .containsExactlyInAnyOrder(ConsolePaths.CLUSTER, ConsolePaths.OPEN_API);
        String[] states = Arrays.stream(KernelState.values()).map(KernelState::word).toArray(String[]::new);
        assertThat(openApi().at("/components/schemas/KernelRow/properties/state/enum")).extracting(JsonNode::asText)
                .containsExactlyInAnyOrder(states);
        assertThat(openApi().at("/paths").path(ConsolePaths.CLUSTER).at("/get/parameters/2/schema/enum"))
                .extracting(JsonNode::asText).containsExactlyInAnyOrder(states);
    }

    private static JsonNode openApi() throws IOException {
        try (InputStream in = Console.class.getResourceAsStream("openapi.json")) {
            return Serialization.unmarshal(in, JsonNode.class);
        }
    }
}
