package io.elasticjupyter.console;

import io.elasticjupyter.kubernetes.ApiFailure;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReviewBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Reads what a caller may read. */
interface Access {

    /**
     * Returns the objects of a namespace, or of all; empty if the caller may not list them there.
     *
     * @throws NotSignedInException if the API server does not know the caller
     * @throws KubernetesClientException if the API server fails or does not answer
     */
    <R extends HasMetadata, F> Optional<List<F>> read(Query<R, F> query, Optional<String> namespace);

    /**
     * Returns whether the caller may list these objects in a namespace, or in all.
     *
     * @throws NotSignedInException if the API server does not know the caller
     * @throws KubernetesClientException if the API server fails or does not answer
     */
    boolean mayList(Query<?, ?> query, Optional<String> namespace);

    /** Reads with the credentials of the caller: the API server decides. */
    record ByCaller(KubernetesClient client) implements Access {

        @Override
        public <R extends HasMetadata, F> Optional<List<F>> read(Query<R, F> query, Optional<String> namespace) {
            return allowed(() -> query.read(client, namespace));
        }

        @Override
        public boolean mayList(Query<?, ?> query, Optional<String> namespace) {
            return allowed(() -> {
                query.probe(client, namespace);
                return true;
            }).isPresent();
        }

        private static <T> Optional<T> allowed(Supplier<T> request) {
            try {
                return Optional.of(request.get());
            } catch (KubernetesClientException e) {
                return switch (e.getCode()) {
                    case HttpURLConnection.HTTP_FORBIDDEN -> Optional.empty();
                    case HttpURLConnection.HTTP_UNAUTHORIZED -> throw NotSignedInException.refused();
                    default -> throw e;
                };
            }
        }
    }

    /** Asks whether the caller may list the objects, and then reads with the console's own credentials. */
    record ByReview(KubernetesClient client, Caller.Proxied caller) implements Access {

        @Override
        public <R extends HasMetadata, F> Optional<List<F>> read(Query<R, F> query, Optional<String> namespace) {
            return mayList(query, namespace) ? Optional.of(query.read(client, namespace)) : Optional.empty();
        }

        /** A review of an empty namespace is about all of the cluster. */
        @Override
        public boolean mayList(Query<?, ?> query, Optional<String> namespace) {
            try {
                return client.authorization().v1().subjectAccessReview().create(new SubjectAccessReviewBuilder()
                        .withNewSpec().withUser(caller.user()).withGroups(caller.groups())
                        .withNewResourceAttributes().withVerb("list").withGroup(query.group())
                        .withResource(query.plural()).withNamespace(namespace.orElse("")).endResourceAttributes()
                        .endSpec().build()).getStatus().getAllowed();
            } catch (KubernetesClientException e) {
                if (e.getCode() == HttpURLConnection.HTTP_FORBIDDEN) {
                    throw new NotSignedInException("The console may not ask for the rights of a user whom a proxy has"
                            + " authenticated: bind the ClusterRole elastic-jupyter-console-proxy to its"
                            + " ServiceAccount. " + ApiFailure.reason(e));
                }
                throw e;
            }
        }
    }
}
