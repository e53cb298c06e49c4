package io.elasticjupyter;

import ch.qos.logback.classic.spi.LogbackServiceProvider;
import io.elasticjupyter.cluster.Cluster;
import io.elasticjupyter.cull.CullFunction;
import io.elasticjupyter.deadletter.DeadLetterFunction;
import io.elasticjupyter.event.EventFunction;
import io.elasticjupyter.event.EventFunctions;
import io.elasticjupyter.gateway.GatewayFunction;
import io.elasticjupyter.http.HttpBeans;
import io.elasticjupyter.kernel.KernelFunction;
import io.elasticjupyter.kernelspec.KernelSpecFunction;
import io.elasticjupyter.kubernetes.WatchedNamespaces;
import io.elasticjupyter.notebook.NotebookFunction;
import io.elasticjupyter.resync.ResyncFunction;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.apache.commons.logging.LogFactory;
import org.apache.commons.logging.impl.Slf4jLogFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.BeanRegistrar;
import org.springframework.beans.factory.BeanRegistry;
import org.springframework.cloud.function.context.FunctionCatalog;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.core.env.Environment;
import org.springframework.core.env.SimpleCommandLinePropertySource;
import org.springframework.core.io.support.ResourcePropertySource;

/**
 * The deployable: an HTTP server with one function for each kind of resource, and no state. Every bean is registered by name
 * here and in the functions' own packages: what is not looked for need not be found at every start.
 */
public final class FunctionsApplication implements BeanRegistrar {

    private final Supplier<KubernetesClient> cluster;

    /** Works on the cluster that the environment names. */
    public FunctionsApplication() {
        this(Cluster::connect);
    }

    private FunctionsApplication(Supplier<KubernetesClient> cluster) {
        this.cluster = cluster;
    }

    /** Starts the server, and on another core what its first answer needs. Ends with 1 and a line that says why it cannot. */
    public static void main(String[] args) {
        // What the others say before there is a log is said once there is one, and that needs no warning.
        System.setProperty("slf4j.internal.verbosity", "ERROR");
        // Named, they need not be looked for in every jar.
        System.setProperty("slf4j.provider", LogbackServiceProvider.class.getName());
        System.setProperty(LogFactory.FACTORY_PROPERTY, Slf4jLogFactory.class.getName());
        CompletableFuture<KubernetesClient> cluster = Cluster.connectInBackground(GatewayFunction::examples,
                HttpBeans::readyDates);
        Logger log = LoggerFactory.getLogger(FunctionsApplication.class);
        try {
            start(new FunctionsApplication(cluster::join), args).registerShutdownHook();
        } catch (RuntimeException e) {
            log.error("not started: {}", NestedExceptionUtils.getMostSpecificCause(e).getMessage());
            System.exit(1);
        }
    }

    /**
     * Starts the server.
     *
     * @param application this one, or one that registers it and more
     * @param args properties, as {@code --name=value}
     */
    public static ConfigurableApplicationContext start(BeanRegistrar application, String... args) {
        GenericApplicationContext context = new Context();
        var properties = context.getEnvironment().getPropertySources();
        properties.addFirst(new SimpleCommandLinePropertySource(args));
        try {
            properties.addLast(new ResourcePropertySource("classpath:application.properties"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        context.register(application);
        context.refresh();
        return context;
    }

    @Override
    public void register(BeanRegistry beans, Environment environment) {
        beans.registerBean("clock", Clock.class, bean -> bean.supplier(context -> Clock.systemUTC()));
        beans.registerBean("kubernetesClient", KubernetesClient.class, bean -> bean.supplier(context -> cluster.get()));
        beans.registerBean("watchedNamespaces", WatchedNamespaces.class,
                bean -> bean.supplier(context -> new WatchedNamespaces(context.bean(KubernetesClient.class),
                        Optional.ofNullable(environment.getProperty("elastic-jupyter.watch-namespace"))
                                .filter(Predicate.not(String::isBlank)))));
        beans.registerBean("functionCatalog", FunctionCatalog.class, bean -> bean
                .supplier(context -> EventFunctions.of(context.beanProvider(EventFunction.class).stream())));
        beans.register(new NotebookFunction());
        beans.register(new GatewayFunction());
        beans.register(new KernelSpecFunction());
        beans.register(new KernelFunction());
        beans.register(new CullFunction());
        beans.register(new ResyncFunction());
        beans.register(new DeadLetterFunction());
        beans.register(new HttpBeans());
    }

    static final class Context extends GenericApplicationContext {

        @Override
        protected void resetCommonCaches() {
            // Nothing was looked for by reflection, and to find that out takes longer than all beans.
        }
    }
}
