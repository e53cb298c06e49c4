package io.elasticjupyter.notebook;

import io.elasticjupyter.reconcile.ReconcileBeans;
import java.security.SecureRandom;
import java.util.HexFormat;
import org.springframework.beans.factory.BeanRegistrar;
import org.springframework.beans.factory.BeanRegistry;
import org.springframework.core.env.Environment;

/** The function of JupyterNotebooks. */
public final class NotebookFunction implements BeanRegistrar {

    /** As many as Jupyter's own tokens have. */
    private static final int TOKEN_BYTES = 24;

    @Override
    public void register(BeanRegistry beans, Environment environment) {
        beans.register(
                new ReconcileBeans<>(new NotebookReconciler(NotebookFunction::newToken), "notebooks",
                        "reconcileNotebook"));
    }

    private static String newToken() {
        byte[] bytes = new byte[TOKEN_BYTES];
        new SecureRandom().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
