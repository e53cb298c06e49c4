package io.elasticjupyter.local;

import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionStatus;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;

/** The custom resource definitions in {@code deploy/crds}. */
public final class CustomResources {

    private static final PatchContext APPLY = new PatchContext.Builder().withPatchType(PatchType.SERVER_SIDE_APPLY)
            .withFieldManager("elastic-jupyter-local").withForce(true).build();

    private CustomResources() {}

    /** Applies the definitions and waits until the API server serves them. */
    public static void install(KubernetesClient client) {
        install(client, read());
    }

    /** Applies the definitions and others, and waits until the API server serves all of them. */
    public static void install(KubernetesClient client, List<CustomResourceDefinition> definitions) {
        var api = client.apiextensions().v1().customResourceDefinitions();
        try {
            definitions.forEach(definition -> api.resource(definition).patch(APPLY));
            definitions.forEach(definition -> api.resource(definition)
                    .waitUntilCondition(CustomResources::established, 30, TimeUnit.SECONDS));
        } catch (KubernetesClientException e) {
            throw new StartFailure("cannot install the custom resource definitions: " + ApiServer.reason(e), e);
        }
    }

    /** A real API server returns {@code conditions: null} until its controllers have processed the definition. */
    static boolean established(CustomResourceDefinition definition) {
        return Optional.ofNullable(definition)
                .map(CustomResourceDefinition::getStatus)
                .map(CustomResourceDefinitionStatus::getConditions)
                .stream()
                .flatMap(List::stream)
                .anyMatch(c -> c.getType().equals("Established") && c.getStatus().equals("True"));
    }

    /** Reads the definitions. */
    public static List<CustomResourceDefinition> read() {
        try {
            return Stream.of(new PathMatchingResourcePatternResolver().getResources("classpath:crds/jupyter*.yaml"))
                    .map(CustomResources::read).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static CustomResourceDefinition read(Resource resource) {
        try (InputStream yaml = resource.getInputStream()) {
            return Serialization.unmarshal(yaml, CustomResourceDefinition.class);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
