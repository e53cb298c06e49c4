package io.elasticjupyter.benchmark;

import io.embeddedkubernetes.EmbeddedApi;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.TimeUnit;

/** The API server of a benchmark: the embedded API, or the one of a kubeconfig, reached through a {@link Meter}. */
final class Cluster implements AutoCloseable {

    private interface Server {
        void close();
    }

    private static final String PART_OF = "app.kubernetes.io/part-of";
    private static final String OURS = "elastic-jupyter-benchmarks";

    private final Server server;
    private final RequestCount requests;
    private final String kubeconfig;
    private final String title;
    private final KubernetesClient client;
    private final Optional<Config> real;
    private final Set<String> namespaces = new ConcurrentSkipListSet<>();

    private Cluster(Server server, RequestCount requests, String kubeconfig, String title,
            Optional<Config> real) {
        this.real = real;
        this.server = server;
        this.requests = requests;
        this.kubeconfig = kubeconfig;
        this.title = title;
        this.client = new KubernetesClientBuilder()
                .withConfig(new ConfigBuilder(Config.fromKubeconfig(kubeconfig)).withRequestTimeout(60_000)
                        // Otherwise the client would look for a newer token before each request.
                        .withOauthTokenProvider(() -> null).build())
                .build();
    }

    /** Connects to the embedded API, or to the cluster of a file. Installs the CRDs and PingSource if they are missing. */
    static Cluster start(Optional<Path> file) throws IOException {
        RequestCount requests = new RequestCount();
        Cluster cluster = file.isPresent() ? real(file.get(), requests) : embedded(requests);
        cluster.installDefinitions();
        return cluster;
    }

    private static Cluster embedded(RequestCount requests) throws IOException {
        EmbeddedApi api = EmbeddedApi.start(0);
        api.onRequest(request -> requests.add(request.method()));
        return new Cluster(api::close, requests, api.kubeconfig(), "embedded", Optional.empty());
    }

    private static Cluster real(Path file, RequestCount requests) throws IOException {
        Config config = Config.fromKubeconfig(file.toFile());
        String version;
        try (KubernetesClient client = new KubernetesClientBuilder().withConfig(config).build()) {
            version = client.getKubernetesVersion().getGitVersion();
        }
        Meter meter = Meter.start(config, requests, false);
        return new Cluster(meter::close, requests, meter.kubeconfig(), "Kubernetes " + version, Optional.of(config));
    }

    /**
     * Returns the environment variables with which a process reaches a real API server as a pod does, with an address, a token
     * and a certificate; empty for the embedded API.
     */
    Optional<Map<String, String>> asFromAPod(Path folder) throws IOException {
        if (real.isEmpty()) {
            return Optional.empty();
        }
        Config config = real.get();
        if (config.getAutoOAuthToken() == null) {
            throw new IOException(
                    "the user of the kubeconfig has no token; use a kubeconfig whose user has one, as a pod does");
        }
        URI url = URI.create(config.getMasterUrl());
        Map<String, String> environment = new HashMap<>(Map.of(
                "KUBERNETES_SERVICE_HOST", url.getHost(),
                "KUBERNETES_SERVICE_PORT", Integer.toString(url.getPort() < 0 ? 443 : url.getPort()),
                "KUBERNETES_AUTH_SERVICEACCOUNT_TOKEN",
                Files.writeString(folder.resolve("token"), config.getAutoOAuthToken()).toAbsolutePath().toString(),
                "KUBERNETES_TRUST_CERTIFICATES", Boolean.toString(config.isTrustCerts()),
                // Otherwise the client would use the one of the environment.
                "KUBECONFIG", folder.resolve("none").toAbsolutePath().toString()));
        if (config.getCaCertData() != null) {
            environment.put("KUBERNETES_CERTS_CA_FILE", Files.write(folder.resolve("ca.crt"),
                    Base64.getDecoder().decode(config.getCaCertData())).toAbsolutePath().toString());
        } else if (config.getCaCertFile() != null) {
            environment.put("KUBERNETES_CERTS_CA_FILE", config.getCaCertFile());
        }
        return Optional.of(environment);
    }

    String title() {
        return title;
    }

    RequestCount requests() {
        return requests;
    }

    KubernetesClient client() {
        return client;
    }

    /** Writes a kubeconfig for another process. */
    Path kubeconfig(Path folder) throws IOException {
        return Files.writeString(folder.resolve("kubeconfig"), kubeconfig);
    }

    String kubeconfig() {
        return kubeconfig;
    }

    /**
     * Creates a namespace that is deleted at the end, unless this run created it before. One of an earlier run is deleted first.
     *
     * @throws IllegalStateException when a namespace of this name exists that no benchmark created
     */
    void createNamespace(String name) {
        if (namespaces.contains(name)) {
            return;
        }
        Namespace there = client.namespaces().withName(name).get();
        if (there != null) {
            if (!OURS.equals(there.getMetadata().getLabels().get(PART_OF))) {
                throw new IllegalStateException("Namespace '" + name
                        + "' exists and was not created by a benchmark. Use a cluster without a namespace of this name.");
            }
            deleteNamespace(name);
        }
        client.resource(new NamespaceBuilder().withNewMetadata().withName(name).addToLabels(PART_OF, OURS).endMetadata()
                .build()).create();
        namespaces.add(name);
    }

    /** Deletes a namespace with its objects, and waits until it is deleted. */
    void deleteNamespace(String name) {
        client.namespaces().withName(name).delete();
        client.namespaces().withName(name).waitUntilCondition(gone -> gone == null, 10, TimeUnit.MINUTES);
        namespaces.remove(name);
    }

    private void installDefinitions() throws IOException {
        for (String name : List.of("jupytergateways", "jupyterkernels", "jupyterkernelspecs", "jupyterkerneltemplates",
                "jupyternotebooks", "pingsource")) {
            try (InputStream yaml = Cluster.class.getResourceAsStream("/crds/" + name + ".yaml")) {
                var definition = client.resource(Serialization.unmarshal(yaml, CustomResourceDefinition.class));
                if (definition.get() == null) {
                    definition.create();
                }
                definition.waitUntilCondition(Cluster::isEstablished, 1, TimeUnit.MINUTES);
            }
        }
    }

    private static boolean isEstablished(CustomResourceDefinition definition) {
        return definition != null && definition.getStatus() != null
                && definition.getStatus().getConditions() != null && definition.getStatus().getConditions().stream()
                        .anyMatch(c -> c.getType().equals("Established") && c.getStatus().equals("True"));
    }

    @Override
    public void close() {
        List.copyOf(namespaces).forEach(this::deleteNamespace);
        client.close();
        server.close();
    }
}
