package io.elasticjupyter.local;

import io.fabric8.knative.sources.v1.PingSource;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaPropsBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.List;

/** Installs the kind PingSource where Knative is missing, with only the fields that users and functions write. */
final class PingSourceDefinition {

    private static final JSONSchemaProps ANYTHING = new JSONSchemaPropsBuilder().withType("object")
            .withXKubernetesPreserveUnknownFields(true).build();

    private PingSourceDefinition() {}

    /** Returns whether the API server serves PingSources: always when this process started it, otherwise only with Knative. */
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
            throw new StartFailure("cannot determine whether PingSources are served: " + ApiServer.reason(e), e);
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
