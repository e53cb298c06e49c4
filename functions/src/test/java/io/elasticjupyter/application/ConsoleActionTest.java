package io.elasticjupyter.application;

import static io.elasticjupyter.application.FunctionCalls.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import io.elasticjupyter.api.v1alpha1.JupyterResource;
import io.elasticjupyter.application.GuardedApi.Call;
import io.embeddedkubernetes.EmbeddedApi;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Import;

/** What callers do in the console: with their own rights, after a confirmation, and with their name in an Event. */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT, properties = {"elastic-jupyter.functions=console",
        "elastic-jupyter.console-proxy-secret=" + ConsoleTest.PROXY_SECRET})
@Import(ConsoleTest.Api.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ConsoleActionTest {

    private static final String OWN = "own-token";
    private static final String ADA = "token-of-ada";
    private static final String VIEWER = "token-of-a-viewer";
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @LocalServerPort
    private int port;

    @Autowired
    private EmbeddedApi api;

    @Autowired
    private GuardedApi guarded;

    private KubernetesClient admin;

    @BeforeAll
    void cluster() throws IOException {
        admin = KubernetesConfiguration.client(new ConfigBuilder(Config.empty())
                .withMasterUrl(api.url().toString()).build());
        try (Stream<Path> crds = Files.list(Path.of(System.getProperty("repository.root"), "deploy", "crds"))) {
            for (Path crd : crds.filter(file -> file.getFileName().toString().startsWith("jupyter")).toList()) {
                admin.resources(CustomResourceDefinition.class).load(crd.toFile()).create();
            }
        }
    }

    @AfterAll
    void end() {
        admin.close();
    }

    @BeforeEach
    void users() {
        guarded.allow(OWN, call -> call.method().equals("POST") && call.path().endsWith("/events"));
        guarded.allow(ADA, call -> !call.path().endsWith("/events"));
        guarded.allow(VIEWER, call -> call.method().equals("GET") || call.path().endsWith("/selfsubjectreviews"));
        guarded.answer("/apis/authentication.k8s.io/v1/selfsubjectreviews",
                "{\"status\":{\"userInfo\":{\"username\":\"ada@example.com\"}}}");
        guarded.calls().clear();
    }

    private GenericKubernetesResource create(String kind, String name) {
        admin.genericKubernetesResources(JupyterResource.definition(kind)).inNamespace("default").withName(name)
                .delete();
        return admin.genericKubernetesResources(JupyterResource.definition(kind)).inNamespace("default")
                .resource(Serialization.unmarshal("""
                        apiVersion: kubeflow.tkestack.io/v1alpha1
                        kind: %s
                        metadata: {name: %s, namespace: default}
                        spec: %s
                        """.formatted(kind, name, kind.equals("JupyterKernel")
                        ? "{template: {spec: {containers: [{name: kernel, image: x}]}}}"
                        : "{}"), GenericKubernetesResource.class))
                .create();
    }

    private GenericKubernetesResource now(GenericKubernetesResource object) {
        return admin.genericKubernetesResources(JupyterResource.definition(object.getKind())).inNamespace("default")
                .withName(object.getMetadata().getName()).get();
    }

    @Test
    void aKernelIsKeptForSomeHours() throws Exception {
        GenericKubernetesResource kernel = create("JupyterKernel", "kept");

        HttpResponse<String> response = post("keep", kernel, kernel.getMetadata().getUid(), ADA, "&hours=3");

        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        String until = now(kernel).getMetadata().getAnnotations().get("elastic-jupyter.io/keep-until");
        assertThat(Instant.parse(until)).isBetween(Instant.now().plus(Duration.ofMinutes(179)),
                Instant.now().plus(Duration.ofHours(3)));
        assertThat(response.body()).contains("Kept until " + until + ".");
        assertThat(admin.v1().events().inNamespace("default").withField("reason", "Kept").list().getItems())
                .singleElement().satisfies(event -> {
                    assertThat(event.getMessage()).isEqualTo("Kept until " + until
                            + " by ada@example.com in the console.");
                    assertThat(event.getInvolvedObject().getUid()).isEqualTo(kernel.getMetadata().getUid());
                });
        assertThat(guarded.calls()).filteredOn(call -> call.token().equals(OWN)).extracting(Call::path)
                .containsExactly("/api/v1/namespaces/default/events");
    }

    @Test
    void aKernelIsCulled() throws Exception {
        GenericKubernetesResource kernel = create("JupyterKernel", "culled");

        assertThat(post("cull", kernel, kernel.getMetadata().getUid(), ADA, "").body()).contains("Deleted.");

        assertThat(now(kernel)).isNull();
        assertThat(admin.v1().events().inNamespace("default").withField("reason", "CulledByUser").list().getItems())
                .singleElement().satisfies(event -> assertThat(event.getMessage()).contains("by ada@example.com"));
    }

    @Test
    void aNotebookIsStoppedAndStarted() throws Exception {
        GenericKubernetesResource notebook = create("JupyterNotebook", "notebook");

        post("stop", notebook, notebook.getMetadata().getUid(), ADA, "");
        assertThat(now(notebook).<Integer>get("spec", "replicas")).isZero();
        post("start", notebook, notebook.getMetadata().getUid(), ADA, "");
        assertThat(now(notebook).<Integer>get("spec", "replicas")).isEqualTo(1);
    }

    @Test
    void thePageAsksBefore() throws Exception {
        GenericKubernetesResource kernel = create("JupyterKernel", "asked");

        HttpResponse<String> question = send(request(
                "/console/action?action=cull&namespace=default&name=asked")
                .header("Authorization", "Bearer " + VIEWER));

        assertThat(question.body()).contains("Cull asked?", "its memory is lost",
                "value=\"" + kernel.getMetadata().getUid() + "\"");
        assertThat(now(kernel)).isNotNull();
    }

    /** Somebody else may have created another one of the same name since the page was shown. */
    @ParameterizedTest
    @CsvSource({"keep", "cull"})
    void anotherOneOfTheSameNameIsLeftAlone(String action) throws Exception {
        GenericKubernetesResource kernel = create("JupyterKernel", "other");

        HttpResponse<String> response = post(action, kernel, "00000000-0000-0000-0000-000000000000", ADA, "");

        assertThat(response.statusCode()).isEqualTo(409);
        assertThat(response.body()).contains("is gone, or another one has its name");
        assertThat(now(kernel).getMetadata().getAnnotations()).isNullOrEmpty();
    }

    @ParameterizedTest
    @CsvSource({"keep, JupyterKernel", "cull, JupyterKernel", "stop, JupyterNotebook"})
    void whatTheCallerMayNotDoIsNotDone(String action, String kind) throws Exception {
        GenericKubernetesResource object = create(kind, "refused");

        HttpResponse<String> response = post(action, object, object.getMetadata().getUid(), VIEWER, "");

        assertThat(response.statusCode()).isEqualTo(409);
        assertThat(response.body()).contains("Nothing was done", "The API server refused: forbidden");
        assertThat(now(object).getMetadata().getResourceVersion())
                .isEqualTo(object.getMetadata().getResourceVersion());
        assertThat(guarded.calls()).extracting(Call::token).doesNotContain(OWN);
    }

    @Test
    void behindAProxyTheConsoleOnlyShows() throws Exception {
        GenericKubernetesResource kernel = create("JupyterKernel", "proxied");

        HttpResponse<String> response = send(request("/console/action", "cull", kernel,
                kernel.getMetadata().getUid(), "").header("X-Console-Proxy-Secret", ConsoleTest.PROXY_SECRET)
                .header("X-Forwarded-User", "ada").header("Sec-Fetch-Site", "same-origin"));

        assertThat(response.statusCode()).isEqualTo(409);
        assertThat(response.body()).contains("the console only shows");
        assertThat(guarded.calls()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"Sec-Fetch-Site, cross-site", "Origin, https://example.com", "X-None, none"})
    void aFormOfAnotherSiteDoesNothing(String header, String value) throws Exception {
        GenericKubernetesResource kernel = create("JupyterKernel", "forged");

        assertProblem(send(request("/console/action", "cull", kernel, kernel.getMetadata().getUid(), "")
                .header("Cookie", "elastic-jupyter-token=" + ADA).header(header, value)), 403);

        assertThat(now(kernel)).isNotNull();
    }

    @ParameterizedTest
    @CsvSource({"fly, x, 1", "keep, ../x, 1", "keep, x, 0", "keep, x, 169", "keep, x, 1e3"})
    void anActionThatDoesNotExistIsAProblem(String action, String name, String hours) throws Exception {
        assertProblem(send(request("/console/action").header("Authorization", "Bearer " + ADA)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString("action=" + action + "&namespace=default&uid=u&name="
                        + URLEncoder.encode(name, StandardCharsets.UTF_8) + "&hours=" + hours))),
                400);
        assertThat(guarded.calls()).isEmpty();
    }

    private HttpResponse<String> post(String action, GenericKubernetesResource object, String uid, String token,
            String more) throws IOException, InterruptedException {
        return send(request("/console/action", action, object, uid, more).header("Authorization", "Bearer " + token));
    }

    private HttpRequest.Builder request(String path, String action, GenericKubernetesResource object, String uid,
            String more) {
        return request(path).header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString("action=" + action + "&namespace=default&name="
                        + object.getMetadata().getName() + "&uid=" + uid + more));
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://localhost:" + port + path));
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return HTTP.send(request.build(), BodyHandlers.ofString());
    }
}
