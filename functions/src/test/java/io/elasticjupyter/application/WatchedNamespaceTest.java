package io.elasticjupyter.application;

import static io.elasticjupyter.application.FunctionCalls.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import io.elasticjupyter.api.v1alpha1.JupyterNotebook;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Import;

/** An installation that is limited to one namespace. */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT, properties = "elastic-jupyter.watch-namespace=team")
@Import(ApiForTests.class)
class WatchedNamespaceTest {

    private static final String REFERENCE = "dev.knative.apiserver.ref.update";

    private static final String PING = "dev.knative.sources.ping";

    @LocalServerPort
    private int port;

    @Autowired
    private KubernetesClient client;

    @Test
    void onlyItsResourcesAreResynced() throws Exception {
        for (String namespace : List.of("team", "other")) {
            client.resource(new NamespaceBuilder().withNewMetadata().withName(namespace).endMetadata().build())
                    .create();
            JupyterNotebook notebook = new JupyterNotebook();
            notebook.getMetadata().setName("ada");
            notebook.getMetadata().setNamespace(namespace);
            client.resource(notebook).create();
        }

        assertThat(new FunctionCalls(port).post("resync", PING, "{}").statusCode()).isEqualTo(200);

        assertThat(client.resources(Deployment.class).inAnyNamespace().list().getItems())
                .extracting(each -> each.getMetadata().getNamespace()).containsExactly("team");
    }

    /** The sources watch their adapters in another namespace. A reference to their Deployment does not show whose it is. */
    @Test
    void aChildInAnotherNamespaceIsIgnored() throws Exception {
        assertThat(FunctionCalls.report(new FunctionCalls(port).post("reconcileNotebook", REFERENCE,
                "{\"apiVersion\":\"apps/v1\",\"kind\":\"Deployment\",\"namespace\":\"other\",\"name\":\"adapter\"}"))
                .path("outcome").asText()).isEqualTo("ignored");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "reconcileNotebook | " + REFERENCE
                    + " | {\"apiVersion\":\"kubeflow.tkestack.io/v1alpha1\",\"kind\":\"JupyterNotebook\",\"namespace\":\"other\",\"name\":\"ada\"}",
            "resync            | " + PING + "      | {\"namespace\":\"other\"}",
            "cullKernels       | " + PING + "      | {\"namespace\":\"other\"}",
            "cullKernels       | " + PING + "      | {\"namespace\":\"other\",\"gateway\":\"team\"}"})
    void anotherNamespaceIsRejected(String function, String type, String data) throws Exception {
        var answer = new FunctionCalls(port).post(function, type, data);

        assertProblem(answer, 400);
        assertThat(answer.body())
                .contains("The event is about namespace 'other', but the functions watch only 'team'.");
    }
}
