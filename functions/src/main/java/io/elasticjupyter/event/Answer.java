package io.elasticjupyter.event;

import io.cloudevents.core.builder.CloudEventBuilder;
import io.elasticjupyter.json.Json;
import java.net.URI;
import java.time.Clock;
import java.time.OffsetDateTime;
import java.util.UUID;

/** What a function answers: an event of its own, with nothing of the one that called it. */
public final class Answer {

    private Answer() {}

    /**
     * An event from that function, to which extensions may be added.
     *
     * @param data what was done, which becomes JSON
     */
    public static CloudEventBuilder of(String type, String function, Clock clock, Object data) {
        return CloudEventBuilder.v1()
                .withId(UUID.randomUUID().toString())
                .withType(type)
                .withSource(URI.create("/elastic-jupyter/" + function))
                .withTime(OffsetDateTime.now(clock))
                .withData("application/json", Json.bytes(data));
    }
}
