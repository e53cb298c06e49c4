package io.elasticjupyter.integration;

import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * Knative's own definitions of the kinds in the manifests; for ContainerSource a definition with only the fields that they
 * use.
 */
final class KnativeDefinitions {

    private static final List<String> FILES = List.of("apiserversource", "broker", "containersource", "eventpolicy",
            "pingsource",
            "serving-service", "trigger");

    private KnativeDefinitions() {}

    /** Returns the definitions without conversion between versions, which needs Knative's webhook. */
    static List<CustomResourceDefinition> read() {
        return FILES.stream().map(KnativeDefinitions::read).toList();
    }

    private static CustomResourceDefinition read(String file) {
        try (InputStream yaml = KnativeDefinitions.class.getResourceAsStream("/knative/" + file + ".yaml")) {
            var definition = Serialization.unmarshal(yaml, CustomResourceDefinition.class);
            definition.getSpec().setConversion(null);
            definition.getMetadata().setCreationTimestamp(null);
            return definition;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
