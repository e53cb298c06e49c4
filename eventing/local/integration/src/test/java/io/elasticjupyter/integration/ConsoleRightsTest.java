package io.elasticjupyter.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenRequest;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBinding;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The console with the rights of its account and of its callers: callers see only what they may list, and no right of the account is
 * missing or unnecessary. On the embedded API, which has no authorization, only the rights of the account are compared.
 */
@OnEachCluster
class ConsoleRightsTest {

    private static final String SYSTEM = "elastic-jupyter";
    private static final String SECRET = "0123456789abcdef0123456789abcdef";
    private static final HttpClient HTTP = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final Site site;
    private final Accounts accounts;
    private Path auditLog;
    private int from;
    private String mine;
    private String other;
    private FunctionsServer console;

    ConsoleRightsTest(Site site) {
        this.site = site;
        this.accounts = new Accounts(site, SYSTEM);
    }

    @BeforeEach
    void start() {
        assumeTrue(site.cluster().auditLog().isPresent(),
                "rights are compared with an audit log, which this cluster does not provide");
        auditLog = site.cluster().auditLog().get();
        site.namespace(SYSTEM);
        accounts.installAll("deploy/rbac");
        mine = site.namespace();
        other = site.namespace();
        for (String namespace : List.of(mine, other)) {
            for (String kind : List.of("JupyterGateway", "JupyterNotebook", "JupyterKernel")) {
                site.apply(namespace, """
                        apiVersion: kubeflow.tkestack.io/v1alpha1
                        kind: %s
                        metadata: {name: of-%s}
                        spec: %s
                        """.formatted(kind, namespace, kind.equals("JupyterKernel")
                        ? "{template: {spec: {containers: [{name: kernel, image: x}]}}}"
                        : "{}"));
            }
        }
        from = Right.lines(auditLog);
        console = accounts.start("console", "--elastic-jupyter.functions=console",
                "--elastic-jupyter.console-proxy-secret=" + SECRET);
    }

    @AfterEach
    void end() {
        Stream.of("elastic-jupyter-console-proxy", "ConsoleRightsTest").forEach(
                binding -> site.client().rbac().clusterRoleBindings().withName(binding).delete());
        if (console != null) {
            console.close();
        }
    }

    @Test
    void aCallerSeesTheNamespacesThatTheApiServerAllows() throws Exception {
        assumeTrue(site.cluster().isReal(), "only a real API server has authorization");
        String token = token("viewer");
        bindView("viewer");

        await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> {
            HttpResponse<String> response = get("", "Authorization", "Bearer " + token);
            JsonNode view = json(response);
            assertThat(view.path("namespaces").valueStream().map(JsonNode::asText)).containsExactly(mine);
            assertThat(view.path("kernels").findValuesAsText("name")).containsExactly("of-" + mine);
            // The role view does not show notebooks, whose spec may contain a password.
            assertThat(view.path("notReadable").valueStream().map(JsonNode::asText))
                    .containsExactly("jupyternotebooks");
            assertThat(response.body()).doesNotContain(other);
        });
        assertThat(get("?namespace=" + other, "Authorization", "Bearer " + token).body())
                .doesNotContain("of-" + other);
        assertThat(get("", "Authorization", "Bearer " + token + "x").statusCode()).isEqualTo(401);
        assertThat(get("", "X-Forwarded-User", "system:admin").statusCode()).isEqualTo(401);
        assertThat(keep(token).statusCode()).as("a viewer may not keep a kernel").isEqualTo(409);
        bind("viewer", "ClusterRole", "jupyter-edit");
        await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> assertThat(keep(token).statusCode()).isEqualTo(200));
        assertThat(site.client().v1().events().inNamespace(mine).withField("reason", "Kept").list().getItems())
                .first().satisfies(event -> assertThat(event.getMessage())
                        .contains("by system:serviceaccount:" + mine + ":viewer in the console."));
        Set<Right> granted = rights("elastic-jupyter-console");
        String user = accounts.user("console");
        await().atMost(Duration.ofSeconds(10)).untilAsserted(
                () -> assertThat(Right.used(auditLog, from, user)).as("used rights").isEqualTo(granted));
        assertThat(Right.refused(auditLog, from, user)).as("missing rights").isEmpty();
    }

    @Test
    void behindAProxyTheConsoleAsksForTheRightsOfTheUser() throws Exception {
        site.client().resource(new ClusterRoleBindingBuilder().withNewMetadata()
                .withName("elastic-jupyter-console-proxy").endMetadata()
                .withNewRoleRef("rbac.authorization.k8s.io", "ClusterRole", "elastic-jupyter-console-proxy")
                .addNewSubject(null, "ServiceAccount", "console", SYSTEM).build()).createOr(it -> it.update());
        site.client().resource(new RoleBindingBuilder().withNewMetadata().withName("team").withNamespace(mine)
                .endMetadata().withNewRoleRef("rbac.authorization.k8s.io", "ClusterRole", "jupyter-edit")
                .addNewSubject("rbac.authorization.k8s.io", "Group", "team-of-" + mine, null).build()).create();

        await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> {
            HttpResponse<String> response = get("", "X-Console-Proxy-Secret", SECRET, "X-Forwarded-User", "ada",
                    "X-Forwarded-Groups", "team-of-" + mine);
            JsonNode view = json(response);
            assertThat(view.path("notebooks").findValuesAsText("name")).contains("of-" + mine);
            if (site.cluster().isReal()) {
                assertThat(view.path("namespaces").valueStream().map(JsonNode::asText)).containsExactly(mine);
                assertThat(view.path("notReadable").valueStream().map(JsonNode::asText))
                        .containsExactly("events", "pods");
                assertThat(response.body()).doesNotContain(other);
            }
        });
        if (site.cluster().isReal()) {
            bindAll("ada");
            await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> assertThat(json(get("", "X-Console-Proxy-Secret",
                    SECRET, "X-Forwarded-User", "ada")).path("kernels").findValuesAsText("name"))
                    .contains("of-" + mine, "of-" + other));
        }
        Set<Right> granted = rights("elastic-jupyter-console-proxy");
        String user = accounts.user("console");
        await().atMost(Duration.ofSeconds(10)).untilAsserted(
                () -> assertThat(Right.used(auditLog, from, user)).as("used rights").isEqualTo(granted));
    }

    private void bindAll(String user) {
        ClusterRoleBinding binding = new ClusterRoleBindingBuilder().withNewMetadata().withName("ConsoleRightsTest")
                .endMetadata().withNewRoleRef("rbac.authorization.k8s.io", "ClusterRole", "cluster-admin")
                .addNewSubject("rbac.authorization.k8s.io", "User", user, null).build();
        site.client().resource(binding).createOr(it -> it.update());
    }

    private Set<Right> rights(String role) {
        return new TreeSet<>(Right.of(Documents.under("deploy/rbac").stream().flatMap(file -> file.all().stream())
                .filter(each -> each.path("kind").asText().equals("ClusterRole"))
                .filter(each -> each.at("/metadata/name").asText().equals(role)).findFirst().orElseThrow()));
    }

    private String token(String account) {
        site.client().serviceAccounts().inNamespace(mine).resource(new ServiceAccountBuilder()
                .withNewMetadata().withName(account).endMetadata().build()).create();
        return site.client().serviceAccounts().inNamespace(mine).withName(account).tokenRequest(new TokenRequest())
                .getStatus().getToken();
    }

    /** The rights of Kubernetes' role view that matter here: without a controller manager, that role has none. */
    private void bindView(String account) {
        site.client().resource(new RoleBuilder().withNewMetadata().withName("pods-and-events").withNamespace(mine)
                .endMetadata().addNewRule().withApiGroups("").withResources("pods", "events").withVerbs("list")
                .endRule()
                .build()).create();
        bind(account, "Role", "pods-and-events");
        bind(account, "ClusterRole", "jupyter-view");
    }

    private void bind(String account, String kind, String role) {
        site.client().resource(new RoleBindingBuilder().withNewMetadata().withName(account + "-" + role)
                .withNamespace(mine).endMetadata().withNewRoleRef("rbac.authorization.k8s.io", kind, role)
                .addNewSubject(null, "ServiceAccount", account, mine).build()).create();
    }

    private HttpResponse<String> keep(String token) throws IOException, InterruptedException {
        String uid = site.client().genericKubernetesResources("kubeflow.tkestack.io/v1alpha1", "JupyterKernel")
                .inNamespace(mine).withName("of-" + mine).get().getMetadata().getUid();
        return HTTP.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + console.port() + "/console/action"))
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString("action=keep&namespace=" + mine + "&name=of-" + mine + "&uid=" + uid))
                .build(), BodyHandlers.ofString());
    }

    private HttpResponse<String> get(String query, String... headers) throws IOException, InterruptedException {
        return HTTP.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + console.port()
                + "/console/api/v1/cluster" + query)).headers(headers).build(), BodyHandlers.ofString());
    }

    private static JsonNode json(HttpResponse<String> response) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return Serialization.unmarshal(response.body(), JsonNode.class);
    }
}
