package io.elasticjupyter.kubernetes;

import io.elasticjupyter.api.v1alpha1.JupyterResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;

/**
 * Applies one function's part of the status of one of our resources, beside the parts of others.
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
        apply(EventRecorder.about(read), read.getMetadata().getResourceVersion(), fields);
    }

    /**
     * The same for one of which only the reference and the version that was read are at hand.
     *
     * @throws io.fabric8.kubernetes.client.KubernetesClientException with code 409 when somebody wrote it since
     */
    public void apply(ObjectReference object, String resourceVersion, Object fields) {
        client.genericKubernetesResources(JupyterResource.definition(object.getKind()))
                .inNamespace(object.getNamespace()).withName(object.getName())
                .subresource("status")
                .patch(applyAs(fieldManager), new GenericKubernetesResourceBuilder()
                        .withApiVersion(object.getApiVersion())
                        .withKind(object.getKind())
                        .withNewMetadata().withName(object.getName()).withNamespace(object.getNamespace())
                        .withResourceVersion(resourceVersion).endMetadata()
                        .addToAdditionalProperties("status", fields)
                        .build());
    }
}
