package io.elasticjupyter.notebook;

import io.elasticjupyter.api.v1alpha1.JupyterNotebook;
import io.elasticjupyter.api.v1alpha1.NotebookAuth;
import io.elasticjupyter.reconcile.Observed;
import io.elasticjupyter.workload.PackagedFile;
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

/**
 * Builds the notebook server's configuration directory: a configuration file under the names that
 * <a href="https://jupyter-server.readthedocs.io/en/latest/users/configuration.html">Jupyter Server</a> and the classic
 * notebook read, and the token and the password that the file loads.
 */
final class NotebookSecret {

    static final String TOKEN = "token";
    static final String PASSWORD = "password";

    /** Marks a token as generated: a token that the user set and removed again is not kept. */
    static final String GENERATED = "elastic-jupyter.io/generated-token";

    private static final List<String> FILES = List.of("jupyter_server_config.py", "jupyter_notebook_config.py");

    private static final String CONFIGURATION = PackagedFile.read(NotebookSecret.class, "jupyter_config.py");

    private static final NotebookAuth ALL_DEFAULTS = new NotebookAuth(NotebookAuth.Mode.ENABLE, null, null);

    private NotebookSecret() {}

    static String name(JupyterNotebook notebook) {
        return notebook.getMetadata().getName() + "-auth";
    }

    static boolean requiresCredentials(JupyterNotebook notebook) {
        return auth(notebook).mode() != NotebookAuth.Mode.DISABLE;
    }

    static Secret desired(JupyterNotebook notebook, Observed observed, Supplier<String> newToken) {
        NotebookAuth auth = auth(notebook);
        boolean generate = requiresCredentials(notebook) && auth.token() == null && auth.password() == null;
        Map<String, String> data = new TreeMap<>();
        FILES.forEach(file -> data.put(file, encode(CONFIGURATION)));
        if (generate) {
            data.put(TOKEN, find(notebook, observed).flatMap(NotebookSecret::generatedToken)
                    .orElseGet(() -> encode(newToken.get())));
        } else if (requiresCredentials(notebook)) {
            Optional.ofNullable(auth.token()).ifPresent(token -> data.put(TOKEN, encode(token)));
            Optional.ofNullable(auth.password()).ifPresent(password -> data.put(PASSWORD, encode(password)));
        }
        return new SecretBuilder()
                .withNewMetadata()
                .withAnnotations(generate ? Map.of(GENERATED, "true") : null)
                .endMetadata()
                .withType("Opaque")
                .withData(data)
                .build();
    }

    /** Returns the data of the applied Secret, without what others may have added to it. */
    static Map<String, String> observed(JupyterNotebook notebook, Observed observed) {
        Map<String, String> data = new TreeMap<>(find(notebook, observed).map(Secret::getData).orElse(Map.of()));
        data.keySet().removeIf(key -> !FILES.contains(key) && !key.equals(TOKEN) && !key.equals(PASSWORD));
        return data;
    }

    private static Optional<Secret> find(JupyterNotebook notebook, Observed observed) {
        return observed.beside(notebook, Secret.class, name(notebook));
    }

    private static Optional<String> generatedToken(Secret present) {
        Map<String, String> annotations = Objects.requireNonNullElse(present.getMetadata().getAnnotations(), Map.of());
        return "true".equals(annotations.get(GENERATED))
                ? Optional.ofNullable(present.getData()).map(data -> data.get(TOKEN))
                : Optional.empty();
    }

    private static NotebookAuth auth(JupyterNotebook notebook) {
        return Objects.requireNonNullElse(NotebookReconciler.spec(notebook).auth(), ALL_DEFAULTS);
    }

    private static String encode(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
