package io.elasticjupyter.application;

import static io.elasticjupyter.application.FunctionCalls.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Import;

/** A service that offers only some of the functions rejects calls of the others. */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT, properties = "elastic-jupyter.functions=cullKernels,resync")
@Import(ApiForTests.class)
class OfferedFunctionsTest {

    @LocalServerPort
    private int port;

    @Test
    void onlyOfferedFunctionsCanBeCalled() throws Exception {
        FunctionCalls calls = new FunctionCalls(port);

        assertThat(calls.post("cullKernels", "dev.knative.sources.ping", "{}").statusCode()).isEqualTo(200);
        HttpResponse<String> other = calls.post("reconcileNotebook", "dev.knative.apiserver.ref.update", "{}");
        assertProblem(other, 404);
        assertThat(other.body()).contains("There are: cullKernels, resync.");
        assertProblem(calls.post("console", "dev.knative.apiserver.ref.update", "{}"), 404);
        assertProblem(calls.send(HttpRequest.newBuilder(calls.function("console")).build()), 405);
    }
}
