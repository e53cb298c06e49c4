package io.elasticjupyter.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A cluster with Knative Serving and Eventing, and kubectl on the PATH: {@code -Dknative.kubeconfig=FILE} or
 * {@code KNATIVE_KUBECONFIG=FILE} names it. The current context is used.
 *
 * @param kubeconfig the kubeconfig of the cluster
 * @param client a client of the cluster
 */
record KnativeCluster(Path kubeconfig, KubernetesClient client) implements AutoCloseable {

    /** The namespace of the functions. */
    static final String FUNCTIONS = "elastic-jupyter";

    /** The kinds of an installation whose status has a {@code Ready} condition. */
    private static final List<String[]> PARTS = List.of(
            new String[]{"serving.knative.dev/v1", "Service"}, new String[]{"eventing.knative.dev/v1", "Broker"},
            new String[]{"eventing.knative.dev/v1", "Trigger"},
            new String[]{"sources.knative.dev/v1", "ApiServerSource"},
            new String[]{"sources.knative.dev/v1", "ContainerSource"},
            new String[]{"sources.knative.dev/v1", "PingSource"});

    private static final String ADAPTER = "gcr.io/knative-releases/knative.dev/eventing/cmd/apiserver_receive_adapter";

    private static final Path FOLDER = Documents.ROOT.resolve("eventing/local/integration/target/knative");

    /** Returns the cluster that is named; empty without one. */
    static Optional<KnativeCluster> given() {
        return Optional.ofNullable(System.getProperty("knative.kubeconfig", System.getenv("KNATIVE_KUBECONFIG")))
                .filter(file -> !file.isBlank()).map(Path::of)
                .map(file -> new KnativeCluster(file, new KubernetesClientBuilder()
                        .withConfig(Config.fromKubeconfig(file.toFile())).build()));
    }

    /** Returns whether Knative Serving and Eventing are installed. */
    boolean hasKnative() {
        return PARTS.stream().allMatch(part -> Optional.ofNullable(client.getApiResources(part[0])).stream()
                .flatMap(resources -> resources.getResources().stream())
                .anyMatch(resource -> resource.getKind().equals(part[1])));
    }

    /** Returns the reason why an overlay of {@code deploy/overlays} cannot be installed on this cluster; empty if it can. */
    Optional<String> lacks(String overlay) {
        return switch (overlay) {
            case "kafka" -> configMap("kafka-broker-config").isEmpty()
                    ? Optional.of("the Kafka Broker is not installed (ConfigMap kafka-broker-config)")
                    : Optional.empty();
            case "kueue" -> client.getApiResources("kueue.x-k8s.io/v1beta2") == null
                    ? Optional.of("Kueue is not installed (API kueue.x-k8s.io/v1beta2)")
                    : lacks("");
            case "gateway-api" -> client.getApiResources("gateway.networking.k8s.io/v1") == null
                    ? Optional.of("the Gateway API is not installed (gateway.networking.k8s.io/v1)")
                    : lacks("");
            case "oidc" -> oidc() ? Optional.empty() : Optional.of("the feature authentication-oidc is not enabled");
            default -> oidc()
                    ? Optional
                            .of("authentication-oidc is enabled, and this overlay provides no token for the gateways' source")
                    : Optional.empty();
        };
    }

    /** Returns whether Knative authenticates the senders of events. */
    boolean oidc() {
        return configMap("config-features").map(features -> features.get("authentication-oidc"))
                .filter("enabled"::equalsIgnoreCase).isPresent();
    }

    private Optional<Map<String, String>> configMap(String name) {
        return Optional.ofNullable(client.configMaps().inNamespace("knative-eventing").withName(name).get())
                .map(map -> Objects.requireNonNullElse(map.getData(), Map.of()));
    }

    /**
     * Writes a kustomization of {@code deploy} or one of its overlays with the images of this cluster: the adapter of its
     * Knative, and the functions' image that {@code -Dknative.functions} names.
     */
    Path kustomization(String folder) throws IOException {
        Path made = FOLDER.resolve(folder);
        Files.createDirectories(made);
        String[] adapter = client.apps().deployments().inNamespace("knative-eventing").withName("eventing-controller")
                .get().getSpec().getTemplate().getSpec().getContainers().getFirst().getEnv().stream()
                .filter(variable -> variable.getName().equals("APISERVER_RA_IMAGE")).findFirst().orElseThrow()
                .getValue().split("@");
        List<String> yaml = new ArrayList<>(List.of("apiVersion: kustomize.config.k8s.io/v1beta1",
                "kind: Kustomization", "resources:", "  - " + made.relativize(Documents.ROOT.resolve(folder)),
                "images:"));
        yaml.addAll(image(ADAPTER, adapter[0], adapter.length > 1 ? adapter[1] : null));
        String functions = System.getProperty("knative.functions");
        if (functions != null) {
            yaml.addAll(image("dev.local/elastic-jupyter/functions", functions, null));
        }
        return Files.write(made.resolve("kustomization.yaml"), yaml).getParent();
    }

    private static List<String> image(String name, String other, String digest) {
        int colon = other.lastIndexOf(':');
        boolean tagged = colon > other.lastIndexOf('/');
        List<String> lines = new ArrayList<>(List.of("  - name: " + name,
                "    newName: " + (tagged ? other.substring(0, colon) : other)));
        if (digest != null) {
            lines.add("    digest: " + digest);
        } else if (tagged) {
            lines.add("    newTag: \"" + other.substring(colon + 1) + "\"");
        }
        return lines;
    }

    /** Applies {@code deploy} or an overlay, and waits until all of its objects are ready. */
    void install(String folder) throws Exception {
        kubectl("apply", "-k", kustomization(folder).toString());
        await().atMost(Duration.ofMinutes(4)).pollInterval(Duration.ofSeconds(1))
                .untilAsserted(() -> assertThat(parts()).isNotEmpty()
                        .allSatisfy(part -> assertThat(isReady(part))
                                .as(part.getKind() + " " + part.getMetadata().getName() + " "
                                        + Site.condition(part, "Ready"))
                                .isTrue()));
    }

    private static boolean isReady(GenericKubernetesResource part) {
        Number observed = part.get("status", "observedGeneration");
        return observed != null && observed.longValue() == part.getMetadata().getGeneration()
                && Site.condition(part, "Ready").path("status").asText().equals("True");
    }

    /** Deletes {@code deploy} or an overlay. */
    void uninstall(String folder) throws Exception {
        kubectl("delete", "-k", kustomization(folder).toString(), "--ignore-not-found");
    }

    private List<GenericKubernetesResource> parts() {
        return PARTS.stream().flatMap(part -> client.genericKubernetesResources(part[0], part[1])
                .inNamespace(FUNCTIONS).list().getItems().stream()).toList();
    }

    /** Returns the pods of the functions, including those that are terminating. */
    List<Pod> functionsPods() {
        return client.pods().inNamespace(FUNCTIONS).withLabel("serving.knative.dev/service").list().getItems();
    }

    /** Returns the pods of the sources' adapters. */
    List<Pod> adapters() {
        return Stream.of("eventing.knative.dev/sourceName", "sources.knative.dev/containerSource")
                .flatMap(label -> client.pods().inNamespace(FUNCTIONS).withLabel(label).list().getItems().stream())
                .toList();
    }

    /** Kills pods without a grace period, as in the failure of a node. */
    void kill(List<Pod> pods) {
        assertThat(pods).as("pods to kill").isNotEmpty();
        pods.forEach(pod -> client.resource(pod).withGracePeriod(0).delete());
    }

    /** Applies documents as kubectl does. */
    void apply(String namespace, List<JsonNode> documents) {
        documents.forEach(document -> client.resource(document.toString()).inNamespace(namespace)
                .fieldManager("kubectl").forceConflicts().serverSideApply());
    }

    /** Runs a command from the documentation, which must succeed. {@code deploy} is applied with the images of this cluster. */
    void run(String command, String folder) throws IOException, InterruptedException {
        List<String> words = List.of(command.split(" +"));
        assertThat(words.getFirst()).isEqualTo("kubectl");
        String images = kustomization(folder).toString();
        kubectl(words.stream().skip(1).map(word -> word.equals("deploy") ? images : word).toArray(String[]::new));
    }

    /** Runs kubectl with these arguments, which must succeed. */
    void kubectl(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("kubectl"));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).directory(Documents.ROOT.toFile())
                .redirectErrorStream(true);
        builder.environment().put("KUBECONFIG", kubeconfig.toString());
        Path printed = Files.createTempFile("kubectl", ".txt");
        Process process = builder.redirectOutput(printed.toFile()).start();
        boolean ended = process.waitFor(6, TimeUnit.MINUTES);
        process.destroyForcibly();
        assertThat(ended).as("%s exits in time; its output is %s", command, Files.readString(printed)).isTrue();
        assertThat(process.exitValue()).as("exit code of %s, whose output is %s", command, Files.readString(printed))
                .isZero();
    }

    @Override
    public void close() {
        client.close();
    }
}
