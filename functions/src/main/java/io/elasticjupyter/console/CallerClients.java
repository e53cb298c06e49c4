package io.elasticjupyter.console;

import io.fabric8.kubernetes.client.KubernetesClient;

/** Creates clients of the API server with the tokens of callers. */
@FunctionalInterface
public interface CallerClients {

    /** Returns a client that uses this token and no other credential. Close it after the request. */
    KubernetesClient withToken(String token);
}
