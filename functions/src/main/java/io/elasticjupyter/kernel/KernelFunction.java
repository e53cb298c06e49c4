package io.elasticjupyter.kernel;

import io.elasticjupyter.reconcile.ReconcileBeans;
import org.springframework.beans.factory.BeanRegistrar;
import org.springframework.beans.factory.BeanRegistry;
import org.springframework.core.env.Environment;

/** The function of JupyterKernels. */
public final class KernelFunction implements BeanRegistrar {

    @Override
    public void register(BeanRegistry beans, Environment environment) {
        beans.register(new ReconcileBeans<>(new KernelReconciler(), "kernels", "reconcileKernel"));
    }
}
