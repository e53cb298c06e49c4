package io.elasticjupyter.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.elasticjupyter.integration.PolicyCase.Grant;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectAccessReviewBuilder;
import io.fabric8.kubernetes.api.model.rbac.PolicyRuleBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * The decisions of the policies of {@code deploy/admission}, on a real API server with real rights. The embedded API has neither
 * users nor policies, so there the same cases are evaluated {@linkplain OfflinePolicies without an API server}.
 */
@OnEachCluster
class PoliciesTest {

    private static final String SYSTEM = "elastic-jupyter";

    /** The group whose members may write the five kinds in the namespace of the cases. Each case has a user of its own. */
    private static final String USERS = "users-of-alice";

    private static final AtomicInteger COUNT = new AtomicInteger();

    private final Site site;
    private final Accounts accounts;

    PoliciesTest(Site site) {
        this.site = site;
        this.accounts = new Accounts(site, SYSTEM);
    }

    @BeforeEach
    void install() {
        if (!site.cluster().isReal()) {
            return;
        }
        assumeTrue(site.cluster().auditLog().isPresent(), "an existing cluster keeps its policies");
        Stream.of(SYSTEM, "alice", "bob", "knative-eventing").forEach(site::namespace);
        Stream.of("deploy/rbac", "deploy/admission").forEach(accounts::installAll);
        bind(PolicyCase.HOME, USERS, "ClusterRole", "jupyter-edit", "Group");
        accounts.awaitPolicies();
    }

    @TestFactory
    Stream<DynamicTest> ofUsers() {
        return decisions("users.yaml");
    }

    @TestFactory
    Stream<DynamicTest> ofTheAccounts() {
        return decisions("accounts.yaml");
    }

    /** Without a rule, at least one case is decided differently. */
    @Test
    void everyRuleHasACase() {
        List<PolicyCase> cases = Stream.of("users.yaml", "accounts.yaml")
                .flatMap(file -> PolicyCase.read(file).stream()).toList();
        List<OfflinePolicies> lessStrict = OfflinePolicies.eachWithoutARule();

        assertThat(lessStrict).hasSizeGreaterThan(9).allSatisfy(policies -> assertThat(cases)
                .anyMatch(each -> each.refusal().isPresent() && policies.refusal(each).isEmpty()));
    }

    @Test
    void thePageShowsTheMessageOfTheFirstCase() throws IOException {
        String message = OfflinePolicies.read().refusal(PolicyCase.read("users.yaml").getFirst()).orElseThrow();

        assertThat(Files.readString(Documents.ROOT.resolve("docs/rights.md")))
                .contains(
                        "ValidatingAdmissionPolicy 'elastic-jupyter-users' with binding 'elastic-jupyter-users' denied request: "
                                + message + "\n");
    }

    @Test
    void theRecipeShowsTheMessageForATemplateThatTheUserMayNotUse() throws IOException {
        PolicyCase template = PolicyCase.read("users.yaml").stream()
                .filter(each -> each.title().equals("a notebook from a template of the namespace")).findFirst()
                .orElseThrow();

        assertThat(Files.readString(Documents.ROOT.resolve("docs/recipes.md"))).contains("denied request: "
                + OfflinePolicies.read().refusal(template).orElseThrow().replace("namespace alice", "namespace team")
                + "\n");
    }

    private Stream<DynamicTest> decisions(String file) {
        return PolicyCase.read(file).stream().map(each -> DynamicTest.dynamicTest(each.title(), () -> {
            Optional<String> refusal = site.cluster().isReal()
                    ? onTheApiServer(each)
                    : OfflinePolicies.read().refusal(each);
            if (each.refusal().isEmpty()) {
                assertThat(refusal).isEmpty();
            } else {
                assertThat(refusal).hasValueSatisfying(
                        message -> assertThat(message).contains(each.refusal().get()));
            }
        }));
    }

    /** Sends the request as its user, in a dry run, and returns the message of the refusal. */
    private Optional<String> onTheApiServer(PolicyCase request) {
        List<HasMetadata> existing = new ArrayList<>();
        String user = request.account().isEmpty() ? USERS + "-" + COUNT.incrementAndGet() : request.user();
        try (KubernetesClient client = accounts.impersonate(user, USERS)) {
            String version = request.old().isNull() ? null : existing(request.old(), existing);
            grant(user, request.rights());
            awaitRights(client, request.rights());
            GenericKubernetesResource object = resource(request.object());
            boundRole(request.object()).ifPresent(role -> existing.add(site.client().resource(role).create()));
            object.getMetadata().setResourceVersion(version);
            switch (request.operation()) {
                case "CREATE" -> client.resource(object).dryRun(true).create();
                case "DELETE" -> client.resource(object).dryRun(true).delete();
                default -> update(client, request, object);
            }
            return Optional.empty();
        } catch (KubernetesClientException e) {
            assertThat(e.getCode()).as("%s", e.getMessage()).isEqualTo(HttpURLConnection.HTTP_FORBIDDEN);
            return Optional.of(e.getStatus().getMessage());
        } finally {
            existing.forEach(each -> site.client().resource(each).withGracePeriod(0).delete());
        }
    }

    /** Returns the Role that a RoleBinding refers to, which the API server looks up before it evaluates the policies. */
    private static Optional<Role> boundRole(JsonNode object) {
        return object.at("/roleRef/kind").asText().equals("Role")
                ? Optional.of(new RoleBuilder().withNewMetadata().withName(object.at("/roleRef/name").asText())
                        .withNamespace(object.at("/metadata/namespace").asText()).endMetadata().build())
                : Optional.empty();
    }

    /** The functions apply, and have no right to update. */
    private static void update(KubernetesClient client, PolicyCase request, GenericKubernetesResource object) {
        if (request.account().isEmpty()) {
            client.resource(object).dryRun(true).update();
        } else {
            client.resource(object).dryRun(true).forceConflicts().serverSideApply();
        }
    }

    /** Creates an object, and its owner, without which the garbage collector would delete it. Returns its version. */
    private String existing(JsonNode document, List<HasMetadata> created) {
        GenericKubernetesResource object = resource(document);
        for (OwnerReference reference : object.getMetadata().getOwnerReferences()) {
            GenericKubernetesResource owner = new GenericKubernetesResourceBuilder()
                    .withApiVersion(reference.getApiVersion()).withKind(reference.getKind())
                    .withNewMetadata().withName(reference.getName())
                    .withNamespace(object.getMetadata().getNamespace()).endMetadata()
                    .addToAdditionalProperties("spec", reference.getKind().equals("JupyterKernel")
                            ? Map.of("templateRef", Map.of("name", "science"))
                            : Map.of())
                    .build();
            created.add(site.client().resource(owner).create());
            reference.setUid(created.getLast().getMetadata().getUid());
        }
        created.addFirst(site.client().resource(object).create());
        return created.getFirst().getMetadata().getResourceVersion();
    }

    private static GenericKubernetesResource resource(JsonNode document) {
        return Serialization.unmarshal(document.toString(), GenericKubernetesResource.class);
    }

    private void grant(String user, Set<Grant> rights) {
        rights.stream().collect(Collectors.groupingBy(Grant::namespace)).forEach((namespace, granted) -> {
            site.client().resource(new RoleBuilder().withNewMetadata().withName(user).withNamespace(namespace)
                    .endMetadata().withRules(granted.stream().map(each -> new PolicyRuleBuilder()
                            .withApiGroups(each.group()).withResources(each.resource()).withVerbs(each.verb()).build())
                            .toList())
                    .build()).serverSideApply();
            bind(namespace, user, "Role", user, "User");
        });
    }

    private void bind(String namespace, String subject, String roleKind, String role, String subjectKind) {
        site.client().resource(new RoleBindingBuilder().withNewMetadata().withName(subject).withNamespace(namespace)
                .endMetadata().withNewRoleRef("rbac.authorization.k8s.io", roleKind, role)
                .addNewSubject("rbac.authorization.k8s.io", subjectKind, subject, null).build()).serverSideApply();
    }

    /** The API server learns of new rights with a delay. */
    private static void awaitRights(KubernetesClient client, Set<Grant> rights) {
        rights.forEach(right -> await().atMost(Duration.ofSeconds(30)).until(() -> client.authorization().v1()
                .selfSubjectAccessReview().create(new SelfSubjectAccessReviewBuilder().withNewSpec()
                        .withNewResourceAttributes().withVerb(right.verb()).withResource(right.resource())
                        .withGroup(right.group()).withNamespace(right.namespace()).endResourceAttributes().endSpec()
                        .build())
                .getStatus().getAllowed()));
    }
}
