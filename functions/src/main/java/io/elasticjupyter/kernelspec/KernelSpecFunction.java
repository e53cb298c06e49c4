package io.elasticjupyter.kernelspec;

import io.elasticjupyter.reconcile.ReconcileBeans;
import org.springframework.beans.factory.BeanRegistrar;
import org.springframework.beans.factory.BeanRegistry;
import org.springframework.core.env.Environment;

/** The function of JupyterKernelSpecs. */
public final class KernelSpecFunction implements BeanRegistrar {

    @Override
    public void register(BeanRegistry beans, Environment environment) {
        // Gateways that list the kernel spec say whether it is there, so they are reconciled too.
        beans.register(
                new ReconcileBeans<>(new KernelSpecReconciler(), "kernelSpecs", "reconcileKernelSpec", "gateways"));
    }
}
