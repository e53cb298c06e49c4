package io.elasticjupyter.local;

import io.fabric8.knative.sources.v1.PingSource;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaPropsBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.List;

/** The kind PingSource where no Knative brings it: only what people and functions write of it. */
final class PingSourceDefinition {

    private static final JSONSchemaProps ANYTHING = new JSONSchemaPropsBuilder().withType("object")
            .withXKubernetesPreserveUnknownFields(true).build();

    private PingSourceDefinition() {}

    /** Whether there are PingSources: always on an API server that was started here, and elsewhere with Knative. */
    static boolean provide(KubernetesClient client, ApiServer api) {
        if (api.runsPods()) {
            return served(client);
        }
        CustomResourceDefinition ours = definition();
        if (client.apiextensions().v1().customResourceDefinitions().resource(ours).get() == null) {
            CustomResources.install(client, List.of(ours));
        }
        return true;
    }

    private static boolean served(KubernetesClient client) {
        try {
            return client.supports(PingSource.class);
        } catch (KubernetesClientException e) {
            throw new StartFailure("cannot find out whether there are PingSources: " + ApiServer.reason(e), e);
        }
    }

    static CustomResourceDefinition definition() {
        return new CustomResourceDefinitionBuilder()
                .withNewMetadata().withName("pingsources.sources.knative.dev").endMetadata()
                .withNewSpec()
                .withGroup("sources.knative.dev")
                .withScope("Namespaced")
                .withNewNames()
                .withKind("PingSource")
                .withPlural("pingsources")
                .withSingular("pingsource")
                .withCategories("all", "knative", "sources")
                .endNames()
                .addNewVersion()
                .withName("v1")
                .withServed(true)
                .withStorage(true)
                .withNewSubresources().withNewStatus().endStatus().endSubresources()
                .addNewAdditionalPrinterColumn().withName("Schedule").withType("string")
                .withJsonPath(".spec.schedule").endAdditionalPrinterColumn()
                .addNewAdditionalPrinterColumn().withName("Sink").withType("string")
                .withJsonPath(".spec.sink.uri").endAdditionalPrinterColumn()
                .addNewAdditionalPrinterColumn().withName("Age").withType("date")
                .withJsonPath(".metadata.creationTimestamp").endAdditionalPrinterColumn()
                .withNewSchema()
                .withNewOpenAPIV3Schema()
                .withType("object")
                .addToProperties("spec", ANYTHING)
                .addToProperties("status", ANYTHING)
                .endOpenAPIV3Schema()
                .endSchema()
                .endVersion()
                .endSpec()
                .build();
    }
}
