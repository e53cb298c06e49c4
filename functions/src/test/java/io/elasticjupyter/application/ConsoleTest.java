package io.elasticjupyter.application;

import static io.elasticjupyter.application.FunctionCalls.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.elasticjupyter.api.v1alpha1.JupyterResource;
import io.elasticjupyter.application.GuardedApi.Call;
import io.embeddedkubernetes.EmbeddedApi;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Primary;

/** The console over HTTP, with an API server that has users. */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT, properties = {"elastic-jupyter.functions=console",
        "elastic-jupyter.console-proxy-secret=" + ConsoleTest.PROXY_SECRET})
@Import(ConsoleTest.Api.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ConsoleTest {

    static final String PROXY_SECRET = "0123456789abcdef0123456789abcdef";

    private static final String OWN = "own-token";
    private static final String ADMIN = "admin-token";
    private static final String ADA = "token-of-ada";
    private static final String NOBODY = "token-of-nobody";

    private static final String REVIEWS = "/apis/authorization.k8s.io/v1/subjectaccessreviews";

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @TestConfiguration(proxyBeanMethods = false)
    static class Api {

        @Bean
        EmbeddedApi api() throws IOException {
            return EmbeddedApi.start(0);
        }

        @Bean
        GuardedApi guarded(EmbeddedApi api) throws IOException {
            return new GuardedApi(api.url());
        }

        @Bean
        @Primary
        KubernetesClient own(GuardedApi guarded) {
            // As in a pod, where the client reads its own token from a file.
            Config config = new ConfigBuilder(Config.empty()).withMasterUrl(guarded.url())
                    .withRequestRetryBackoffLimit(0).build();
            config.setAutoOAuthToken(OWN);
            return KubernetesConfiguration.client(config);
        }
    }

    @LocalServerPort
    private int port;

    @Autowired
    private EmbeddedApi api;

    @Autowired
    private GuardedApi guarded;

    @BeforeAll
    void cluster() throws IOException {
        try (KubernetesClient client = KubernetesConfiguration.client(new ConfigBuilder(Config.empty())
                .withMasterUrl(api.url().toString()).build());
                Stream<Path> crds = Files.list(Path.of(System.getProperty("repository.root"), "deploy", "crds"))) {
            for (Path crd : crds.filter(file -> file.getFileName().toString().startsWith("jupyter")).toList()) {
                client.resources(CustomResourceDefinition.class).load(crd.toFile()).create();
            }
            for (String namespace : List.of("alice", "bob")) {
                client.resource(new NamespaceBuilder().withNewMetadata().withName(namespace).endMetadata().build())
                        .create();
                create(client, """
                        apiVersion: kubeflow.tkestack.io/v1alpha1
                        kind: JupyterGateway
                        metadata: {name: gateway-of-NAMESPACE, namespace: NAMESPACE}
                        """.replace("NAMESPACE", namespace));
                create(client, """
                        apiVersion: kubeflow.tkestack.io/v1alpha1
                        kind: JupyterNotebook
                        metadata: {name: notebook-of-NAMESPACE, namespace: NAMESPACE}
                        spec: {auth: {token: the-secret-token-of-a-notebook}}
                        """.replace("NAMESPACE", namespace));
                create(client, """
                        apiVersion: kubeflow.tkestack.io/v1alpha1
                        kind: JupyterKernel
                        metadata: {name: kernel-of-NAMESPACE, namespace: NAMESPACE}
                        spec:
                          user: "<script>alert('NAMESPACE')</script>"
                          env: [{name: PASSWORD, value: the-secret-of-a-kernel}]
                          template: {spec: {containers: [{name: kernel, image: x}]}}
                        """.replace("NAMESPACE", namespace));
            }
        }
    }

    private static void create(KubernetesClient client, String yaml) {
        GenericKubernetesResource object = Serialization.unmarshal(yaml, GenericKubernetesResource.class);
        client.genericKubernetesResources(JupyterResource.definition(object.getKind()))
                .inNamespace(object.getMetadata().getNamespace()).resource(object).create();
    }

    @BeforeEach
    void users() {
        guarded.calls().clear();
        guarded.allow(OWN, call -> true);
        guarded.allow(ADMIN, call -> true);
        guarded.allow(ADA, call -> call.path().contains("/namespaces/alice/"));
        guarded.allow(NOBODY, call -> false);
        guarded.answer(REVIEWS, review(true));
    }

    private static String review(boolean allowed) {
        return "{\"apiVersion\":\"authorization.k8s.io/v1\",\"kind\":\"SubjectAccessReview\",\"status\":{\"allowed\":"
                + allowed + "}}";
    }

    @Test
    void aCallerWhoMayReadTheClusterSeesAllOfIt() throws Exception {
        JsonNode view = json(get("/console/api/v1/cluster", ADMIN));

        assertThat(view.path("kernels").findValuesAsText("name")).containsExactlyInAnyOrder("kernel-of-alice",
                "kernel-of-bob");
        assertThat(view.has("namespaces")).isFalse();
        assertThat(view.path("notReadable")).isEmpty();
        assertThat(guarded.calls()).extracting(Call::token).containsOnly(ADMIN);
    }

    @Test
    void aCallerWhoMayReadOneNamespaceSeesOnlyThatOne() throws Exception {
        HttpResponse<String> response = get("/console/api/v1/cluster", ADA);
        JsonNode view = json(response);

        assertThat(view.path("namespaces").valueStream().map(JsonNode::asText)).containsExactly("alice");
        assertThat(view.path("kernels").findValuesAsText("name")).containsExactly("kernel-of-alice");
        assertThat(view.path("gateways").findValuesAsText("name")).containsExactly("gateway-of-alice");
        assertThat(view.path("notebooks").findValuesAsText("name")).containsExactly("notebook-of-alice");
        assertThat(response.body()).doesNotContain("bob");
        assertThat(get("/console", ADA).body()).contains("kernel-of-alice").doesNotContain("bob");
        JsonNode other = json(get("/console/api/v1/cluster?namespace=bob", ADA));
        assertThat(other.path("kernels")).isEmpty();
        assertThat(other.path("notReadable").valueStream().map(JsonNode::asText)).contains("jupyterkernels",
                "jupyternotebooks");
    }

    @Test
    void aCallerWithoutRightsSeesNothing() throws Exception {
        HttpResponse<String> response = get("/console/api/v1/cluster", NOBODY);

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).doesNotContain("alice", "bob");
        assertThat(get("/console", NOBODY).body()).contains("no namespace in which you may list JupyterKernels");
    }

    /** The client of a pod would otherwise look for another token, and find that of the pod. */
    @Test
    void aTokenThatTheApiServerRefusesIsNotReplacedByThatOfThePod() throws Exception {
        HttpResponse<String> response = get("/console/api/v1/cluster", "expired");

        assertProblem(response, 401);
        assertThat(response.body()).contains("does not accept the token").doesNotContain("alice");
        assertThat(guarded.calls()).isNotEmpty().extracting(Call::token).containsOnly("expired");
    }

    @Test
    void withoutACredentialNothingIsRead() throws Exception {
        HttpResponse<String> json = send(request("/console/api/v1/cluster"));
        assertProblem(json, 401);
        assertThat(json.headers().firstValue("WWW-Authenticate")).hasValueSatisfying(
                value -> assertThat(value).startsWith("Bearer"));
        assertThat(json.body()).contains("Authorization: Bearer TOKEN");

        HttpResponse<String> page = send(request("/console"));
        assertThat(page.statusCode()).isEqualTo(401);
        assertThat(page.headers().firstValue("Content-Type")).contains("text/html;charset=UTF-8");
        assertThat(page.body()).contains("Sign in", "kubectl create token");
        assertThat(guarded.calls()).isEmpty();
    }

    @Test
    void theApiServerIsAskedForTheRightsOfAUserOfTheProxy() throws Exception {
        JsonNode view = json(send(proxied("ada", PROXY_SECRET)));

        assertThat(view.path("kernels")).hasSize(2);
        assertThat(guarded.calls()).extracting(Call::path).contains(REVIEWS);

        guarded.answer(REVIEWS, review(false));
        HttpResponse<String> refused = send(proxied("ada", PROXY_SECRET));
        assertThat(refused.statusCode()).isEqualTo(200);
        assertThat(refused.body()).doesNotContain("alice", "bob");
    }

    @Test
    void theHeadersOfAProxyAreWorthNothingWithoutItsSecret() throws Exception {
        assertProblem(send(proxied("ada", "0123456789abcdef0123456789abcdeX")), 401);
        assertProblem(send(request("/console/api/v1/cluster").header("X-Forwarded-User", "ada")), 401);
        assertProblem(send(proxied("system:serviceaccount:elastic-jupyter:console", PROXY_SECRET)), 401);
        assertThat(guarded.calls()).isEmpty();
    }

    private HttpRequest.Builder proxied(String user, String secret) {
        return request("/console/api/v1/cluster").header("X-Console-Proxy-Secret", secret)
                .header("X-Forwarded-User", user);
    }

    @Test
    void noAnswerContainsACredentialOrTheEnvironmentOfAKernel() throws Exception {
        assertThat(Stream.of(get("/console/api/v1/cluster", ADMIN), get("/console", ADMIN)))
                .allSatisfy(response -> assertThat(response.body()).doesNotContain("the-secret", ADMIN, OWN,
                        PROXY_SECRET));
    }

    @Test
    void hostileNamesAreText() throws Exception {
        HttpResponse<String> page = get("/console?owner=%3Cscript%3Ealert('bob')%3C/script%3E", ADMIN);

        assertThat(page.body()).contains("&lt;script&gt;alert(&#39;bob&#39;)&lt;/script&gt;")
                .doesNotContain("<script>alert");
        assertThat(page.headers().firstValue("Content-Security-Policy")).hasValueSatisfying(
                policy -> assertThat(policy).startsWith("default-src 'none'; script-src 'self'")
                        .doesNotContain("unsafe"));
        assertThat(page.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
        assertThat(page.headers().firstValue("Cache-Control")).contains("no-store");
    }

    @ParameterizedTest
    @CsvSource({"/console/console.css, text/css;charset=UTF-8", "/console/console.js, text/javascript;charset=UTF-8",
            "/console/icon.svg, image/svg+xml", "/console/api/v1/openapi.json, application/json"})
    void theFilesOfThePageNeedNoCredential(String path, String type) throws Exception {
        HttpResponse<String> file = send(request(path));

        assertThat(file.statusCode()).isEqualTo(200);
        assertThat(file.headers().firstValue("Content-Type")).contains(type);
        assertThat(file.body()).isNotBlank();
    }

    @ParameterizedTest
    @ValueSource(strings = {"?state=asleep", "?namespace=../secrets", "?namespace=a%2Fb", "?namespace=A",
            "?from=-1&namespace=A"})
    void aViewThatDoesNotExistIsAProblem(String query) throws Exception {
        assertProblem(get("/console/api/v1/cluster" + query, ADMIN), 400);
        assertThat(guarded.calls()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/console/", "/console/page.html", "/console/api/v1", "/console/api/v2/cluster",
            "/consoles", "/reconcileNotebook"})
    void otherPathsDoNotExist(String path) throws Exception {
        assertThat(get(path, ADMIN).statusCode()).isIn(404, 405);
        assertThat(guarded.calls()).isEmpty();
    }

    @Test
    void aTokenOfTheSignInPageIsKeptInACookie() throws Exception {
        HttpResponse<String> in = send(form("/console/sign-in", "token=%20" + ADA + "%0A")
                .header("Sec-Fetch-Site", "same-origin"));

        assertThat(in.statusCode()).isEqualTo(303);
        assertThat(in.headers().firstValue("Location")).contains("/console");
        String cookie = in.headers().firstValue("Set-Cookie").orElseThrow();
        assertThat(cookie).contains("HttpOnly", "SameSite=Strict", "Path=/console").doesNotContain("Secure");
        HttpResponse<String> page = send(request("/console").header("Cookie", cookie.replaceFirst(";.*", "")));
        assertThat(page.body()).contains("kernel-of-alice", "Sign out").doesNotContain("bob");
        assertThat(send(form("/console/sign-in", "token=" + ADA).header("Sec-Fetch-Site", "same-origin")
                .header("X-Forwarded-Proto", "https")).headers().firstValue("Set-Cookie").orElseThrow())
                .contains("Secure");
        assertThat(send(form("/console/sign-out", "").header("Sec-Fetch-Site", "same-origin")).headers()
                .firstValue("Set-Cookie").orElseThrow()).contains("elastic-jupyter-token=;", "Max-Age=0");
    }

    @ParameterizedTest
    @CsvSource({"Sec-Fetch-Site, cross-site", "Sec-Fetch-Site, same-site", "Sec-Fetch-Site, none",
            "Origin, https://example.com", "Origin, null", "X-None, none"})
    void aFormOfAnotherSiteIsRefused(String header, String value) throws Exception {
        HttpResponse<String> response = send(form("/console/sign-in", "token=" + ADA).header(header, value));

        assertProblem(response, 403);
        assertThat(response.headers().firstValue("Set-Cookie")).isEmpty();
    }

    @Test
    void aFailingApiServerIsAProblem() throws Exception {
        guarded.answer("/apis/kubeflow.tkestack.io/v1alpha1/jupyterkernels", "broken");

        HttpResponse<String> response = get("/console/api/v1/cluster", ADMIN);

        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.body()).doesNotContain("Exception", "\tat ");
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://localhost:" + port + path));
    }

    private HttpRequest.Builder form(String path, String body) {
        return request(path).header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(body));
    }

    private HttpResponse<String> get(String path, String token) throws IOException, InterruptedException {
        return send(request(path).header("Authorization", "Bearer " + token));
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return HTTP.send(request.build(), BodyHandlers.ofString());
    }

    private static JsonNode json(HttpResponse<String> response) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type")).contains("application/json");
        return Serialization.unmarshal(response.body(), JsonNode.class);
    }
}
