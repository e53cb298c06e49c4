package io.elasticjupyter.integration;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.elasticjupyter.integration.FunctionsServer.Answer;
import io.cloudevents.CloudEvent;
import io.elasticjupyter.local.ResourceEvents;
import io.elasticjupyter.local.ResourceEvents.Change;
import io.elasticjupyter.local.ResourceEvents.Mode;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.dsl.FieldValidateable;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.net.URI;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A cluster, a client with all rights, and the functions, which also have all rights.
 *
 * @param title the title of the cluster, with its version
 * @param cluster the cluster
 * @param client the client of the user
 * @param functions the functions that run against the cluster
 * @param apiServer the URL that the events name as their source
 * @param namespaces the namespaces that were created
 */
record Site(String title, Cluster cluster, KubernetesClient client, FunctionsServer functions, URI apiServer,
        ConcurrentLinkedQueue<String> namespaces) implements AutoCloseable {

    private static final AtomicInteger COUNT = new AtomicInteger();

    static Site start(Cluster cluster) {
        Config config = new ConfigBuilder(Config.fromKubeconfig(cluster.kubeconfig())).withRequestTimeout(30_000)
                .withRequestRetryBackoffLimit(1)
                .build();
        KubernetesClient client = new KubernetesClientBuilder().withConfig(config).build();
        cluster.prepare(client);
        return new Site(cluster.title() + ", " + client.getKubernetesVersion().getGitVersion(), cluster, client,
                FunctionsServer.start(cluster.kubeconfig()),
                URI.create(client.getMasterUrl().toString()), new ConcurrentLinkedQueue<>());
    }

    /** Creates a namespace with a unique name. */
    String namespace() {
        String name = "elastic-jupyter-test-" + Long.toString(System.nanoTime(), 36) + COUNT.incrementAndGet();
        return namespace(name);
    }

    /** Creates the namespace with this name. */
    String namespace(String name) {
        client.resource(new NamespaceBuilder().withNewMetadata().withName(name).endMetadata().build())
                .serverSideApply();
        namespaces.add(name);
        return name;
    }

    /** Returns the options with which kubectl applies: server-side and with strict field validation. */
    static PatchContext strictly(String manager) {
        return new PatchContext.Builder().withPatchType(PatchType.SERVER_SIDE_APPLY).withFieldManager(manager)
                .withFieldValidation("Strict").build();
    }

    /** Creates an object in a namespace, as kubectl does with a new object. */
    GenericKubernetesResource create(String namespace, JsonNode document) {
        GenericKubernetesResource resource = Serialization.unmarshal(document.toString(),
                GenericKubernetesResource.class);
        resource.getMetadata().setNamespace(namespace);
        return client.resource(resource).fieldValidation(FieldValidateable.Validation.STRICT).create();
    }

    /** Applies an object in a namespace, as a user does. */
    GenericKubernetesResource apply(String namespace, JsonNode document) {
        GenericKubernetesResource resource = Serialization.unmarshal(document.toString(),
                GenericKubernetesResource.class);
        resource.getMetadata().setNamespace(namespace);
        return client.resource(resource).patch(strictly("kubectl"));
    }

    /** Applies an object that is given as YAML. */
    GenericKubernetesResource apply(String namespace, String yaml) {
        return apply(namespace, Documents.parse(yaml).getFirst());
    }

    /** Sends the event of a change to the function of the object's kind. */
    Answer send(Change change, HasMetadata object) {
        return send(functionOf(object), change, object);
    }

    /** Sends the event of a change to a function. */
    Answer send(String function, Change change, HasMetadata object) {
        GenericKubernetesResource generic = Serialization.unmarshal(Serialization.asJson(object),
                GenericKubernetesResource.class);
        return functions.post(function, event(change, generic));
    }

    /** Returns the event of a change, as the sources in {@code eventing/knative} send it. */
    CloudEvent event(Change change, GenericKubernetesResource object) {
        return new ResourceEvents(apiServer, Mode.REFERENCE).event(change, object);
    }

    /** Sends an event that the object was added, as a source does when it starts. It must succeed. */
    Answer reconcile(HasMetadata object) {
        Answer answer = send(Change.ADD, object);
        assertThat(answer.status()).as("%s", answer).isEqualTo(200);
        return answer;
    }

    static String functionOf(HasMetadata object) {
        String kind = object.getKind().startsWith("Jupyter")
                ? object.getKind()
                : object.getMetadata().getOwnerReferences().getFirst().getKind();
        return switch (kind) {
            case "JupyterNotebook" -> "reconcileNotebook";
            case "JupyterGateway" -> "reconcileGateway";
            case "JupyterKernelSpec" -> "reconcileKernelSpec";
            case "JupyterKernelTemplate", "JupyterKernel" -> "reconcileKernel";
            default -> throw new IllegalArgumentException("no function reconciles a  " + kind);
        };
    }

    /** Returns the functions that reconcile what refers to an object of ours, and get its events, too. */
    static List<String> functionsOfReferrers(HasMetadata object) {
        return switch (object.getKind()) {
            case "JupyterGateway" -> List.of("reconcileNotebook");
            case "JupyterKernelSpec" -> List.of("reconcileGateway");
            case "JupyterKernelTemplate" -> List.of("reconcileKernelSpec", "reconcileNotebook");
            default -> List.of();
        };
    }

    /** Reads the current state of the object. */
    GenericKubernetesResource now(HasMetadata object) {
        return client.genericKubernetesResources(object.getApiVersion(), object.getKind())
                .inNamespace(object.getMetadata().getNamespace()).withName(object.getMetadata().getName()).get();
    }

    /** Returns the condition of this type; a missing node without one. */
    static JsonNode condition(HasMetadata resource, String type) {
        JsonNode conditions = Serialization.unmarshal(Serialization.asJson(resource), JsonNode.class)
                .at("/status/conditions");
        for (JsonNode condition : conditions) {
            if (condition.path("type").asText().equals(type)) {
                return condition;
            }
        }
        return MissingNode.getInstance();
    }

    @Override
    public void close() {
        functions.close();
        List.copyOf(namespaces).forEach(name -> client.namespaces().withName(name).delete());
        client.close();
        cluster.close();
    }

    @Override
    public String toString() {
        return title;
    }
}
