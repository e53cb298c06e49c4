package io.elasticjupyter.reconcile;

import io.fabric8.kubernetes.api.model.GenericKubernetesResourceBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;

/**
 * Applies one function's part of a status, beside the parts of others.
 *
 * @param client where to
 * @param fieldManager whose part it is
 */
public record StatusPatch(KubernetesClient client, String fieldManager) {

    /** Server-side apply by that field manager. */
    public static PatchContext applyAs(String fieldManager) {
        return new PatchContext.Builder().withPatchType(PatchType.SERVER_SIDE_APPLY).withFieldManager(fieldManager)
                .withForce(true).build();
    }

    /**
     * Applies these fields, unless somebody wrote the object since it was read.
     *
     * @throws io.fabric8.kubernetes.client.KubernetesClientException with code 409 when somebody did
     */
    public void apply(HasMetadata read, Object fields) {
        String namespace = read.getMetadata().getNamespace();
        String name = read.getMetadata().getName();
        client.genericKubernetesResources(read.getApiVersion(), read.getKind()).inNamespace(namespace).withName(name)
                .subresource("status")
                .patch(applyAs(fieldManager), new GenericKubernetesResourceBuilder()
                        .withApiVersion(read.getApiVersion())
                        .withKind(read.getKind())
                        .withNewMetadata().withName(name).withNamespace(namespace)
                        .withResourceVersion(read.getMetadata().getResourceVersion()).endMetadata()
                        .addToAdditionalProperties("status", fields)
                        .build());
    }
}
