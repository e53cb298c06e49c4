package io.elasticjupyter.console;

import com.fasterxml.jackson.databind.JsonNode;
import io.elasticjupyter.api.v1alpha1.JupyterResource;
import io.elasticjupyter.console.policy.ConsoleAction;
import io.elasticjupyter.cull.policy.KeepUntil;
import io.elasticjupyter.kubernetes.ApiFailure;
import io.elasticjupyter.kubernetes.EventRecorder;
import io.elasticjupyter.kubernetes.ObjectDeletion;
import io.elasticjupyter.kubernetes.WatchedNamespaces;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.net.HttpURLConnection;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Does what callers ask for, with their own tokens, so that the API server and its admission policies decide. An Event, which the console
 * itself writes, says who it was. A caller whom a proxy has authenticated has no token, and can do nothing.
 *
 * @param own the console's own client, and the namespace to which this installation is limited
 * @param clients creates the clients of callers
 * @param clock the current time
 */
public record ConsoleActions(WatchedNamespaces own, CallerClients clients, Clock clock) {

    /** The component of the Events. */
    static final String COMPONENT = "elastic-jupyter-console";

    private static final String SUBJECT_REVIEWS = "/apis/authentication.k8s.io/v1/selfsubjectreviews";

    /**
     * Returns the resource on which a caller wants to act.
     *
     * @throws ActionRefusedException if there is none, or the caller may not read it
     * @throws NotSignedInException if the API server does not know the caller
     */
    public ObjectReference find(Caller caller, ConsoleAction action, String namespace, String name) {
        return asCaller(caller, client -> EventRecorder.about(Optional.ofNullable(
                client.resources(action.type()).inNamespace(namespace).withName(name).get())
                .orElseThrow(() -> gone(action, namespace, name))));
    }

    /**
     * Acts, and returns what was done, as a sentence.
     *
     * @throws ActionRefusedException if the resource is gone, or the caller may not do that
     * @throws NotSignedInException if the API server does not know the caller
     */
    public String perform(Caller caller, ActionRequest request) {
        return asCaller(caller, client -> {
            ObjectReference object = find(caller, request.action(), request.namespace(), request.name());
            if (!object.getUid().equals(request.uid())) {
                throw gone(request.action(), request.namespace(), request.name());
            }
            String user = user(caller, client);
            String done = act(client, request, object);
            new EventRecorder(own.client(), COMPONENT, clock).record(object, EventRecorder.Type.Normal,
                    request.action().reason(), done + " by " + user + " in the console.");
            return done + ".";
        });
    }

    private String act(KubernetesClient client, ActionRequest request, ObjectReference object) {
        return switch (request.action()) {
            case KEEP -> {
                String until = clock.instant().plus(Duration.ofHours(request.hours())).truncatedTo(ChronoUnit.SECONDS)
                        .toString();
                patch(client, request, object, Map.of("annotations", Map.of(KeepUntil.ANNOTATION, until)), null);
                yield "Kept until " + until;
            }
            case CULL -> {
                if (!new ObjectDeletion(client).delete(HasMetadata.getPlural(request.action().type()), object)) {
                    throw gone(request.action(), request.namespace(), request.name());
                }
                yield "Deleted";
            }
            case STOP -> {
                patch(client, request, object, Map.of(), Map.of("replicas", 0));
                yield "Stopped";
            }
            case START -> {
                patch(client, request, object, Map.of(), Map.of("replicas", 1));
                yield "Started";
            }
        };
    }

    /** A patch with another uid than that of the object is a conflict. */
    private static void patch(KubernetesClient client, ActionRequest request, ObjectReference object,
            Map<String, Object> metadata, Map<String, Object> spec) {
        Map<String, Object> withUid = new HashMap<>(metadata);
        withUid.put("uid", object.getUid());
        Map<String, Object> patch = new HashMap<>(Map.of("metadata", withUid));
        if (spec != null) {
            patch.put("spec", spec);
        }
        client.genericKubernetesResources(JupyterResource.definition(object.getKind()))
                .inNamespace(request.namespace()).withName(request.name())
                .patch(PatchContext.of(PatchType.JSON_MERGE), client.getKubernetesSerialization().asJson(patch));
    }

    private static String user(Caller caller, KubernetesClient client) {
        if (caller instanceof Caller.Local) {
            return "somebody at this machine";
        }
        String review = client.raw(SUBJECT_REVIEWS, "POST",
                Map.of("apiVersion", "authentication.k8s.io/v1", "kind", "SelfSubjectReview"));
        return client.getKubernetesSerialization().unmarshal(review, JsonNode.class)
                .at("/status/userInfo/username").asText();
    }

    private <T> T asCaller(Caller caller, Function<KubernetesClient, T> request) {
        try {
            return switch (caller) {
                case Caller.Bearer bearer -> {
                    try (KubernetesClient client = clients.withToken(bearer.token())) {
                        yield request.apply(client);
                    }
                }
                case Caller.Local local -> request.apply(own.client());
                case Caller.Proxied proxied ->
                    throw new ActionRefusedException("Behind a proxy that sends no token, the"
                            + " console only shows. Sign in with a token, or use kubectl.");
            };
        } catch (KubernetesClientException e) {
            throw switch (e.getCode()) {
                case HttpURLConnection.HTTP_UNAUTHORIZED -> NotSignedInException.refused();
                case HttpURLConnection.HTTP_FORBIDDEN, HttpURLConnection.HTTP_BAD_REQUEST,
                        HttpURLConnection.HTTP_NOT_FOUND, HttpURLConnection.HTTP_CONFLICT, 422 ->
                    new ActionRefusedException("The API server refused: "
                            + ApiFailure.reason(e).replaceFirst("[.]?$", "."));
                default -> e;
            };
        }
    }

    private static ActionRefusedException gone(ConsoleAction action, String namespace, String name) {
        return new ActionRefusedException(HasMetadata.getKind(action.type()) + " " + namespace + "/" + name
                + " is gone, or another one has its name by now. Go back to see what there is.");
    }
}
