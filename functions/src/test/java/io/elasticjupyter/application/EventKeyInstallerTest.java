package io.elasticjupyter.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.elasticjupyter.kubernetes.OnAnEmbeddedApi;
import io.embeddedkubernetes.Request;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EventKeyInstallerTest extends OnAnEmbeddedApi {

    private static final String NAMESPACE = "elastic-jupyter";

    @BeforeEach
    void sourceTypes() {
        client.resource(new NamespaceBuilder().withNewMetadata().withName(NAMESPACE).endMetadata().build()).create();
        for (String kind : List.of("ApiServerSource", "ContainerSource", "PingSource")) {
            client.resource("""
                    apiVersion: apiextensions.k8s.io/v1
                    kind: CustomResourceDefinition
                    metadata: {name: %1$ss.sources.knative.dev}
                    spec:
                      group: sources.knative.dev
                      scope: Namespaced
                      names: {kind: %2$s, plural: %1$ss, singular: %1$s}
                      versions:
                        - name: v1
                          served: true
                          storage: true
                          schema:
                            openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}
                    """.formatted(kind.toLowerCase(), kind)).create();
        }
    }

    @Test
    void everySourceOfTheNamespaceSendsARandomKey() {
        apply("ApiServerSource", "elastic-jupyter", NAMESPACE, "{}");
        apply("ContainerSource", "elastic-jupyter-gateways", NAMESPACE, "{}");
        apply("PingSource", "resync", NAMESPACE, "{ceOverrides: {extensions: {function: resync}}}");
        apply("PingSource", "of-a-user", "default", "{ceOverrides: {extensions: {function: resync}}}");

        install();

        String key = key();
        assertThat(key).matches("[0-9a-f]{64}");
        assertThat(extension("ApiServerSource", "elastic-jupyter", NAMESPACE, "eventkey")).isEqualTo(key);
        assertThat(extension("ContainerSource", "elastic-jupyter-gateways", NAMESPACE, "eventkey")).isEqualTo(key);
        assertThat(extension("PingSource", "resync", NAMESPACE, "eventkey")).isEqualTo(key);
        assertThat(extension("PingSource", "resync", NAMESPACE, "function")).isEqualTo("resync");
        assertThat(extension("PingSource", "of-a-user", "default", "eventkey")).isNull();
    }

    @Test
    void theKeyIsKeptWhenTheManifestsAreAppliedAgain() {
        apply("PingSource", "resync", NAMESPACE, "{}");
        install();
        String key = key();
        api.clearRequests();

        apply("PingSource", "another", NAMESPACE, "{}");
        install();

        assertThat(key()).isEqualTo(key);
        assertThat(extension("PingSource", "another", NAMESPACE, "eventkey")).isEqualTo(key);
        assertThat(api.requests()).filteredOn(Request::changed).extracting(Request::path)
                .noneMatch(path -> path.contains("secrets"));
    }

    /** The Job starts before kubectl has created the sources. */
    @Test
    void theSourcesAreAwaited() {
        apply("ApiServerSource", "elastic-jupyter", NAMESPACE, "{}");
        CompletableFuture<Void> installed = CompletableFuture.runAsync(this::install);

        apply("PingSource", "resync", NAMESPACE, "{}");

        installed.join();
        assertThat(extension("ApiServerSource", "elastic-jupyter", NAMESPACE, "eventkey")).isEqualTo(key());
        assertThat(extension("PingSource", "resync", NAMESPACE, "eventkey")).isEqualTo(key());
    }

    @Test
    void withoutSourcesTheJobFails() {
        assertThatThrownBy(() -> new EventKeyInstaller(client, NAMESPACE, Duration.ofMillis(100)).install())
                .isInstanceOf(IllegalStateException.class).hasMessageContaining("Apply eventing/knative");
    }

    @Test
    void withoutAResyncTheOtherSourcesSendTheKey() {
        apply("ApiServerSource", "elastic-jupyter", NAMESPACE, "{}");

        new EventKeyInstaller(client, NAMESPACE, Duration.ofMillis(100)).install();

        assertThat(extension("ApiServerSource", "elastic-jupyter", NAMESPACE, "eventkey")).isEqualTo(key());
    }

    @Test
    void aSecretWithoutAKeyIsReportedAndNotSent() {
        apply("PingSource", "resync", NAMESPACE, "{}");
        client.resource(new SecretBuilder().withNewMetadata().withName("event-key").withNamespace(NAMESPACE)
                .endMetadata().build()).create();

        assertThatThrownBy(this::install).isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("Secret 'event-key' has no entry 'key'. Delete the Secret");
        assertThat(extension("PingSource", "resync", NAMESPACE, "eventkey")).isNull();
    }

    @Test
    void theAccountOfTheJobHasTheRightsThatItUsesAndNoOthers() throws IOException {
        apply("ApiServerSource", "elastic-jupyter", NAMESPACE, "{}");
        apply("ContainerSource", "elastic-jupyter-gateways", NAMESPACE, "{}");
        CompletableFuture<Void> installed = CompletableFuture.runAsync(this::install);
        await().until(() -> api.requests().stream().anyMatch(request -> request.query().contains("watch=true")));
        apply("PingSource", "resync", NAMESPACE, "{}");
        installed.join();

        Set<String> used = api.requests().stream()
                .filter(request -> request.path().contains("/namespaces/" + NAMESPACE + "/"))
                .filter(request -> !request.query().contains("fieldManager")).map(EventKeyInstallerTest::right)
                .collect(Collectors.toCollection(TreeSet::new));

        Set<String> granted = new TreeSet<>();
        try (var documents = new ObjectMapper(new YAMLFactory()).readerFor(JsonNode.class).<JsonNode>readValues(
                Path.of(System.getProperty("repository.root"), "deploy/rbac/event-key.yaml").toFile())) {
            documents.readAll().forEach(object -> object.path("rules").forEach(rule -> rule.path("resources")
                    .forEach(resource -> rule.path("verbs")
                            .forEach(verb -> granted.add(resource.asText() + " " + verb.asText())))));
        }
        assertThat(used).isEqualTo(granted);
    }

    private static String right(Request request) {
        String[] path = request.path().split("/namespaces/" + NAMESPACE + "/")[1].split("/");
        return path[0] + " " + switch (request.method()) {
            case "POST" -> "create";
            case "PATCH" -> "patch";
            default -> request.query().contains("watch=true") ? "watch" : path.length > 1 ? "get" : "list";
        };
    }

    private void install() {
        new EventKeyInstaller(client, NAMESPACE, Duration.ofSeconds(30)).install();
    }

    private String key() {
        return new String(Base64.getDecoder().decode(client.secrets().inNamespace(NAMESPACE).withName("event-key").get()
                .getData().get("key")), StandardCharsets.UTF_8);
    }

    private void apply(String kind, String name, String namespace, String spec) {
        client.resource("""
                apiVersion: sources.knative.dev/v1
                kind: %s
                metadata: {name: %s, namespace: %s}
                spec: %s
                """.formatted(kind, name, namespace, spec)).serverSideApply();
    }

    private String extension(String kind, String name, String namespace, String extension) {
        GenericKubernetesResource source = client.genericKubernetesResources(new ResourceDefinitionContext.Builder()
                .withGroup("sources.knative.dev").withVersion("v1").withKind(kind)
                .withPlural(kind.toLowerCase() + "s").withNamespaced(true).build()).inNamespace(namespace)
                .withName(name).get();
        return source.get("spec", "ceOverrides", "extensions", extension);
    }
}
