package io.elasticjupyter.integration;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.authentication.TokenRequest;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.client.utils.Serialization;

/**
 * The accounts of the functions in a cluster, with the rights that manifests give them.
 *
 * @param site where
 * @param namespace of the accounts
 */
record Accounts(Site site, String namespace) {

    /** Makes what a manifest has. A role is made what it is there, even if that takes rights away. */
    void install(JsonNode document) {
        var resource = Serialization.unmarshal(document.toString(), HasMetadata.class);
        if (resource instanceof ClusterRole role) {
            site.client().resource(role).createOr(it -> it.update());
        } else {
            site.client().resource(resource).forceConflicts().serverSideApply();
        }
    }

    /** Starts the functions as one of the accounts. */
    FunctionsServer start(String account, String... arguments) {
        String token = site.client().serviceAccounts().inNamespace(namespace).withName(account)
                .tokenRequest(new TokenRequest()).getStatus().getToken();
        return FunctionsServer.start(site.cluster().kubeconfig().replaceFirst("(?m)token: .*$", "token: " + token),
                arguments);
    }
}
