package io.elasticjupyter.http;

import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.net.HttpURLConnection;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/** What Prometheus gets. The JVM's own figures are collected from the first time that somebody asks: most pods end before. */
final class Metrics {

    private final PrometheusMeterRegistry registry;
    private final AtomicBoolean asked = new AtomicBoolean();

    Metrics(PrometheusMeterRegistry registry) {
        this.registry = registry;
    }

    Reply all() {
        if (asked.compareAndSet(false, true)) {
            List.of(new JvmMemoryMetrics(), new JvmThreadMetrics(), new ProcessorMetrics(), new UptimeMetrics())
                    .forEach(metrics -> metrics.bindTo(registry));
        }
        return Reply.text(HttpURLConnection.HTTP_OK, "text/plain; version=0.0.4; charset=utf-8", registry.scrape());
    }
}
