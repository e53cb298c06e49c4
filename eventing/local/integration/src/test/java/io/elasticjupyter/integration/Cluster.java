package io.elasticjupyter.integration;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.file.Path;
import java.util.Optional;

/** An API server to try the functions on, and what can be tried there. */
interface Cluster extends AutoCloseable {

    /** What it is, for the names of the tests. */
    String title();

    /** How to reach it with all rights. */
    String kubeconfig();

    /** Makes the kinds known that the tests need. */
    void prepare(KubernetesClient client);

    /** Whether something there deletes what belonged to a deleted object. */
    boolean collectsGarbage();

    /** Whether something there makes pods from Deployments, and starts them. */
    default boolean runsPods() {
        return false;
    }

    /** Whether it is Kubernetes' own code that answers. */
    default boolean isReal() {
        return true;
    }

    /** What each account did, one JSON document a line, where the tests may read that. */
    default Optional<Path> auditLog() {
        return Optional.empty();
    }

    /** Ends the API server and starts it again with the same data, where the tests may do that. */
    default Optional<Runnable> restart() {
        return Optional.empty();
    }

    @Override
    void close();
}
