package io.elasticjupyter.manifest;

import static io.elasticjupyter.manifest.Manifests.ROOT;
import static io.elasticjupyter.manifest.Manifests.each;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.elasticjupyter.application.FunctionsApplication;
import io.elasticjupyter.reconcile.ReconcileFunction;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The rights that no request of the functions shows: those of gateways and users, and those that the API server checks in passing. */
class RolesTest {

    private static final Set<String> KINDS = Set.of("jupyternotebooks", "jupytergateways", "jupyterkernelspecs",
            "jupyterkerneltemplates", "jupyterkernels");

    private static Manifests manifests;

    @BeforeAll
    static void read() throws IOException {
        manifests = Manifests.of(ROOT.resolve("deploy"));
    }

    @Test
    void theReconcilerSetsTheOwnersOfChildrenOnly() {
        Set<String> owners;
        try (var application = FunctionsApplication.start("--server.port=0")) {
            owners = application.getBeansOfType(ReconcileFunction.class).values().stream()
                    .map(function -> function.loop().reconciler()).filter(each -> !each.children().isEmpty())
                    .map(each -> HasMetadata.getPlural(each.type()) + "/finalizers").collect(Collectors.toSet());
        }

        assertThat(rules("elastic-jupyter-reconciler").filter(rule -> has(rule, "verbs", "update"))
                .flatMap(rule -> texts(rule, "resources"))).containsExactlyInAnyOrderElementsOf(owners);
    }

    @Test
    void theReconcilerBindsTheRolesOfGatewaysOnly() {
        assertThat(rules("elastic-jupyter-reconciler").filter(rule -> has(rule, "verbs", "bind"))).singleElement()
                .satisfies(rule -> {
                    assertThat(texts(rule, "resourceNames")).containsExactlyInAnyOrder("elastic-jupyter-gateway",
                            "elastic-jupyter-gateway-pods");
                    assertThat(texts(rule, "resourceNames"))
                            .allMatch(role -> manifests.find("ClusterRole", role).isPresent());
                    assertThat(texts(rule, "verbs")).containsExactly("bind");
                });
    }

    /** Enterprise Gateway and the launcher make these requests; the second role is for kernel specs that create pods themselves or use the Go operator's launcher. */
    @Test
    void aGatewayHasTheRightsOfItsLauncher() {
        assertThat(rights("elastic-jupyter-gateway")).containsExactlyInAnyOrder("get pods", "list pods", "watch pods",
                "delete pods", "get jupyterkernels", "create jupyterkernels", "delete jupyterkernels",
                "launch jupyterkernels");
        assertThat(rights("elastic-jupyter-gateway-pods")).containsExactlyInAnyOrder("get pods", "list pods",
                "watch pods", "create pods", "delete pods", "get jupyterkernels", "create jupyterkernels",
                "delete jupyterkernels", "get jupyterkerneltemplates", "get jupytergateways",
                "update jupytergateways/finalizers");
    }

    /** A notebook's spec may contain a password, and Kubernetes' role view does not show Secrets. */
    @ParameterizedTest
    @CsvSource({"view, get list watch, 4", "edit, get list watch create update patch delete deletecollection, 5",
            "admin, get list watch create update patch delete deletecollection, 5"})
    void usersHaveARoleThatKubernetesAddsToItsOwn(String name, String verbs, int kinds) {
        JsonNode role = manifests.find("ClusterRole", "jupyter-" + name).orElseThrow();

        assertThat(role.at("/metadata/labels").properties()).singleElement().satisfies(label -> {
            assertThat(label.getKey()).isEqualTo("rbac.authorization.k8s.io/aggregate-to-" + name);
            assertThat(label.getValue().asText()).isEqualTo("true");
        });
        Set<String> resources = rules("jupyter-" + name).flatMap(rule -> texts(rule, "resources"))
                .filter(resource -> !resource.contains("/")).collect(Collectors.toSet());
        assertThat(KINDS).containsAll(resources);
        assertThat(resources).hasSize(kinds).satisfies(
                all -> assertThat(all.contains("jupyternotebooks")).isEqualTo(!name.equals("view")));
        Set<String> rights = resources.stream()
                .flatMap(resource -> Stream.of(verbs.split(" ")).map(verb -> verb + " " + resource))
                .collect(Collectors.toSet());
        if (!name.equals("view")) {
            rights.addAll(Set.of("get jupyternotebooks/scale", "update jupyternotebooks/scale",
                    "patch jupyternotebooks/scale"));
        }
        if (name.equals("admin")) {
            rights.addAll(Set.of("launch jupyterkernels", "use jupyterkerneltemplates"));
        }
        assertThat(rights("jupyter-" + name)).isEqualTo(rights);
        assertThat(rules("jupyter-" + name).flatMap(rule -> texts(rule, "apiGroups")))
                .containsOnly("kubeflow.tkestack.io");
    }

    /** The account runs an image of Knative, and its token can be read in the namespace of the functions. */
    @Test
    void theSourcesReadWhatTheyWatchAndNothingElse() {
        Set<String> watched = Stream.concat(KINDS.stream(), Stream.of("deployments", "pods", "services",
                "ingresses"))
                .collect(Collectors.toSet());

        assertThat(rights("elastic-jupyter-event-source")).isEqualTo(watched.stream()
                .flatMap(resource -> Stream.of("get", "list", "watch").map(verb -> verb + " " + resource))
                .collect(Collectors.toSet()));
    }

    /** Each gateway has a Role that lets the cull function read its token; a ClusterRole would grant all Secrets of the cluster. */
    @Test
    void theCullFunctionReadsNoSecretOfTheCluster() {
        assertThat(rights("elastic-jupyter-culler")).noneMatch(right -> right.endsWith("secrets"));
    }

    /** What callers see is read with their own rights, or with those of the role that is bound only behind a proxy. */
    @Test
    void theConsoleItselfFindsNamespacesAndRecordsWhoActed() {
        assertThat(rights("elastic-jupyter-console")).containsExactlyInAnyOrder("list jupytergateways",
                "list jupyterkernels", "create events");
        assertThat(manifests.all("ClusterRoleBinding").map(binding -> binding.at("/roleRef/name").asText()))
                .doesNotContain("elastic-jupyter-console-proxy");
        assertThat(rights("elastic-jupyter-console-proxy")).allMatch(right -> right.startsWith("list ")
                || right.equals("create subjectaccessreviews")).noneMatch(right -> right.contains("secrets"));
    }

    /** The Job may create a Secret, and read the one that it creates. */
    @Test
    void theJobReadsOnlyItsOwnSecret() {
        assertThat(each(manifests.find("Role", "event-key").orElseThrow().path("rules"))
                .filter(rule -> has(rule, "resources", "secrets") && !texts(rule, "verbs").toList()
                        .equals(List.of("create"))))
                .singleElement().satisfies(rule -> {
                    assertThat(texts(rule, "verbs")).containsExactly("get");
                    assertThat(texts(rule, "resourceNames")).containsExactly("event-key");
                });
    }

    /** The policy names accounts, not labels: a renamed account would be unlimited. */
    @Test
    void theAccountsOfAllFunctionsAreLimited() {
        String condition = manifests.find("ValidatingAdmissionPolicy", "elastic-jupyter-accounts").orElseThrow()
                .at("/spec/matchConditions/0/expression").asText();

        assertThat(manifests.all("Service").map(service -> "'system:serviceaccount:"
                + service.at("/metadata/namespace").asText() + ":"
                + service.at("/spec/template/spec/serviceAccountName").asText() + "'"))
                .hasSize(3).allSatisfy(account -> assertThat(condition).contains(account));
    }

    @Test
    void everyPolicyFailsClosedAndIsBound() {
        assertThat(manifests.all("ValidatingAdmissionPolicy")).hasSize(2).allSatisfy(policy -> {
            assertThat(policy.at("/spec/failurePolicy").asText()).isEqualTo("Fail");
            JsonNode binding = manifests
                    .find("ValidatingAdmissionPolicyBinding", policy.at("/metadata/name").asText()).orElseThrow();
            assertThat(binding.at("/spec/policyName")).isEqualTo(policy.at("/metadata/name"));
            assertThat(texts(binding.path("spec"), "validationActions")).containsExactly("Deny");
            assertThat(binding.path("spec").has("matchResources")).isFalse();
        });
    }

    private static Stream<JsonNode> rules(String role) {
        return each(manifests.find("ClusterRole", role).orElseThrow().path("rules"));
    }

    private static Set<String> rights(String role) {
        return rules(role).flatMap(rule -> texts(rule, "verbs")
                .flatMap(verb -> texts(rule, "resources").map(resource -> verb + " " + resource)))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static boolean has(JsonNode rule, String field, String value) {
        return texts(rule, field).anyMatch(value::equals);
    }

    private static Stream<String> texts(JsonNode object, String field) {
        return each(object.path(field)).map(JsonNode::asText);
    }
}
