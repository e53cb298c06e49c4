package io.elasticjupyter.event;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.cloudevents.core.builder.CloudEventBuilder;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Clock;
import java.time.OffsetDateTime;
import java.util.UUID;

/** What a function answers: an event of its own, with nothing of the one that called it. */
public final class Answer {

    private static final ObjectMapper JSON = new ObjectMapper();

    private Answer() {}

    /**
     * An event from that function, to which extensions may be added.
     *
     * @param data what was done, which becomes JSON
     */
    public static CloudEventBuilder of(String type, String function, Clock clock, Object data) {
        try {
            return CloudEventBuilder.v1()
                    .withId(UUID.randomUUID().toString())
                    .withType(type)
                    .withSource(URI.create("/elastic-jupyter/" + function))
                    .withTime(OffsetDateTime.now(clock))
                    .withData("application/json", JSON.writeValueAsBytes(data));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
