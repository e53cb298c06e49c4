package io.elasticjupyter.cull;

import io.elasticjupyter.api.v1alpha1.JupyterGateway;
import io.elasticjupyter.cull.policy.CullSchedule;
import io.elasticjupyter.kubernetes.Labels;
import io.elasticjupyter.kubernetes.OwnerReferences;
import io.elasticjupyter.kubernetes.StatusWriter;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * The PingSource of a gateway, which fires the cull function at one instant.
 *
 * @param client applies the PingSource
 * @param fieldManager the field manager of its fields
 * @param sink the sink of its events
 */
record CullPingSource(KubernetesClient client, String fieldManager, PingSink sink) {

    static final ResourceDefinitionContext PING_SOURCES = new ResourceDefinitionContext.Builder()
            .withGroup("sources.knative.dev").withVersion("v1").withKind("PingSource").withPlural("pingsources")
            .withNamespaced(true).build();

    /** Applies the PingSource with the schedule for an instant; deletes it when there is none. */
    void arm(JupyterGateway gateway, Optional<Instant> next) {
        String namespace = gateway.getMetadata().getNamespace();
        String name = gateway.getMetadata().getName();
        Resource<GenericKubernetesResource> pingSource = client.genericKubernetesResources(PING_SOURCES)
                .inNamespace(namespace).withName(name + "-cull");
        if (next.isEmpty()) {
            pingSource.delete();
            return;
        }
        pingSource.patch(StatusWriter.applyAs(fieldManager), new GenericKubernetesResourceBuilder()
                .withApiVersion("sources.knative.dev/v1")
                .withKind("PingSource")
                .withNewMetadata()
                .withName(name + "-cull")
                .withNamespace(namespace)
                .addToLabels(Labels.MANAGED_BY, Labels.ELASTIC_JUPYTER)
                .withOwnerReferences(OwnerReferences.controller(gateway))
                .endMetadata()
                .addToAdditionalProperties("spec", Map.of(
                        "schedule", CullSchedule.cron(next.get()),
                        "timezone", "UTC",
                        "contentType", "application/json",
                        "data", "{\"gateway\":\"" + name + "\",\"namespace\":\"" + namespace + "\"}",
                        "ceOverrides", Map.of("extensions", sink.extensions(gateway)),
                        "sink", sink.destination()))
                .build());
    }
}
