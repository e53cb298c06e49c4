package io.elasticjupyter.notebook;

import io.cloudevents.CloudEvent;
import io.elasticjupyter.reconcile.ReconcileFunction;
import io.elasticjupyter.reconcile.Reconciler;
import io.fabric8.kubernetes.client.KubernetesClient;
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
    Function<CloudEvent, CloudEvent> reconcileNotebook(KubernetesClient client, Clock clock) {
        Reconciler<?, ?> reconciler = new Reconciler<>(client, new NotebookKind(NotebookFunction::newToken), clock);
        return new ReconcileFunction("reconcileNotebook", reconciler, clock);
    }

    private static String newToken() {
        byte[] bytes = new byte[TOKEN_BYTES];
        new SecureRandom().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
