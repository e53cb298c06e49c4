package io.elasticjupyter.event;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.cloudevents.CloudEvent;
import java.io.IOException;

/** Reads the data of events, which is a JSON object. */
final class EventData {

    /** Refuses what could be read in two ways, such as a key that occurs twice. */
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

    private EventData() {}

    /**
     * Returns the data of an event; an empty object if it has none.
     *
     * @param expected what to send instead, as the end of an error text
     * @throws BadEventException if the data is not a JSON object
     */
    static ObjectNode of(CloudEvent event, String expected) {
        byte[] bytes = event.getData() == null ? new byte[0] : event.getData().toBytes();
        if (bytes.length == 0) {
            return JsonNodeFactory.instance.objectNode();
        }
        try {
            JsonNode data = JSON.readTree(bytes);
            if (data instanceof ObjectNode object) {
                return object;
            }
            throw new BadEventException("The event's data is not a JSON object. " + expected);
        } catch (MismatchedInputException e) {
            throw new BadEventException("The event's data contains more than one JSON value. " + expected);
        } catch (JacksonException e) {
            throw new BadEventException("The event's data is not JSON: " + e.getOriginalMessage() + ". " + expected);
        } catch (IOException e) {
            throw new BadEventException("The event's data cannot be read: " + e.getMessage());
        }
    }
}
