package io.elasticjupyter.integration;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.file.Path;
import java.util.Optional;

/** An API server on which the functions are tested, and its capabilities. */
interface Cluster extends AutoCloseable {

    /** Returns the description for the display names of the tests. */
    String title();

    /** Returns a kubeconfig with all rights. */
    String kubeconfig();

    /** Installs the kinds that the tests need. */
    void prepare(KubernetesClient client);

    /** Returns true when a garbage collector deletes the dependents of a deleted object. */
    boolean collectsGarbage();

    /** Returns true when controllers create pods from Deployments and start them. */
    default boolean runsPods() {
        return false;
    }

    /** Returns true when the API server is Kubernetes' own. */
    default boolean isReal() {
        return true;
    }

    /** Returns the audit log with one JSON document per line, if the tests can read it. */
    default Optional<Path> auditLog() {
        return Optional.empty();
    }

    /** Returns an action that kills the API server and starts it again with the same data, if the tests can do so. */
    default Optional<Runnable> restart() {
        return Optional.empty();
    }

    @Override
    void close();
}
