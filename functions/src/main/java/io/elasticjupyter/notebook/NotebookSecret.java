package io.elasticjupyter.notebook;

import io.elasticjupyter.api.v1alpha1.JupyterNotebook;
import io.elasticjupyter.reconcile.Observed;
import io.elasticjupyter.workload.PackagedFile;
import io.elasticjupyter.workload.SecretHash;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Builds the notebook server's configuration directory: a configuration file under the names that
 * <a href="https://jupyter-server.readthedocs.io/en/latest/users/configuration.html">Jupyter Server</a> and the classic
 * notebook read, and the token and the password that the file loads. It also holds a copy of the gateway's token, because a pod
 * cannot use a Secret of another namespace.
 */
final class NotebookSecret {

    static final String GATEWAY_TOKEN = "gateway-token";

    /** Marks a token as generated: a token that the user set and removed again is not kept. */
    static final String GENERATED = "elastic-jupyter.io/generated-token";

    private static final List<String> FILES = List.of("jupyter_server_config.py", "jupyter_notebook_config.py");

    /** What the configuration file imports. */
    private static final String MODULE = "notebook_kernels.py";

    private static final List<String> KEYS = Stream.concat(FILES.stream(),
            Stream.of(MODULE, NotebookCredentials.TOKEN, NotebookCredentials.PASSWORD, GATEWAY_TOKEN)).toList();

    private static final String CONFIGURATION = PackagedFile.read(NotebookSecret.class, "jupyter_config.py");

    private NotebookSecret() {}

    static String name(JupyterNotebook notebook) {
        return notebook.getMetadata().getName() + "-auth";
    }

    static Secret desired(JupyterNotebook notebook, Observed observed, Supplier<String> newToken) {
        boolean generate = NotebookCredentials.isTokenGenerated(notebook);
        Map<String, String> data = new TreeMap<>();
        String configuration = configuration(notebook);
        FILES.forEach(file -> data.put(file, encode(configuration)));
        data.put(MODULE, encode(PackagedFile.read(NotebookSecret.class, MODULE)));
        NotebookCredentials.inSpec(notebook).forEach((key, value) -> data.put(key, encode(value)));
        if (generate) {
            data.put(NotebookCredentials.TOKEN, find(notebook, observed).flatMap(NotebookSecret::generatedToken)
                    .orElseGet(() -> encode(newToken.get())));
        }
        NotebookGateway.token(notebook, observed).ifPresent(token -> data.put(GATEWAY_TOKEN, encode(token)));
        return new SecretBuilder()
                .withNewMetadata()
                .withAnnotations(generate ? Map.of(GENERATED, "true") : null)
                .endMetadata()
                .withType("Opaque")
                .withData(data)
                .build();
    }

    /** The path of the URL consists of characters that need no escape in Python. Without it, the file stays as it was, and with it the pod. */
    private static String configuration(JupyterNotebook notebook) {
        return NotebookExposed.baseUrl(notebook).map(path -> CONFIGURATION + "app.base_url = \"" + path + "\"\n")
                .orElse(CONFIGURATION);
    }

    /** Returns the hash of all that the server reads at its start, without what others may have added to the Secrets. */
    static String hash(JupyterNotebook notebook, Observed observed) {
        StringBuilder hashes = new StringBuilder();
        find(notebook, observed).ifPresent(own -> hashes.append(SecretHash.of(own, KEYS)));
        NotebookCredentials.mounted(notebook, observed)
                .forEach(each -> hashes.append(SecretHash.of(each.getKey(), List.of(each.getValue()))));
        return SecretHash.of(hashes.toString());
    }

    private static Optional<Secret> find(JupyterNotebook notebook, Observed observed) {
        return observed.beside(notebook, Secret.class, name(notebook));
    }

    private static Optional<String> generatedToken(Secret present) {
        Map<String, String> annotations = Objects.requireNonNullElse(present.getMetadata().getAnnotations(), Map.of());
        return "true".equals(annotations.get(GENERATED))
                ? Optional.ofNullable(present.getData()).map(data -> data.get(NotebookCredentials.TOKEN))
                : Optional.empty();
    }

    private static String encode(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
