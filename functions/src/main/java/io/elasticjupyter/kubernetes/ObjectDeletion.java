package io.elasticjupyter.kubernetes;

import io.fabric8.kubernetes.api.model.DeleteOptionsBuilder;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/**
 * Deletes objects with a <a href="https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/delete-options/">
 * precondition</a>, so that an object that has the name by now is never deleted in place of the one that was read.
 *
 * @param client the client to delete with
 */
public record ObjectDeletion(KubernetesClient client) {

    /**
     * Deletes an object.
     *
     * @param plural the name of the object's resource, such as {@code pods}
     * @return false when the object was gone, or another one has its name
     * @throws KubernetesClientException when the API server refuses or does not answer
     */
    public boolean delete(String plural, ObjectReference object) {
        return delete(plural, object, null);
    }

    /**
     * Deletes an object, unless it was written since it was read.
     *
     * @param plural the name of the object's resource, such as {@code pods}
     * @param resourceVersion the version that was read; null for any version
     * @return false when the object was gone, was written since, or another one has its name
     * @throws KubernetesClientException when the API server refuses or does not answer
     */
    public boolean delete(String plural, ObjectReference object, String resourceVersion) {
        String version = object.getApiVersion();
        try {
            client.raw((version.contains("/") ? "/apis/" : "/api/") + version + "/namespaces/"
                    + segment(object.getNamespace()) + "/" + plural + "/" + segment(object.getName()), "DELETE",
                    new DeleteOptionsBuilder().withNewPreconditions(resourceVersion, object.getUid()).build());
            return true;
        } catch (KubernetesClientException e) {
            if (e.getCode() == HttpURLConnection.HTTP_NOT_FOUND || e.getCode() == HttpURLConnection.HTTP_CONFLICT) {
                return false;
            }
            throw e;
        }
    }

    private static String segment(String name) {
        return URLEncoder.encode(name, StandardCharsets.UTF_8);
    }
}
