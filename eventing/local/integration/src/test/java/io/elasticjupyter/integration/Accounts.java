package io.elasticjupyter.integration;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.authentication.TokenRequest;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.client.utils.Serialization;

/**
 * The service accounts of the functions in a cluster, with the rights that the manifests grant.
 *
 * @param site the cluster
 * @param namespace the namespace of the accounts
 */
record Accounts(Site site, String namespace) {

    /** Creates or updates an object of a manifest. A ClusterRole is replaced, so that rights can be removed. */
    void install(JsonNode document) {
        var resource = Serialization.unmarshal(document.toString(), HasMetadata.class);
        if (resource instanceof ClusterRole role) {
            site.client().resource(role).createOr(it -> it.update());
        } else {
            site.client().resource(resource).forceConflicts().serverSideApply();
        }
    }

    /** Starts the functions with the token of an account. */
    FunctionsServer start(String account, String... arguments) {
        String token = site.client().serviceAccounts().inNamespace(namespace).withName(account)
                .tokenRequest(new TokenRequest()).getStatus().getToken();
        return FunctionsServer.start(site.cluster().kubeconfig().replaceFirst("(?m)token: .*$", "token: " + token),
                arguments);
    }
}
