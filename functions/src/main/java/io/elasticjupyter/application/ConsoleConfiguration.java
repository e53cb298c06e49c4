package io.elasticjupyter.application;

import io.elasticjupyter.console.Console;
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
    Console console(WatchedNamespaces namespaces, Clock clock) {
        return new Console(namespaces,
                token -> KubernetesConfiguration.client(
                        KubernetesConfiguration.ofCaller(namespaces.client().getConfiguration(), token)),
                clock);
    }

    @Bean
    ConsoleCallers consoleCallers(ElasticJupyterProperties properties) {
        return new ConsoleCallers(Optional.ofNullable(properties.consoleProxySecret()), properties.consoleOpen());
    }
}
