package io.elasticjupyter.local;

import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.fabric8.knative.sources.v1.PingSource;
import io.fabric8.knative.sources.v1.PingSourceSpec;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The CloudEvents that Knative's PingSource sends. */
final class PingEvents {

    private static final String TYPE = "dev.knative.sources.ping";
    private static final Pattern SOURCE = Pattern.compile("/apis/v1/namespaces/([^/]+)/pingsources/([^/]+)");

    private PingEvents() {}

    static CloudEvent event(PingSource source, Instant now) {
        PingSourceSpec spec = source.getSpec();
        var event = CloudEventBuilder.v1()
                .withId(UUID.randomUUID().toString())
                .withSource(URI.create("/apis/v1/namespaces/" + source.getMetadata().getNamespace() + "/pingsources/"
                        + source.getMetadata().getName()))
                .withType(TYPE)
                .withTime(now.atOffset(ZoneOffset.UTC));
        data(spec).ifPresent(data -> event.withData(spec.getContentType(), data));
        if (spec.getCeOverrides() != null && spec.getCeOverrides().getExtensions() != null) {
            spec.getCeOverrides().getExtensions().forEach(event::withExtension);
        }
        return event.build();
    }

    private static Optional<byte[]> data(PingSourceSpec spec) {
        return Optional.ofNullable(spec.getDataBase64()).map(Base64.getDecoder()::decode)
                .or(() -> Optional.ofNullable(spec.getData()).map(text -> text.getBytes(StandardCharsets.UTF_8)));
    }

    /** Returns a readable name of the PingSource; empty for an event of another type. */
    static Optional<String> sender(CloudEvent event) {
        Matcher source = SOURCE.matcher(event.getSource().toString());
        return event.getType().equals(TYPE) && source.matches()
                ? Optional.of("PingSource " + source.group(1) + "/" + source.group(2))
                : Optional.empty();
    }
}
