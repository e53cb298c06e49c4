package io.elasticjupyter.application;

import io.embeddedkubernetes.EmbeddedApi;
import io.fabric8.kubernetes.client.KubernetesClient;
import org.junit.jupiter.api.BeforeEach;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Import;

/** The functions as they are deployed, called over HTTP, on an embedded API server. */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
@Import(ApiForTests.class)
abstract class FunctionsTest {

    @LocalServerPort
    int port;

    @Autowired
    EmbeddedApi api;

    @Autowired
    KubernetesClient client;

    FunctionCalls calls;

    @BeforeEach
    void callTheFunctions() {
        calls = new FunctionCalls(port);
    }
}
