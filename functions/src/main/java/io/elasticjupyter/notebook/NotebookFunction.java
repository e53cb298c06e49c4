package io.elasticjupyter.notebook;

import io.cloudevents.CloudEvent;
import io.elasticjupyter.api.v1alpha1.JupyterNotebook;
import io.elasticjupyter.api.v1alpha1.JupyterNotebookStatus;
import io.elasticjupyter.reconcile.ReconcileFunction;
import io.elasticjupyter.reconcile.Reconciler;
import io.elasticjupyter.reconcile.WatchedNamespaces;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.HexFormat;
import java.util.function.Function;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The function of JupyterNotebooks. */
@Configuration(proxyBeanMethods = false)
class NotebookFunction {

    /** As many as Jupyter's own tokens have. */
    private static final int TOKEN_BYTES = 24;

    @Bean
    Reconciler<JupyterNotebook, JupyterNotebookStatus> notebooks(WatchedNamespaces namespaces, Clock clock) {
        return new Reconciler<>(namespaces, new NotebookKind(NotebookFunction::newToken), clock);
    }

    @Bean
    Function<CloudEvent, CloudEvent> reconcileNotebook(Reconciler<JupyterNotebook, JupyterNotebookStatus> notebooks,
            Clock clock) {
        return new ReconcileFunction("reconcileNotebook", notebooks, clock);
    }

    private static String newToken() {
        byte[] bytes = new byte[TOKEN_BYTES];
        new SecureRandom().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
