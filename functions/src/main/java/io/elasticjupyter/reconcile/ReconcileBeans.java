package io.elasticjupyter.reconcile;

import io.elasticjupyter.api.v1alpha1.JupyterResource;
import io.elasticjupyter.api.v1alpha1.JupyterStatus;
import io.elasticjupyter.event.EventFunction;
import io.elasticjupyter.kubernetes.WatchedNamespaces;
import java.time.Clock;
import java.util.stream.Stream;
import org.springframework.beans.factory.BeanRegistrar;
import org.springframework.beans.factory.BeanRegistry;
import org.springframework.beans.factory.BeanRegistry.SupplierContext;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.core.env.Environment;

/**
 * The loop of a kind, and the function that runs it.
 *
 * @param kind the kind
 * @param loop the name of the loop's bean
 * @param function the name of the function
 * @param dependents the loops of kinds that refer to this one, and are reconciled after it
 */
public record ReconcileBeans<R extends JupyterResource<?, S>, S extends JupyterStatus>(Reconciler<R, S> kind,
        String loop,
        String function, String... dependents) implements BeanRegistrar {

    @Override
    public void register(BeanRegistry beans, Environment environment) {
        beans.registerBean(loop, new ParameterizedTypeReference<ReconcileLoop<?, ?>>() {
        },
                bean -> bean.supplier(context -> new ReconcileLoop<>(context.bean(WatchedNamespaces.class), kind,
                        context.bean(Clock.class))));
        beans.registerBean(function, EventFunction.class, bean -> bean
                .supplier(context -> new EventFunction(function, new ReconcileFunction(function, loop(context, loop),
                        context.bean(Clock.class),
                        Stream.of(dependents).map(each -> loop(context, each)).toArray(ReconcileLoop<?, ?>[]::new)))));
    }

    private static ReconcileLoop<?, ?> loop(SupplierContext context, String name) {
        return context.bean(name, ReconcileLoop.class);
    }
}
