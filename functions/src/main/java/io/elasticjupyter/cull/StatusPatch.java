package io.elasticjupyter.cull;

import io.fabric8.kubernetes.api.model.GenericKubernetesResourceBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.Map;

/** Applies the cull function's part of a status, beside the part of the function that reconciles the kind. */
final class StatusPatch {

    static final PatchContext APPLY = new PatchContext.Builder().withPatchType(PatchType.SERVER_SIDE_APPLY)
            .withFieldManager(Culler.FIELD_MANAGER).withForce(true).build();

    private StatusPatch() {}

    /** Applies these fields of the status, unless somebody wrote the object since it was read. */
    static void apply(KubernetesClient client, HasMetadata read, Map<String, ?> fields) {
        String namespace = read.getMetadata().getNamespace();
        String name = read.getMetadata().getName();
        client.genericKubernetesResources(read.getApiVersion(), read.getKind()).inNamespace(namespace).withName(name)
                .subresource("status")
                .patch(APPLY, new GenericKubernetesResourceBuilder()
                        .withApiVersion(read.getApiVersion())
                        .withKind(read.getKind())
                        .withNewMetadata().withName(name).withNamespace(namespace)
                        .withResourceVersion(read.getMetadata().getResourceVersion()).endMetadata()
                        .addToAdditionalProperties("status", fields)
                        .build());
    }
}
