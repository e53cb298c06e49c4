package io.elasticjupyter.manifest;

import static io.elasticjupyter.manifest.Manifests.ROOT;
import static io.elasticjupyter.manifest.Manifests.each;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.elasticjupyter.fixtures.NetworkPolicyFixture;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The pods of the functions: their accounts, their limits, and who may connect to them. */
class ServicesTest {

    private static final int PORT = 8080;
    private static final long MEBIBYTE = 1024L * 1024;

    private static Manifests manifests;

    @BeforeAll
    static void read() throws IOException {
        manifests = Manifests.of(ROOT.resolve("deploy"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"reconciler", "culler", "console"})
    void onlyPodsOfKnativeConnect(String service) {
        NetworkPolicyFixture policy = new NetworkPolicyFixture("elastic-jupyter", Serialization.unmarshal(
                manifests.find("NetworkPolicy", "functions").orElseThrow().toString(), NetworkPolicy.class));

        assertThat(policy.selects(Map.of("serving.knative.dev/service", service))).isTrue();
        assertThat(policy.selects(Map.of("app", "event-key"))).isFalse();
        assertThat(Stream.of("knative-serving", "kourier-system", "istio-system", "contour-internal"))
                .allMatch(namespace -> policy.allows(namespace, Map.of("app", "activator"), PORT));
        assertThat(Stream.of("team", "default", "elastic-jupyter", "knative-eventing"))
                .noneMatch(namespace -> policy.allows(namespace, Map.of("app", "activator"), PORT));
        assertThat(policy.policy().getSpec().getPolicyTypes()).containsExactly("Ingress");
    }

    /** A binding gives one account its own role. */
    @Test
    void eachAccountHasItsOwnRole() {
        assertThat(Stream.of("RoleBinding", "ClusterRoleBinding").flatMap(manifests::all)).hasSize(5)
                .allSatisfy(binding -> {
                    String account = binding.at("/metadata/name").asText().replace("elastic-jupyter-", "");
                    assertThat(binding.at("/roleRef/name")).isEqualTo(binding.at("/metadata/name"));
                    assertThat(each(binding.path("subjects"))).singleElement().satisfies(subject -> {
                        assertThat(subject.path("kind").asText()).isEqualTo("ServiceAccount");
                        assertThat(subject.path("name").asText()).isEqualTo(account);
                        assertThat(subject.path("namespace").asText()).isEqualTo("elastic-jupyter");
                    });
                });
        assertThat(manifests.all("Service")).hasSize(3)
                .allSatisfy(service -> assertThat(service.at("/spec/template/spec/serviceAccountName"))
                        .isEqualTo(service.at("/metadata/name")));
    }

    @Test
    void everyContainerRunsWithoutPrivileges() {
        assertThat(Stream.of("Service", "ContainerSource", "Job").flatMap(manifests::all)
                .flatMap(object -> each(object.at("/spec/template/spec/containers")))).hasSize(5)
                .allSatisfy(container -> {
                    JsonNode security = container.path("securityContext");
                    assertThat(security.path("runAsNonRoot").asBoolean()).isTrue();
                    assertThat(security.path("readOnlyRootFilesystem").asBoolean()).isTrue();
                    assertThat(security.path("allowPrivilegeEscalation").asBoolean(true)).isFalse();
                    assertThat(each(security.at("/capabilities/drop")).map(JsonNode::asText)).containsExactly("ALL");
                    assertThat(security.at("/capabilities").has("add")).isFalse();
                    assertThat(security.at("/seccompProfile/type").asText()).isEqualTo("RuntimeDefault");
                });
        assertThat(manifests.find("Namespace", "elastic-jupyter").orElseThrow()
                .at("/metadata/labels/pod-security.kubernetes.io~1enforce").asText()).isEqualTo("restricted");
    }

    /** The JVM needs memory beside the heap, and the kernel of the node ends a container that exceeds its limit. */
    @Test
    void theHeapFitsIntoTheMemoryOfEachContainer() throws IOException {
        Matcher heap = Pattern.compile("(?m)^-Xmx(\\d+)m$")
                .matcher(Files.readString(ROOT.resolve("deploy/image/jvm.options")));
        assertThat(heap.find()).isTrue();
        long needed = (Long.parseLong(heap.group(1)) + 128) * MEBIBYTE;

        assertThat(Stream.of("Service", "Job").flatMap(manifests::all)
                .map(object -> object.at("/spec/template/spec/containers/0/resources/limits/memory").asText()))
                .hasSize(4).allSatisfy(limit -> assertThat(Quantity.getAmountInBytes(new Quantity(limit)).longValue())
                        .isGreaterThanOrEqualTo(needed));
    }
}
