package io.elasticjupyter.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.fabric8.knative.eventing.v1.Broker;
import io.fabric8.knative.eventing.v1.Trigger;
import io.fabric8.knative.sources.v1.ApiServerSource;
import io.fabric8.knative.sources.v1.ContainerSource;
import io.fabric8.knative.sources.v1.PingSource;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The manifests in {@code eventing/knative}, which this process interprets in place of Knative.
 *
 * @param watched the resources whose changes are sent as events
 * @param broker the Broker, with the retry policy
 * @param triggers the subscriptions of the functions
 * @param pings the PingSources
 */
record Wiring(List<WatchedResource> watched, Broker broker, List<Trigger> triggers, List<PingSource> pings) {

    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

    /** A wiring without sources and subscriptions. */
    Wiring(List<WatchedResource> watched, Broker broker, List<Trigger> triggers) {
        this(watched, broker, triggers, List.of());
    }

    /** Reads the manifests that {@code kustomization.yaml} lists, without the kinds that have no counterpart here. */
    static Wiring read() {
        List<WatchedResource> watched = new ArrayList<>();
        List<Broker> brokers = new ArrayList<>();
        List<Trigger> triggers = new ArrayList<>();
        List<PingSource> pings = new ArrayList<>();
        try {
            for (JsonNode file : documents("kustomization.yaml").getFirst().path("resources")) {
                for (JsonNode document : documents(file.asText())) {
                    switch (document.path("kind").asText()) {
                        case "ApiServerSource" ->
                            WatchedResource.of(YAML.treeToValue(document, ApiServerSource.class)).forEach(watched::add);
                        case "ContainerSource" ->
                            WatchedResource.of(YAML.treeToValue(document, ContainerSource.class)).forEach(watched::add);
                        case "Broker" -> brokers.add(YAML.treeToValue(document, Broker.class));
                        case "Trigger" -> triggers.add(YAML.treeToValue(document, Trigger.class));
                        case "PingSource" -> pings.add(YAML.treeToValue(document, PingSource.class));
                        default -> {
                        }
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("eventing/knative cannot be read", e);
        }
        if (brokers.size() != 1) {
            throw new IllegalStateException("eventing/knative must have one Broker");
        }
        return new Wiring(List.copyOf(watched), brokers.getFirst(), List.copyOf(triggers), List.copyOf(pings));
    }

    /** Returns the PingSource that triggers a resync. */
    PingSource resync() {
        return pings.stream().filter(ping -> ping.getMetadata().getName().equals("resync")).findFirst()
                .orElseThrow(() -> new IllegalStateException("eventing/knative must have the PingSource resync"));
    }

    /** Returns the namespace of the Broker, and of the functions in a cluster. */
    String namespace() {
        return broker.getMetadata().getNamespace();
    }

    private static List<JsonNode> documents(String file) throws IOException {
        try (InputStream yaml = Wiring.class.getResourceAsStream("/knative/" + file)) {
            if (yaml == null) {
                throw new IOException("file not found: " + file);
            }
            try (var documents = YAML.readerFor(JsonNode.class).<JsonNode>readValues(yaml)) {
                return documents.readAll();
            }
        }
    }
}
