package io.elasticjupyter.application;

import io.elasticjupyter.event.EventKey;
import io.elasticjupyter.workload.RandomToken;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.KubernetesClientTimeoutException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.net.HttpURLConnection;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * Creates the {@linkplain EventKey key} of an installation, if it has none, and sets it as an attribute of the events of the sources
 * in its namespace. The Job {@code event-key} runs it whenever the manifests are applied. The manifests do not contain the attribute,
 * so applying them again does not remove it.
 *
 * @param client the client of the Job's account
 * @param namespace the namespace of the installation
 * @param patience how long to wait for the sources to be created
 */
record EventKeyInstaller(KubernetesClient client, String namespace, Duration patience) {

    /** The argument of the program that runs the installer instead of the server. */
    static final String COMMAND = "install-event-key";

    /** The name of the Secret, whose entry is named {@value #ENTRY}. */
    static final String SECRET = "event-key";

    static final String ENTRY = "key";

    private static final int BYTES = 32;

    /** {@code kubectl apply -k} creates objects in the order of their groups, kinds and names, and this one last. */
    private static final String LAST_SOURCE = "resync";

    private static final ResourceDefinitionContext PING_SOURCES = sources("PingSource");

    private static final List<ResourceDefinitionContext> SOURCES = List.of(sources("ApiServerSource"),
            sources("ContainerSource"), PING_SOURCES);

    private static ResourceDefinitionContext sources(String kind) {
        return new ResourceDefinitionContext.Builder().withGroup("sources.knative.dev").withVersion("v1").withKind(kind)
                .withPlural(kind.toLowerCase(Locale.ROOT) + "s").withNamespaced(true).build();
    }

    /** Runs in the namespace of the pod, and exits with 1 and one line if it fails; the Job then starts it again. */
    static void main() {
        try (KubernetesClient client = KubernetesConfiguration.client(Config.autoConfigure(null))) {
            new EventKeyInstaller(client, client.getNamespace(), Duration.ofMinutes(1)).install();
        } catch (KubernetesClientException | IllegalStateException | IllegalArgumentException e) {
            System.err.println(
                    "event key not installed: " + String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
            System.exit(1);
        }
    }

    /**
     * Installs the key.
     *
     * @throws KubernetesClientException if a request fails
     * @throws IllegalStateException if the Secret is not one of this class, or no source is created in time
     */
    void install() {
        String key = key();
        awaitSources();
        String patch = client.getKubernetesSerialization().asJson(Map.of("spec",
                Map.of("ceOverrides", Map.of("extensions", Map.of(EventKey.ATTRIBUTE, key)))));
        int sources = 0;
        for (ResourceDefinitionContext kind : SOURCES) {
            for (GenericKubernetesResource source : client.genericKubernetesResources(kind).inNamespace(namespace)
                    .list().getItems()) {
                client.genericKubernetesResources(kind).inNamespace(namespace)
                        .withName(source.getMetadata().getName()).patch(PatchContext.of(PatchType.JSON_MERGE), patch);
                System.out.println(kind.getKind() + " " + source.getMetadata().getName() + " sends the key");
                sources++;
            }
        }
        if (sources == 0) {
            throw new IllegalStateException("there is no source in the namespace '" + namespace
                    + "'. Apply eventing/knative; the Job tries again.");
        }
    }

    private void awaitSources() {
        try {
            client.genericKubernetesResources(PING_SOURCES).inNamespace(namespace).withName(LAST_SOURCE)
                    .waitUntilCondition(Objects::nonNull, patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (KubernetesClientTimeoutException e) {
            System.out.println("there is no PingSource " + LAST_SOURCE + ": other sources may still be missing");
        }
    }

    /** Returns the existing key, or a new one. A key is never replaced, because the functions' pods have read it. */
    private String key() {
        Secret secret = new SecretBuilder().withNewMetadata().withName(SECRET).withNamespace(namespace).endMetadata()
                .addToStringData(ENTRY, RandomToken.generate(BYTES)).build();
        try {
            client.resource(secret).create();
        } catch (KubernetesClientException e) {
            if (e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
                throw e;
            }
        }
        Secret stored = client.secrets().inNamespace(namespace).withName(SECRET).get();
        if (stored == null || stored.getData() == null || !stored.getData().containsKey(ENTRY)) {
            throw new IllegalStateException("the Secret '" + SECRET + "' has no entry '" + ENTRY
                    + "'. Delete the Secret; the Job creates it again.");
        }
        String key = new String(Base64.getDecoder().decode(stored.getData().get(ENTRY)), StandardCharsets.UTF_8);
        EventKey.of(key);
        return key;
    }
}
