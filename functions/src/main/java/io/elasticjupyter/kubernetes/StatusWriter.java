package io.elasticjupyter.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import io.elasticjupyter.api.v1alpha1.JupyterResource;
import io.elasticjupyter.api.v1alpha1.JupyterStatus;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;

/**
 * Writes one field manager's part of the status of a resource, by server-side apply. Several functions write the status of a
 * resource; each leaves the fields of the others unchanged.
 *
 * @param client the client to write with
 * @param fieldManager the manager of the fields
 */
public record StatusWriter(KubernetesClient client, String fieldManager) {

    /** Returns the options of a server-side apply by that field manager. */
    public static PatchContext applyAs(String fieldManager) {
        return new PatchContext.Builder().withPatchType(PatchType.SERVER_SIDE_APPLY).withFieldManager(fieldManager)
                .withForce(true).build();
    }

    /**
     * Writes the fields of a status that are not null, unless the resource has them already: a status update causes an event,
     * so a run that writes unchanged fields would cause runs without end.
     *
     * @return whether it wrote them
     * @throws io.fabric8.kubernetes.client.KubernetesClientException with code 409 when the resource was written since it was read
     */
    public <S extends JupyterStatus> boolean write(JupyterResource<?, S> read, S status) {
        if (new AppliedFields(client.getKubernetesSerialization(), fieldManager).isStatusApplied(read, status)) {
            return false;
        }
        apply(read, status);
        return true;
    }

    /**
     * Writes these fields.
     *
     * @throws io.fabric8.kubernetes.client.KubernetesClientException with code 409 when the resource was written since it was read
     */
    public void apply(HasMetadata read, Object fields) {
        apply(EventRecorder.about(read), read.getMetadata().getResourceVersion(), fields);
    }

    /**
     * Writes these fields to a resource that is given as its reference.
     *
     * @param resourceVersion the version that was read; null to write them whatever others have written since
     * @throws io.fabric8.kubernetes.client.KubernetesClientException with code 409 when the resource was written since it was read,
     *     or is another one of the same name
     */
    public void apply(ObjectReference object, String resourceVersion, Object fields) {
        client.genericKubernetesResources(JupyterResource.definition(object.getKind()))
                .inNamespace(object.getNamespace()).withName(object.getName())
                .subresource("status")
                .patch(applyAs(fieldManager), new GenericKubernetesResourceBuilder()
                        .withApiVersion(object.getApiVersion())
                        .withKind(object.getKind())
                        .withNewMetadata().withName(object.getName()).withNamespace(object.getNamespace())
                        .withUid(object.getUid()).withResourceVersion(resourceVersion).endMetadata()
                        .addToAdditionalProperties("status", fields)
                        .build());
    }
}
