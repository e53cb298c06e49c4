package io.elasticjupyter.image;

import io.embeddedkubernetes.EmbeddedApi;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * An embedded API server that a process reaches as a pod reaches the API server of its cluster: over TLS, with a token,
 * configured by environment variables and files. It has the custom resource definitions and PingSource, and no authorization.
 */
public final class SecureApi implements AutoCloseable {

    private static final String PASSWORD = "changeit";

    private final Path folder;
    private final EmbeddedApi api;
    private final KubernetesClient client;

    private SecureApi(Path folder, EmbeddedApi api) {
        this.folder = folder;
        this.api = api;
        this.client = new KubernetesClientBuilder().withConfig(new ConfigBuilder(Config.empty())
                .withMasterUrl(api.url().toString())
                .withCaCertFile(certificate().toString())
                // On a busy machine the first request may take long, and a retry would fail because the first attempt took effect.
                .withRequestTimeout(60_000)
                .withRequestRetryBackoffLimit(0)
                .build()).build();
    }

    /**
     * Starts the API server.
     *
     * @param definitions the directory of the custom resource definitions
     */
    public static SecureApi start(Path definitions) throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("elastic-jupyter-image-");
        SecureApi api = new SecureApi(folder, EmbeddedApi.start(0, certified(folder)));
        try (Stream<Path> files = Files.list(definitions)) {
            for (Path file : files.filter(each -> each.getFileName().toString().startsWith("jupyter")).sorted()
                    .toList()) {
                api.client.resources(CustomResourceDefinition.class).load(file.toFile()).create();
            }
        }
        try (InputStream pingSources = SecureApi.class.getResourceAsStream("pingsources.yaml")) {
            api.client.resources(CustomResourceDefinition.class).load(pingSources).create();
        }
        return api;
    }

    /**
     * Creates a key and a certificate signed by a new certificate authority, as
     * <a href="https://kubernetes.io/docs/setup/best-practices/certificates/">kubeadm</a> does, with the JDK's keytool.
     */
    private static SSLContext certified(Path folder) throws IOException, InterruptedException {
        Path keys = folder.resolve("keys.p12");
        keypair(keys, "ca", "CN=kubernetes", "-ext", "bc:c=ca:true",
                "-ext", "ku:c=digitalSignature,keyEncipherment,keyCertSign");
        keypair(keys, "api", "CN=kube-apiserver", "-signer", "ca", "-ext", "bc:c=ca:false",
                "-ext", "ku:c=digitalSignature,keyEncipherment", "-ext", "eku=serverAuth",
                "-ext", "san=dns:kubernetes.default.svc,ip:127.0.0.1");
        try {
            KeyStore store = KeyStore.getInstance(keys.toFile(), PASSWORD.toCharArray());
            String encoded = Base64.getMimeEncoder().encodeToString(store.getCertificate("ca").getEncoded());
            Files.writeString(folder.resolve("ca.crt"),
                    "-----BEGIN CERTIFICATE-----\n" + encoded + "\n-----END CERTIFICATE-----\n");
            Files.writeString(folder.resolve("token"), "embedded");
            // The server must not present the certificate of the authority.
            store.deleteEntry("ca");
            KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            managers.init(store, PASSWORD.toCharArray());
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(managers.getKeyManagers(), null, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void keypair(Path keys, String alias, String name, String... more)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(), "-genkeypair", "-alias",
                        alias,
                        "-dname", name, "-keyalg", "RSA", "-keysize", "2048", "-validity", "2", "-storetype", "PKCS12",
                        "-storepass", PASSWORD, "-keystore", keys.toString()));
        command.addAll(List.of(more));
        Process keytool = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(keytool.getInputStream().readAllBytes());
        if (keytool.waitFor() != 0) {
            throw new IOException("keytool: " + output);
        }
    }

    private Path certificate() {
        return folder.resolve("ca.crt");
    }

    /** Returns the environment variables with which the functions' process reaches the API server. */
    public Map<String, String> environment() {
        return Map.of(
                "KUBERNETES_SERVICE_HOST", api.url().getHost(),
                "KUBERNETES_SERVICE_PORT", Integer.toString(api.url().getPort()),
                "KUBERNETES_CERTS_CA_FILE", certificate().toString(),
                "KUBERNETES_AUTH_SERVICEACCOUNT_TOKEN", folder.resolve("token").toString(),
                // Prevents the use of the developer's own cluster.
                "KUBECONFIG", folder.resolve("none").toString());
    }

    /** Returns a client of the API server. */
    public KubernetesClient client() {
        return client;
    }

    @Override
    public void close() {
        client.close();
        api.close();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            // A leftover in the temporary directory is not an error.
        }
    }
}
