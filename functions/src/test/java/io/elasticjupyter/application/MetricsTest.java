package io.elasticjupyter.application;

import static org.assertj.core.api.Assertions.assertThat;

import io.elasticjupyter.api.v1alpha1.JupyterGateway;
import java.net.URI;
import java.net.http.HttpRequest;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Import;

/** The metrics for Prometheus. */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT, properties = "spring.test.metrics.export=true")
@Import(ApiForTests.class)
class MetricsTest {

    @LocalServerPort
    private int port;

    @Test
    void everyRunIsCountedByFunctionAndOutcome() throws Exception {
        FunctionCalls calls = new FunctionCalls(port);
        calls.reconcile("reconcileGateway", JupyterGateway.class, "missing");
        calls.post("cullKernels", "dev.knative.sources.ping", "{}");
        calls.post("cullKernels", "dev.knative.sources.ping", "{\"dryRun\": 1}");

        String metrics = calls.send(HttpRequest.newBuilder(
                URI.create("http://localhost:" + port + "/actuator/prometheus")).build()).body();

        assertThat(metrics)
                .contains("elastic_jupyter_function_seconds_count{function=\"reconcileGateway\",outcome=\"gone\"} 1")
                .contains("elastic_jupyter_function_seconds_count{function=\"cullKernels\",outcome=\"kept\"} 1")
                .contains("elastic_jupyter_function_seconds_count{function=\"cullKernels\",outcome=\"failed\"} 1")
                .contains("elastic_jupyter_culled_kernels_total 0.0")
                .contains("elastic_jupyter_culled_idle_seconds_total 0.0");
    }
}
