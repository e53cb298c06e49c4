package io.elasticjupyter.notebook;

import io.elasticjupyter.api.v1alpha1.JupyterNotebook;
import io.elasticjupyter.api.v1alpha1.NotebookAuth;
import io.elasticjupyter.api.v1alpha1.SecretKeyReference;
import io.elasticjupyter.kubernetes.ObjectId;
import io.elasticjupyter.reconcile.ConditionsBuilder;
import io.elasticjupyter.reconcile.Observed;
import io.elasticjupyter.reconcile.Readiness;
import io.fabric8.kubernetes.api.model.Secret;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The token and the password of a notebook: where its spec says that they are, and whether they are there. */
final class NotebookCredentials {

    static final String RESOLVED = "SecretsResolved";

    static final String PLAIN_TEXT = "PlainTextCredentials";

    static final String TOKEN = "token";
    static final String PASSWORD = "password";

    private static final NotebookAuth ALL_DEFAULTS = new NotebookAuth(NotebookAuth.Mode.ENABLE, null, null, null, null);

    private NotebookCredentials() {}

    static boolean areRequired(JupyterNotebook notebook) {
        return auth(notebook).mode() != NotebookAuth.Mode.DISABLE;
    }

    /** Returns whether the notebook's own Secret holds a generated token, because the spec names no token and no password. */
    static boolean isTokenGenerated(JupyterNotebook notebook) {
        return areRequired(notebook) && inSpec(notebook).isEmpty() && inSecrets(notebook).isEmpty();
    }

    /** Returns the token and the password that the spec contains. */
    static Map<String, String> inSpec(JupyterNotebook notebook) {
        NotebookAuth auth = auth(notebook);
        Map<String, String> values = new TreeMap<>();
        if (areRequired(notebook)) {
            Optional.ofNullable(auth.token()).ifPresent(token -> values.put(TOKEN, token));
            Optional.ofNullable(auth.password()).ifPresent(password -> values.put(PASSWORD, password));
        }
        return values;
    }

    /** Returns the keys of users' Secrets that hold the token and the password. */
    static Map<String, SecretKeyReference> inSecrets(JupyterNotebook notebook) {
        NotebookAuth auth = auth(notebook);
        Map<String, SecretKeyReference> references = new TreeMap<>();
        if (areRequired(notebook)) {
            Optional.ofNullable(auth.tokenSecretRef()).ifPresent(reference -> references.put(TOKEN, reference));
            Optional.ofNullable(auth.passwordSecretRef()).ifPresent(reference -> references.put(PASSWORD, reference));
        }
        return references;
    }

    /** Returns the Secrets to which the spec refers. */
    static List<ObjectId> secretReferences(JupyterNotebook notebook) {
        return inSecrets(notebook).values().stream()
                .map(reference -> ObjectId.beside(notebook, Secret.class, reference.name())).distinct().toList();
    }

    /** Returns the name of the Secret from which a user reads the token or else the password; null without authentication. */
    static String secretName(JupyterNotebook notebook) {
        if (!areRequired(notebook)) {
            return null;
        }
        Map<String, SecretKeyReference> references = inSecrets(notebook);
        Optional<String> token = Optional.ofNullable(references.get(TOKEN)).map(SecretKeyReference::name);
        boolean own = isTokenGenerated(notebook) || !inSpec(notebook).isEmpty();
        return token.orElseGet(() -> own ? NotebookSecret.name(notebook) : references.get(PASSWORD).name());
    }

    /** Returns the reason why a referenced Secret cannot be mounted. The kubelet mounts it, and starts the pod, when it can be. */
    static Optional<Readiness> missing(JupyterNotebook notebook, Observed observed) {
        return inSecrets(notebook).entrySet().stream()
                .flatMap(each -> missing(notebook, observed, each.getKey(), each.getValue()).stream()).findFirst();
    }

    private static Optional<Readiness> missing(JupyterNotebook notebook, Observed observed, String field,
            SecretKeyReference reference) {
        String place = "spec.auth." + field + "SecretRef: Secret '" + reference.name() + "' ";
        Optional<Secret> secret = observed.beside(notebook, Secret.class, reference.name());
        if (secret.isEmpty()) {
            return Optional.of(Readiness.fault("SecretNotFound",
                    place + "does not exist: create it, or name another one."));
        }
        return Objects.requireNonNullElse(secret.get().getData(), Map.of()).containsKey(reference.key())
                ? Optional.empty()
                : Optional.of(Readiness.fault("SecretKeyNotFound",
                        place + "has no key '" + reference.key() + "': add the key, or name another one."));
    }

    static void addConditions(JupyterNotebook notebook, Observed observed, ConditionsBuilder conditions) {
        if (!inSecrets(notebook).isEmpty()) {
            Optional<Readiness> missing = missing(notebook, observed);
            conditions.add(RESOLVED, missing.isEmpty(), missing.map(Readiness::reason).orElse("Resolved"),
                    missing.map(Readiness::message).orElse("All Secrets in spec.auth exist and have the keys."));
        }
        if (!inSpec(notebook).isEmpty()) {
            conditions.add(PLAIN_TEXT, true, "SetInSpec", inSpec(notebook).keySet().stream()
                    .map(field -> "spec.auth." + field).collect(Collectors.joining(" and "))
                    + " can be read by everyone who may read the notebook: store the value in a Secret, set "
                    + inSpec(notebook).keySet().stream().map(field -> "spec.auth." + field + "SecretRef")
                            .collect(Collectors.joining(" and "))
                    + " instead, and choose a new value.");
        }
    }

    /** Returns the referenced Secrets that exist, with the keys that are mounted. */
    static Stream<Map.Entry<Secret, String>> mounted(JupyterNotebook notebook, Observed observed) {
        return inSecrets(notebook).values().stream()
                .flatMap(reference -> observed.beside(notebook, Secret.class, reference.name()).stream()
                        .map(secret -> Map.entry(secret, reference.key())));
    }

    private static NotebookAuth auth(JupyterNotebook notebook) {
        return Objects.requireNonNullElse(NotebookReconciler.spec(notebook).auth(), ALL_DEFAULTS);
    }
}
