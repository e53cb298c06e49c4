package io.elasticjupyter.notebook;

import io.elasticjupyter.api.v1alpha1.JupyterNotebook;
import io.elasticjupyter.api.v1alpha1.NotebookAuth;
import io.elasticjupyter.workload.PackagedFile;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * The notebook server's configuration folder: a configuration file under the names that
 * <a href="https://jupyter-server.readthedocs.io/en/latest/users/configuration.html">Jupyter Server</a> and the classic
 * notebook look for, and beside it the token and the password that it reads.
 */
final class NotebookSecret {

    static final String TOKEN = "token";
    static final String PASSWORD = "password";

    /** Marks a token as ours, so that one which the user once gave and took back is not kept. */
    static final String GENERATED = "elastic-jupyter.io/generated-token";

    private static final String CONFIGURATION = PackagedFile.read(NotebookSecret.class, "jupyter_config.py");

    private static final NotebookAuth ALL_DEFAULTS = new NotebookAuth(NotebookAuth.Mode.ENABLE, null, null);

    private NotebookSecret() {}

    static String name(JupyterNotebook notebook) {
        return notebook.getMetadata().getName() + "-auth";
    }

    static boolean asksForSomething(JupyterNotebook notebook) {
        return auth(notebook).mode() != NotebookAuth.Mode.DISABLE;
    }

    static Secret of(JupyterNotebook notebook, Optional<Secret> present, Supplier<String> newToken) {
        NotebookAuth auth = auth(notebook);
        boolean generate = asksForSomething(notebook) && auth.token() == null && auth.password() == null;
        Map<String, String> data = new TreeMap<>();
        data.put("jupyter_server_config.py", encode(CONFIGURATION));
        data.put("jupyter_notebook_config.py", encode(CONFIGURATION));
        if (generate) {
            data.put(TOKEN, present.flatMap(NotebookSecret::generatedToken).orElseGet(() -> encode(newToken.get())));
        } else if (asksForSomething(notebook)) {
            Optional.ofNullable(auth.token()).ifPresent(token -> data.put(TOKEN, encode(token)));
            Optional.ofNullable(auth.password()).ifPresent(password -> data.put(PASSWORD, encode(password)));
        }
        return new SecretBuilder()
                .withNewMetadata()
                .withName(name(notebook))
                .withAnnotations(generate ? Map.of(GENERATED, "true") : null)
                .endMetadata()
                .withType("Opaque")
                .withData(data)
                .build();
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
