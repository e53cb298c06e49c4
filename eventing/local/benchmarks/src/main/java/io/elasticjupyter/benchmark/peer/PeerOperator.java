package io.elasticjupyter.benchmark.peer;

import io.elasticjupyter.api.v1alpha1.JupyterResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;

/** Runs the peer: a controller for notebooks, one for gateways, and one that watches kernels. */
public final class PeerOperator {

    /** The line that it prints when it watches. */
    public static final String READY = "the peer is ready";

    /** The label of its children. */
    static final String MANAGED_BY = "app.kubernetes.io/managed-by=peer";

    private PeerOperator() {}

    /** Runs until it is stopped. The first argument is the only namespace, or empty for all. */
    public static void main(String[] args) {
        Config config = Config.autoConfigure(null);
        if (config.getAutoOAuthToken() == null) {
            // As in the functions. Otherwise the client would look for a newer token before each request.
            config.setOauthTokenProvider(() -> null);
        }
        Operator operator = new Operator(o -> o.withCloseClientOnStop(true)
                .withKubernetesClient(new KubernetesClientBuilder().withConfig(config).build()));
        if (args[0].isEmpty()) {
            operator.register(new PeerNotebooks());
            operator.register(new PeerGateways());
            operator.register(new PeerKernels());
        } else {
            operator.register(new PeerNotebooks(), o -> o.settingNamespace(args[0]));
            operator.register(new PeerGateways(), o -> o.settingNamespace(args[0]));
        }
        operator.start();
        System.out.println(READY);
    }

    /** Returns the metadata of a child; the SDK adds the owner reference. */
    static ObjectMeta child(HasMetadata primary, String name) {
        return new ObjectMetaBuilder().withNamespace(primary.getMetadata().getNamespace()).withName(name)
                .addToLabels("app.kubernetes.io/managed-by", "peer").addToLabels(labels(primary)).build();
    }

    static Map<String, String> labels(HasMetadata primary) {
        return Map.of("app.kubernetes.io/name", primary.getKind().toLowerCase(Locale.ROOT),
                "app.kubernetes.io/instance", primary.getMetadata().getName());
    }

    static Secret tokenSecret(HasMetadata primary, String name, Context<?> context) {
        String token = context.getSecondaryResource(Secret.class).map(present -> present.getData().get("token"))
                .orElseGet(() -> Base64.getEncoder()
                        .encodeToString(UUID.randomUUID().toString().getBytes(StandardCharsets.UTF_8)));
        return new SecretBuilder().withMetadata(child(primary, name)).withType("Opaque")
                .withData(Map.of("token", token)).build();
    }

    static NetworkPolicy networkPolicy(HasMetadata primary, String name, int port) {
        return new NetworkPolicyBuilder().withMetadata(child(primary, name))
                .withNewSpec()
                .withNewPodSelector().withMatchLabels(labels(primary)).endPodSelector()
                .withPolicyTypes("Ingress")
                .addNewIngress()
                .addNewFrom().withNewPodSelector().withMatchLabels(labels(primary)).endPodSelector().endFrom()
                .addNewPort().withProtocol("TCP").withPort(new IntOrString(port)).endPort()
                .endIngress()
                .endSpec()
                .build();
    }

    static boolean isNews(JupyterResource<?, ?> resource) {
        return resource.getStatus() == null
                || !resource.getMetadata().getGeneration().equals(resource.getStatus().observedGeneration());
    }
}
