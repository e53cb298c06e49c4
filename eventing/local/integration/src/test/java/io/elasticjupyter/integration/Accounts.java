package io.elasticjupyter.integration;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenRequest;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBindingBuilder;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;

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

    /** Installs the objects in the files of a directory. */
    void installAll(String folder) {
        Documents.under(folder).forEach(file -> file.only(Documents::isObject).all().forEach(this::install));
    }

    /** Waits until the API server enforces the policies of {@code deploy/admission}, of which it learns with a delay. */
    void awaitPolicies() {
        try (KubernetesClient reconciler = impersonate(user("reconciler"));
                KubernetesClient nobody = impersonate("nobody")) {
            site.client().rbac().clusterRoleBindings().resource(new ClusterRoleBindingBuilder().withNewMetadata()
                    .withName("nobody").endMetadata().withNewRoleRef("rbac.authorization.k8s.io", "ClusterRole",
                            "jupyter-edit")
                    .addNewSubject("rbac.authorization.k8s.io", "User", "nobody", null).build()).serverSideApply();
            awaitRefusal("app.kubernetes.io/managed-by", () -> reconciler.resource(new SecretBuilder().withNewMetadata()
                    .withName("unlabelled").withNamespace("default").endMetadata().build()).dryRun(true).create());
            awaitRefusal("right to create pods", () -> nobody.resource(Serialization.unmarshal("""
                    apiVersion: kubeflow.tkestack.io/v1alpha1
                    kind: JupyterKernelSpec
                    metadata: {name: nobody, namespace: default}
                    spec: {image: x}
                    """, GenericKubernetesResource.class)).dryRun(true).create());
            site.client().rbac().clusterRoleBindings().withName("nobody").delete();
        }
    }

    private static void awaitRefusal(String message, Runnable request) {
        await().atMost(Duration.ofSeconds(30)).ignoreExceptionsMatching(e -> e instanceof KubernetesClientException)
                .untilAsserted(() -> assertThatThrownBy(request::run).hasMessageContaining(message));
    }

    /** Returns a client that sends its requests as another user. */
    KubernetesClient impersonate(String user, String... groups) {
        return new KubernetesClientBuilder().withConfig(new ConfigBuilder(site.client().getConfiguration())
                .withImpersonateUsername(user).withImpersonateGroups(groups).build()).build();
    }

    /** Starts the functions with the token of an account. */
    FunctionsServer start(String account, String... arguments) {
        String kubeconfig = site.cluster().kubeconfig();
        return FunctionsServer.start(site.cluster().isReal()
                ? kubeconfig.replaceFirst("(?m)token: .*$", "token: " + token(account))
                : kubeconfig.replace("user: {}", "user: {token: '" + user(account) + "'}"), arguments);
    }

    private String token(String account) {
        return site.client().serviceAccounts().inNamespace(namespace).withName(account)
                .tokenRequest(new TokenRequest()).getStatus().getToken();
    }

    /** Returns the name by which the API server knows an account. */
    String user(String account) {
        return "system:serviceaccount:" + namespace + ":" + account;
    }
}
