package io.elasticjupyter.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.elasticjupyter.local.BinaryApiServer;
import io.elasticjupyter.local.FreePort;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfiguration;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingWebhookConfiguration;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.WebhookClientConfig;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The manager of Kueue beside an API server, with its CRDs and webhooks. {@code KUEUE} is the path of the program, and
 * {@code KUEUE_SOURCE} the directory of its source, whose manifests are applied.
 *
 * @param process the process
 */
record KueueProcess(Process process) implements AutoCloseable {

    private static final String NAMESPACE = "kueue-system";
    private static final String SERVICE = "kueue-webhook-service";
    private static final String CERTIFICATES = "kueue-webhook-server-cert";
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    /** The kinds that other versions are converted to. */
    private static final Set<String> CONVERTED = Set.of("workloads", "clusterqueues", "localqueues", "cohorts",
            "multikueueclusters");

    static KueueProcess start(BinaryApiServer server, KubernetesClient client) throws IOException {
        Path source = Path.of(System.getenv("KUEUE_SOURCE"), "config", "components");
        Path folder = Files.createTempDirectory("kueue-");
        int webhooks = FreePort.any();
        int health = FreePort.any();
        client.resource(new NamespaceBuilder().withNewMetadata().withName(NAMESPACE).endMetadata().build()).create();
        // The API server connects to the name of such a Service, and to the port of the webhook.
        client.resource(new ServiceBuilder().withNewMetadata().withNamespace(NAMESPACE).withName(SERVICE).endMetadata()
                .withNewSpec().withType("ExternalName").withExternalName("localhost").endSpec().build()).create();
        client.resource(new SecretBuilder().withNewMetadata().withNamespace(NAMESPACE).withName(CERTIFICATES)
                .endMetadata().build()).create();
        definitions(source, client, webhooks);
        webhooks(source, client, webhooks);
        Path config = Files.writeString(folder.resolve("config.yaml"), """
                apiVersion: config.kueue.x-k8s.io/v1beta2
                kind: Configuration
                namespace: %s
                health: {healthProbeBindAddress: '127.0.0.1:%d'}
                metrics: {bindAddress: '0'}
                webhook: {port: %d, certDir: %s}
                leaderElection: {leaderElect: false}
                clientConnection: {qps: 300, burst: 600}
                integrations:
                  frameworks: [pod, batch/job]
                  labelKeysToCopy: [elastic-jupyter.io/reclaim]
                featureGates: {VisibilityOnDemand: false}
                """.formatted(NAMESPACE, health, webhooks, folder));
        Path kubeconfig = Files.writeString(folder.resolve("kubeconfig"), server.kubeconfig().orElseThrow());
        ProcessBuilder kueue = new ProcessBuilder(System.getenv("KUEUE"), "--config=" + config)
                .redirectErrorStream(true).redirectOutput(folder.resolve("log").toFile());
        kueue.environment().put("KUBECONFIG", kubeconfig.toString());
        KueueProcess started = new KueueProcess(kueue.start());
        try {
            await().atMost(PATIENCE).until(() -> secret(client).getData().containsKey("tls.crt"));
            // The kubelet would mount them.
            for (Map.Entry<String, String> each : secret(client).getData().entrySet()) {
                Files.write(folder.resolve(each.getKey()), Base64.getDecoder().decode(each.getValue()));
            }
            await().atMost(PATIENCE).untilAsserted(() -> {
                assertThat(started.process().isAlive()).as("Kueue, whose log is " + folder.resolve("log")).isTrue();
                assertThat(clientConfigs(client)).isNotEmpty()
                        .allSatisfy(each -> assertThat(each.getCaBundle()).isNotEmpty());
                assertThat(isReady(health)).isTrue();
            });
            return started;
        } catch (RuntimeException | AssertionError e) {
            started.close();
            throw e;
        }
    }

    private static boolean isReady(int port) throws IOException {
        HttpURLConnection request = (HttpURLConnection) URI.create("http://127.0.0.1:" + port + "/readyz").toURL()
                .openConnection();
        try {
            return request.getResponseCode() == HttpURLConnection.HTTP_OK;
        } catch (ConnectException e) {
            return false;
        }
    }

    private static Secret secret(KubernetesClient client) {
        return client.secrets().inNamespace(NAMESPACE).withName(CERTIFICATES).get();
    }

    private static void definitions(Path source, KubernetesClient client, int port) throws IOException {
        try (Stream<Path> files = Files.list(source.resolve("crd/bases"))) {
            for (Path file : files.sorted().toList()) {
                CustomResourceDefinition crd = Serialization.unmarshal(Files.readString(file),
                        CustomResourceDefinition.class);
                if (CONVERTED.contains(crd.getSpec().getNames().getPlural())) {
                    crd = new CustomResourceDefinitionBuilder(crd).editSpec().withNewConversion()
                            .withStrategy("Webhook").withNewWebhook().withConversionReviewVersions("v1")
                            .withNewClientConfig().withNewService().withName(SERVICE).withNamespace(NAMESPACE)
                            .withPath("/convert").withPort(port).endService().endClientConfig().endWebhook()
                            .endConversion().endSpec().build();
                }
                client.resource(crd).create();
            }
        }
    }

    private static void webhooks(Path source, KubernetesClient client, int port) throws IOException {
        for (String document : Files.readString(source.resolve("webhook/manifests.yaml")).split("(?m)^---$")) {
            if (document.contains("kind: MutatingWebhookConfiguration")) {
                var webhooks = Serialization.unmarshal(document, MutatingWebhookConfiguration.class);
                webhooks.getMetadata().setName("kueue-" + webhooks.getMetadata().getName());
                webhooks.getWebhooks().forEach(each -> connect(each.getClientConfig(), port));
                client.resource(webhooks).create();
            } else if (document.contains("kind: ValidatingWebhookConfiguration")) {
                var webhooks = Serialization.unmarshal(document, ValidatingWebhookConfiguration.class);
                webhooks.getMetadata().setName("kueue-" + webhooks.getMetadata().getName());
                webhooks.getWebhooks().forEach(each -> connect(each.getClientConfig(), port));
                client.resource(webhooks).create();
            }
        }
    }

    private static void connect(WebhookClientConfig webhook, int port) {
        webhook.getService().setName(SERVICE);
        webhook.getService().setNamespace(NAMESPACE);
        webhook.getService().setPort(port);
    }

    private static List<WebhookClientConfig> clientConfigs(KubernetesClient client) {
        return Stream.concat(
                client.resources(MutatingWebhookConfiguration.class).list().getItems().stream()
                        .flatMap(each -> each.getWebhooks().stream()).map(each -> each.getClientConfig()),
                client.resources(ValidatingWebhookConfiguration.class).list().getItems().stream()
                        .flatMap(each -> each.getWebhooks().stream()).map(each -> each.getClientConfig()))
                .filter(Objects::nonNull).toList();
    }

    @Override
    public void close() {
        process.destroyForcibly();
        process.onExit().join();
    }
}
