package io.elasticjupyter.http;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Set;
import org.springframework.beans.factory.BeanRegistrar;
import org.springframework.beans.factory.BeanRegistry;
import org.springframework.cloud.function.context.FunctionCatalog;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.Environment;
import org.springframework.util.StringUtils;

/** The server and what it serves. */
public final class HttpBeans implements BeanRegistrar {

    /** Has the JDK find the names of days and months, which its server writes as each answer's date. */
    public static void readyDates() {
        DateTimeFormatter.ofPattern("EEE MMM zzz", Locale.US).withZone(ZoneId.of("GMT")).format(Instant.now());
    }

    @Override
    public void register(BeanRegistry beans, Environment environment) {
        beans.registerBean("meters", PrometheusMeterRegistry.class,
                bean -> bean.supplier(context -> new PrometheusMeterRegistry(PrometheusConfig.DEFAULT)));
        beans.registerBean("functionServer", FunctionServer.class, bean -> bean.supplier(context -> {
            PrometheusMeterRegistry meters = context.bean(PrometheusMeterRegistry.class);
            Set<String> offered = StringUtils
                    .commaDelimitedListToSet(environment.getProperty("elastic-jupyter.functions", ""));
            return new FunctionServer(new FunctionEndpoint(context.bean(FunctionCatalog.class), offered, meters),
                    new Metrics(meters), (ConfigurableEnvironment) environment);
        }));
    }
}
