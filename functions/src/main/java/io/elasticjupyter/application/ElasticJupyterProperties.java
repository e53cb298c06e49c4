package io.elasticjupyter.application;

import java.util.Set;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The settings of the functions. Each can be set by an environment variable, such as {@code ELASTIC_JUPYTER_WATCH_NAMESPACE}.
 *
 * @param functions the names of the functions that can be called here; empty: all of them
 * @param watchNamespace the only namespace whose resources are reconciled; empty: all namespaces
 * @param namespace the namespace of the functions, from which the cull function connects to gateways
 * @param gatewayUrl the address of a gateway, with {@code {name}} and {@code {namespace}}
 * @param cullSink where the PingSources of gateways send their events: {@code broker} or {@code function}
 * @param kueue whether Kueue is installed, so that the resync is for its Workloads, too
 * @param eventKey the key that every event must have; null: events need none
 * @param consoleProxySecret the secret that an authenticating proxy sends to the console; null: no proxy is trusted
 * @param consoleOpen whether the console serves callers on this machine without credentials, as the local run does
 */
@ConfigurationProperties("elastic-jupyter")
record ElasticJupyterProperties(@DefaultValue Set<String> functions, @DefaultValue("") String watchNamespace,
        @DefaultValue("elastic-jupyter") String namespace,
        @DefaultValue("http://{name}.{namespace}.svc:8888") String gatewayUrl,
        @DefaultValue("broker") String cullSink, @DefaultValue("false") boolean kueue, String eventKey,
        String consoleProxySecret, @DefaultValue("false") boolean consoleOpen) {}
