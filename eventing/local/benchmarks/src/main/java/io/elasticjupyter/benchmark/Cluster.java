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

/** The API server that is measured on: the embedded one, or one that a kubeconfig names, reached through a {@link Meter}. */
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
                        // Else it looks for a newer token before each request.
                        .withOauthTokenProvider(() -> null).build())
                .build();
    }

    /** The embedded API, or the one that the file names; with our custom resources and Knative's PingSource where they are missing. */
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
     * What a process's environment needs to reach a real API server itself, as a pod does, by an address, a token and a
     * certificate; empty on the embedded API.
     */
    Optional<Map<String, String>> asFromAPod(Path folder) throws IOException {
        if (real.isEmpty()) {
            return Optional.empty();
        }
        Config config = real.get();
        if (config.getAutoOAuthToken() == null) {
            throw new IOException("the kubeconfig's user has no token, which a pod would have: name one that has");
        }
        URI url = URI.create(config.getMasterUrl());
        Map<String, String> environment = new HashMap<>(Map.of(
                "KUBERNETES_SERVICE_HOST", url.getHost(),
                "KUBERNETES_SERVICE_PORT", Integer.toString(url.getPort() < 0 ? 443 : url.getPort()),
                "KUBERNETES_AUTH_SERVICEACCOUNT_TOKEN",
                Files.writeString(folder.resolve("token"), config.getAutoOAuthToken()).toAbsolutePath().toString(),
                "KUBERNETES_TRUST_CERTIFICATES", Boolean.toString(config.isTrustCerts()),
                // Else the one that the environment has would be taken.
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

    /** A kubeconfig file for another process. */
    Path kubeconfig(Path folder) throws IOException {
        return Files.writeString(folder.resolve("kubeconfig"), kubeconfig);
    }

    String kubeconfig() {
        return kubeconfig;
    }

    /**
     * Creates a namespace that goes in the end, unless this run has it already. One that an earlier run left is deleted before.
     *
     * @throws IllegalStateException when there is one that is somebody else's
     */
    void createNamespace(String name) {
        if (namespaces.contains(name)) {
            return;
        }
        Namespace there = client.namespaces().withName(name).get();
        if (there != null) {
            if (!OURS.equals(there.getMetadata().getLabels().get(PART_OF))) {
                throw new IllegalStateException("There is a namespace '" + name
                        + "' that no benchmark made. Measure on a cluster that has none of this name.");
            }
            deleteNamespace(name);
        }
        client.resource(new NamespaceBuilder().withNewMetadata().withName(name).addToLabels(PART_OF, OURS).endMetadata()
                .build()).create();
        namespaces.add(name);
    }

    /** Deletes a namespace with all in it, and waits until it is gone. */
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
