package io.elasticjupyter.application;

import io.elasticjupyter.console.CallerClients;
import io.elasticjupyter.console.Console;
import io.elasticjupyter.console.ConsoleActions;
import io.elasticjupyter.kubernetes.WatchedNamespaces;
import java.time.Clock;
import java.util.Optional;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** The console. Its beans are created when it is first called, so that they cost the other functions nothing. */
@Configuration(proxyBeanMethods = false)
@Import(ConsoleController.class)
class ConsoleConfiguration {

    @Bean
    CallerClients callerClients(WatchedNamespaces namespaces) {
        return token -> KubernetesConfiguration.client(
                KubernetesConfiguration.ofCaller(namespaces.client().getConfiguration(), token));
    }

    @Bean
    Console console(WatchedNamespaces namespaces, CallerClients clients, Clock clock) {
        return new Console(namespaces, clients, clock);
    }

    @Bean
    ConsoleActions consoleActions(WatchedNamespaces namespaces, CallerClients clients, Clock clock) {
        return new ConsoleActions(namespaces, clients, clock);
    }

    @Bean
    ConsoleCallers consoleCallers(ElasticJupyterProperties properties) {
        return new ConsoleCallers(Optional.ofNullable(properties.consoleProxySecret()), properties.consoleOpen());
    }
}
