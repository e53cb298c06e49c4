package io.elasticjupyter.notebook;

import io.elasticjupyter.api.v1alpha1.JupyterNotebook;
import io.elasticjupyter.reconcile.ConditionsBuilder;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The arguments of a notebook server. Those that set how users authenticate
 * (<a href="https://jupyter-server.readthedocs.io/en/latest/operators/security.html">Jupyter Server</a>) take precedence over the
 * configuration file, and so over the spec.
 */
final class NotebookArguments {

    static final String OVERRIDDEN = "AuthenticationOverridden";

    private static final List<String> AUTHENTICATION = List.of("App.token", "App.password", "IdentityProvider.token",
            "IdentityProvider.hashed_password", "App.allow_unauthenticated_access", "App.identity_provider_class",
            "App.login_handler_class", "App.authorizer_class");

    private NotebookArguments() {}

    static void addCondition(JupyterNotebook notebook, Optional<Deployment> deployment, ConditionsBuilder conditions) {
        String found = deployment.filter(any -> NotebookCredentials.areRequired(notebook)).stream()
                .flatMap(each -> each.getSpec().getTemplate().getSpec().getContainers().stream())
                .flatMap(NotebookArguments::words)
                .flatMap(word -> AUTHENTICATION.stream().filter(word::contains)).distinct().sorted()
                .collect(Collectors.joining(", "));
        if (!found.isEmpty()) {
            conditions.add(OVERRIDDEN, true, "SetByArgument", "An argument in the template of the pod sets " + found
                    + ", which takes precedence over spec.auth: remove it, or set spec.auth.mode to disable.");
        }
    }

    private static Stream<String> words(Container container) {
        return Stream.concat(container.getCommand().stream(), container.getArgs().stream());
    }
}
