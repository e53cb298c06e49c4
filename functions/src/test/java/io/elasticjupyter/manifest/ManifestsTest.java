package io.elasticjupyter.manifest;

import static io.elasticjupyter.manifest.Manifests.ROOT;
import static io.elasticjupyter.manifest.Manifests.each;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.elasticjupyter.application.FunctionsApplication;
import io.elasticjupyter.event.EventFunction;
import io.elasticjupyter.reclaim.policy.kueue.Workload;
import io.elasticjupyter.reconcile.ReconcileFunction;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The manifests are consistent: every referenced object exists, and every manifest is installed. */
class ManifestsTest {

    /** Read once, because the CRDs are long. */
    private static final Map<Path, Manifests> READ = new HashMap<>();

    private static final String FUNCTIONS = "ELASTIC_JUPYTER_FUNCTIONS";

    private static final Pattern ADDRESS = Pattern.compile("http://(\\w+)\\.([\\w-]+)\\.svc\\.cluster\\.local(/.*)");

    private static final List<String> OURS = List.of("jupyternotebooks", "jupytergateways", "jupyterkernelspecs",
            "jupyterkerneltemplates", "jupyterkernels");

    /** Returns the base and the overlays. */
    static Stream<Path> installations() throws IOException {
        try (Stream<Path> overlays = Files.list(ROOT.resolve("deploy/overlays"))) {
            return Stream.concat(Stream.of(ROOT.resolve("deploy")), overlays.sorted().toList().stream());
        }
    }

    private static Manifests manifests(Path folder) throws IOException {
        if (!READ.containsKey(folder)) {
            READ.put(folder, Manifests.of(folder));
        }
        return READ.get(folder);
    }

    /** The tests of this package render the kustomizations themselves, so that they need no kubectl. */
    @ParameterizedTest
    @MethodSource("installations")
    void kubectlRendersTheSameObjects(Path folder) throws Exception {
        assumeTrue(Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(each -> Files.isExecutable(Path.of(each, "kubectl"))), "kubectl is not on the PATH");

        assertThat(Manifests.of(folder).objects())
                .containsExactlyInAnyOrderElementsOf(Manifests.rendered(folder).objects());
    }

    @Test
    void everyFileIsInstalled() throws IOException {
        Set<Path> listed = Kustomization.read(ROOT.resolve("deploy")).files()
                .collect(Collectors.toCollection(TreeSet::new));
        Set<Path> there = new TreeSet<>();
        for (String folder : List.of("deploy/crds", "deploy/rbac", "deploy/admission", "deploy/services",
                "eventing/knative")) {
            try (Stream<Path> files = Files.walk(ROOT.resolve(folder))) {
                files.filter(file -> file.toString().endsWith(".yaml"))
                        .filter(file -> !file.endsWith("kustomization.yaml")).forEach(there::add);
            }
        }

        assertThat(listed).isEqualTo(there);
    }

    @ParameterizedTest
    @MethodSource("installations")
    void everySenderReachesAFunctionThatItsServiceOffers(Path folder) throws Exception {
        Manifests manifests = manifests(folder);
        List<JsonNode> destinations = Stream.of(
                manifests.all("Trigger").map(trigger -> trigger.at("/spec/subscriber")),
                manifests.all("PingSource").map(source -> source.at("/spec/sink")),
                manifests.all("ApiServerSource").map(source -> source.at("/spec/sink")),
                manifests.all("ContainerSource").map(source -> source.at("/spec/sink")),
                manifests.all("Broker").map(broker -> broker.at("/spec/delivery/deadLetterSink")))
                .flatMap(each -> each).map(ManifestsTest::withReference).toList();

        assertThat(destinations).hasSizeGreaterThanOrEqualTo(7).allSatisfy(destination -> {
            assertThat(manifests.has(destination.path("ref"), destination)).as(destination.toString()).isTrue();
            if (destination.at("/ref/kind").asText().equals("Service")) {
                assertThat(offered(manifests.find("Service", destination.at("/ref/name").asText()).orElseThrow()))
                        .contains(destination.path("uri").asText().substring(1));
            } else {
                assertThat(destination.has("uri")).isFalse();
            }
        });
    }

    /** Replaces the address of a Service, as in the Kafka overlay, by a reference to the Service. */
    private static JsonNode withReference(JsonNode destination) {
        Matcher address = ADDRESS.matcher(destination.path("uri").asText());
        return address.matches()
                ? JsonNodeFactory.instance.objectNode().put("uri", address.group(3)).set("ref",
                        JsonNodeFactory.instance.objectNode().put("apiVersion", "serving.knative.dev/v1")
                                .put("kind", "Service").put("name", address.group(1))
                                .put("namespace", address.group(2)))
                : destination;
    }

    @ParameterizedTest
    @MethodSource("installations")
    void everyFunctionIsOfferedOnceAndHasASender(Path folder) throws Exception {
        Manifests manifests = manifests(folder);
        List<String> offered = manifests.all("Service").filter(service -> !isConsole(service))
                .flatMap(service -> offered(service).stream()).toList();

        assertThat(offered).containsExactlyInAnyOrderElementsOf(functions());
        String all = manifests.objects().toString();
        boolean broker = manifests.all("Broker").findAny().isPresent();
        assertThat(offered.stream().filter(function -> broker || !function.equals("deadLetter"))
                // Gateways call it.
                .filter(function -> !function.equals("kernelSessions"))
                // It would have to read the nodes, and the pods of all namespaces.
                .filter(function -> !folder.endsWith("one-namespace") || !function.equals("reclaimKernels")))
                .allSatisfy(
                        function -> assertThat(all).containsPattern("\"uri\":\"(http://[^/]+)?/" + function + "\""));
    }

    @ParameterizedTest
    @MethodSource("installations")
    void everyReferencedObjectExists(Path folder) throws Exception {
        Manifests manifests = manifests(folder);
        String namespace = manifests.all("Namespace").findFirst().orElseThrow().at("/metadata/name").asText();

        Stream.of("RoleBinding", "ClusterRoleBinding").flatMap(manifests::all).forEach(binding -> {
            assertThat(manifests.find(binding.at("/roleRef/kind").asText(), binding.at("/roleRef/name").asText()))
                    .as(binding.toString()).isPresent();
            assertThat(each(binding.path("subjects"))).isNotEmpty()
                    .allMatch(subject -> manifests.has(subject, binding));
        });
        manifests.all("Trigger").forEach(trigger -> assertThat(manifests.find("Broker",
                trigger.at("/spec/broker").asText())).as(trigger.toString()).isPresent());
        manifests.all("ApiServerSource").forEach(source -> assertThat(
                manifests.find("ServiceAccount", source.at("/spec/serviceAccountName").asText())).isPresent());
        manifests.all("Service").forEach(service -> {
            assertThat(manifests.find("ServiceAccount", service.at("/spec/template/spec/serviceAccountName").asText()))
                    .isPresent();
            assertThat(service.at("/metadata/labels/networking.knative.dev~1visibility").asText())
                    .isEqualTo("cluster-local");
        });
        manifests.all("EventPolicy").forEach(policy -> {
            assertThat(each(policy.at("/spec/to"))).allMatch(to -> manifests.has(to.path("ref"), policy));
            assertThat(each(policy.at("/spec/from"))).as("a Trigger waits for the Broker that the policy guards")
                    .isNotEmpty().allMatch(from -> from.path("sub").asText().startsWith("system:serviceaccount:"));
        });
        manifests.all("NetworkPolicy").forEach(policy -> assertThat(
                each(policy.at("/spec/podSelector/matchExpressions/0/values")).map(JsonNode::asText))
                .containsExactlyInAnyOrderElementsOf(
                        manifests.all("Service").map(service -> service.at("/metadata/name").asText()).toList()));
        assertThat(manifests.objects()).filteredOn(object -> !object.path("kind").asText().equals("RoleBinding"))
                .allSatisfy(object -> assertThat(object.at("/metadata/namespace").asText()).isIn("", namespace));
    }

    /** Without the variable, the functions would accept every event. An optional one could be missing when a pod starts. */
    @ParameterizedTest
    @MethodSource("installations")
    void everyServiceRequiresTheKeyThatTheJobInstalls(Path folder) throws Exception {
        Manifests manifests = manifests(folder);
        JsonNode job = only(manifests.all("Job"));

        assertThat(job.at("/spec/template/spec/containers/0/args")).extracting(JsonNode::asText)
                .containsExactly("install-event-key");
        assertThat(job.at("/spec/template/spec/containers/0/image"))
                .isEqualTo(manifests.find("Service", "culler").orElseThrow()
                        .at("/spec/template/spec/containers/0/image"));
        assertThat(manifests.find("ServiceAccount", job.at("/spec/template/spec/serviceAccountName").asText()))
                .isPresent();
        // The console serves no events.
        assertThat(manifests.all("Service").filter(service -> !isConsole(service))).hasSize(2).allSatisfy(service -> {
            JsonNode key = only(each(service.at("/spec/template/spec/containers/0/env"))
                    .filter(variable -> variable.path("name").asText().equals("ELASTIC_JUPYTER_EVENT_KEY")));
            assertThat(each(key.at("/valueFrom/secretKeyRef")).map(JsonNode::asText))
                    .containsExactlyInAnyOrder("event-key", "key");
        });
        assertThat(manifests.all("Secret")).as("applying the manifests again must not replace the key").isEmpty();
        Stream.of("ApiServerSource", "ContainerSource", "PingSource").flatMap(manifests::all).forEach(
                source -> assertThat(source.at("/spec/ceOverrides/extensions").has("eventkey")).isFalse());
    }

    private static boolean isConsole(JsonNode service) {
        return service.at("/metadata/name").asText().equals("console");
    }

    /** Without credentials, the console shows everything: only the local run may do that. */
    @ParameterizedTest
    @MethodSource("installations")
    void theConsoleServesNoEventsAndNobodyWithoutCredentials(Path folder) throws Exception {
        Manifests manifests = manifests(folder);

        JsonNode environment = only(manifests.all("Service").filter(ManifestsTest::isConsole))
                .at("/spec/template/spec/containers/0/env");
        assertThat(each(environment).filter(variable -> variable.path("name").asText()
                .equals("ELASTIC_JUPYTER_FUNCTIONS")).map(variable -> variable.path("value").asText()))
                .containsExactly("console");
        assertThat(manifests.all("Service").flatMap(service -> each(service
                .at("/spec/template/spec/containers/0/env"))).map(variable -> variable.path("name").asText()))
                .doesNotContain("ELASTIC_JUPYTER_CONSOLE_OPEN");
    }

    /** The Job waits for the source that kubectl creates last. */
    @ParameterizedTest
    @MethodSource("installations")
    void theLastSourceIsTheResync(Path folder) throws Exception {
        assertThat(manifests(folder).objects().stream()
                .filter(object -> object.path("apiVersion").asText().startsWith("sources.knative.dev/"))
                .map(object -> object.path("kind").asText() + "/" + object.at("/metadata/name").asText()))
                .contains("PingSource/resync").allMatch(name -> name.compareTo("PingSource/resync") <= 0);
    }

    /** Knative evaluates only the first policy, in the order of names, that has the sender's account. */
    @ParameterizedTest
    @MethodSource("installations")
    void anEventPolicyWithAFilterDoesNotShadowAnother(Path folder) throws Exception {
        List<JsonNode> byName = manifests(folder).all("EventPolicy")
                .sorted(Comparator.comparing(policy -> policy.at("/metadata/name").asText())).toList();

        assertThat(byName).extracting(policy -> policy.at("/spec").has("filters")).isSorted();
    }

    /**
     * The result of a function is sent to the Broker. A Trigger that delivered it to the same function would call it
     * endlessly.
     */
    @Test
    void noFunctionReceivesItsOwnResults() throws IOException {
        assertThat(Manifests.of(ROOT.resolve("deploy")).all("Trigger")).hasSize(14).allSatisfy(trigger -> {
            List<String> types = each(trigger.at("/spec/filters"))
                    .flatMap(filter -> Stream.of(filter.at("/prefix/type"), filter.at("/exact/type")))
                    .map(JsonNode::asText).filter(type -> !type.isEmpty()).toList();
            assertThat(types).hasSize(1).allMatch(type -> type.startsWith("dev.knative.")
                    || type.equals(ReconcileFunction.TYPE)
                            && trigger.at("/spec/subscriber/uri").asText().equals("/cullKernels"));
        });
    }

    /** One event starts both functions' pods at the same time; with a misspelt attribute, neither would receive it. */
    @Test
    void theHourlyResyncReachesBothFunctions() throws IOException {
        Manifests manifests = Manifests.of(ROOT.resolve("deploy"));
        JsonNode ping = only(manifests.all("PingSource"));
        JsonNode function = ping.at("/spec/ceOverrides/extensions");

        assertThat(manifests.all("Trigger").filter(trigger -> trigger.at("/spec/filters").toString()
                .contains(function.toString().replaceAll("[{}]", "")))
                .map(trigger -> trigger.at("/spec/subscriber/uri").asText()))
                .containsExactlyInAnyOrder("/resync", "/cullKernels", "/reclaimKernels");
    }

    /** Otherwise, a kernel's pod would be reclaimed for, and a pod that waits would be taken for a kernel's. */
    @Test
    void theEventsOfWaitingPodsReachOneFunction() throws IOException {
        Manifests manifests = Manifests.of(ROOT.resolve("deploy"));
        JsonNode source = manifests.find("ApiServerSource", "elastic-jupyter-waiting-pods").orElseThrow();
        String function = source.at("/spec/ceOverrides/extensions/function").asText();

        assertThat(function).isEqualTo("reclaimKernels");
        assertThat(source.at("/spec/resources/0/selector/matchLabels/elastic-jupyter.io~1reclaim").asText())
                .isEqualTo("idle-kernels");
        assertThat(source.at("/spec/resources/1/selector/matchLabels/eventing.knative.dev~1sourceName").asText())
                .isEqualTo("elastic-jupyter-waiting-pods");
        assertThat(manifests.all("Trigger").filter(trigger -> trigger.toString().contains("\"Pod\"")
                || trigger.toString().contains("\"Deployment\""))).hasSizeGreaterThan(5)
                .allSatisfy(trigger -> assertThat(trigger.at("/spec/filters").toString())
                        .contains("{\"not\":{\"exact\":{\"function\":\"reclaimKernels\"}}}"));
        assertThat(manifests.all("Trigger").filter(trigger -> trigger.at("/spec/filters").toString()
                .contains("{\"exact\":{\"function\":\"reclaimKernels\"}},"))
                .map(trigger -> trigger.at("/spec/subscriber/uri").asText())).containsExactly("/reclaimKernels");
    }

    /** The Trigger tells them from other events by the attribute. */
    @Test
    void theEventsOfWaitingWorkloadsReachTheSameFunction() throws IOException {
        Manifests manifests = Manifests.of(ROOT.resolve("deploy/overlays/kueue"));
        JsonNode pods = manifests.find("ApiServerSource", "elastic-jupyter-waiting-pods").orElseThrow();
        JsonNode workloads = manifests.find("ApiServerSource", "elastic-jupyter-waiting-workloads").orElseThrow();

        for (String same : List.of("/spec/ceOverrides", "/spec/sink", "/spec/resources/0/selector", "/spec/mode")) {
            assertThat(workloads.at(same)).as(same).isEqualTo(pods.at(same));
        }
        assertThat(workloads.at("/spec/resources/0/apiVersion").asText())
                .isEqualTo(Workload.GROUP + "/" + Workload.VERSION);
        assertThat(workloads.at("/spec/resources/1/selector/matchLabels/eventing.knative.dev~1sourceName").asText())
                .isEqualTo("elastic-jupyter-waiting-workloads");
    }

    /**
     * The account of a source needs the right to watch. A Broker delivers to many functions; without one, each source has one
     * sink.
     */
    @ParameterizedTest
    @MethodSource("installations")
    void everySourceHasTheRightToWatch(Path folder) throws Exception {
        Manifests manifests = manifests(folder);
        Set<String> allowed = each(manifests.find("ClusterRole", "elastic-jupyter-event-source").orElseThrow()
                .path("rules")).flatMap(rule -> each(rule.path("resources"))).map(JsonNode::asText)
                .collect(Collectors.toSet());

        List<String> watched = Stream
                .concat(kinds(manifests).map(KnativePlural::guess), exactResources(manifests)).toList();
        if (manifests.all("Broker").findAny().isPresent()) {
            assertThat(watched).containsOnlyOnceElementsOf(OURS);
        }
        assertThat(Set.copyOf(watched)).isEqualTo(allowed);
    }

    /** Knative does not look up the plural. A source with a wrong plural never becomes ready, and sends no events. */
    @ParameterizedTest
    @MethodSource("installations")
    void knativeGuessesThePluralOfEveryKindThatASourceNames(Path folder) throws Exception {
        Manifests manifests = manifests(folder);
        Map<String, String> plurals = manifests.all("CustomResourceDefinition").collect(Collectors.toMap(
                definition -> definition.at("/spec/names/kind").asText(),
                definition -> definition.at("/spec/names/plural").asText()));
        plurals.putAll(
                Map.of("Deployment", "deployments", "Pod", "pods", "Service", "services", "Workload", "workloads",
                        "Ingress", "ingresses", "HTTPRoute", "httproutes"));

        assertThat(kinds(manifests)).isNotEmpty()
                .allSatisfy(kind -> assertThat(KnativePlural.guess(kind)).isEqualTo(plurals.get(kind)));
        assertThat(exactResources(manifests)).contains("jupytergateways").allMatch(plurals::containsValue);
        assertThat(KnativePlural.guess("JupyterGateway")).as("the reason for the ContainerSource")
                .isEqualTo("jupytergatewaies");
    }

    /**
     * Knative labels and names an adapter's Deployment after its source. With the UID of the source, the name would be too long, so
     * Knative's {@code kmeta.ChildName} keeps the first characters and appends a hash of 32.
     */
    @Test
    void theStartOfEachSourceReachesBothFunctions() throws IOException {
        Manifests manifests = Manifests.of(ROOT.resolve("deploy"));
        String source = "elastic-jupyter";
        JsonNode container = only(manifests.all("ContainerSource"));
        String gateways = container.at("/metadata/name").asText();

        assertThat(each(manifests.find("ApiServerSource", source).orElseThrow().at("/spec/resources"))
                .map(resource -> resource.at("/selector/matchLabels/eventing.knative.dev~1sourceName").asText()))
                .contains(source);
        assertThat(sourceConfig(container).path("resources").toString())
                .contains("sources.knative.dev/containerSource=" + gateways);
        List<JsonNode> triggers = manifests.all("Trigger")
                .filter(trigger -> trigger.at("/metadata/name").asText().endsWith("-on-source-start")).toList();
        assertThat(triggers).extracting(trigger -> trigger.at("/spec/subscriber/uri").asText())
                .containsExactlyInAnyOrder("/resync", "/cullKernels");
        assertThat(triggers).allSatisfy(trigger -> {
            assertThat(trigger.at("/spec/filters/0/exact/type").asText()).isEqualTo("dev.knative.apiserver.ref.update");
            JsonNode any = trigger.at("/spec/filters").findValue("any");
            assertThat(any.at("/0/prefix/name").asText())
                    .isEqualTo(("apiserversource-" + source + "-").substring(0, 63 - 32));
            assertThat(any.at("/1/exact/name").asText()).isEqualTo(gateways + "-deployment");
        });
    }

    private static Stream<String> kinds(Manifests manifests) {
        return manifests.all("ApiServerSource").flatMap(source -> each(source.at("/spec/resources")))
                .map(resource -> resource.path("kind").asText());
    }

    private static Stream<String> exactResources(Manifests manifests) {
        return manifests.all("ContainerSource").flatMap(source -> each(sourceConfig(source).path("resources")))
                .map(resource -> resource.at("/gvr/Resource").asText());
    }

    private static JsonNode sourceConfig(JsonNode containerSource) {
        return Serialization.unmarshal(only(each(containerSource.at("/spec/template/spec/containers/0/env"))
                .filter(variable -> variable.path("name").asText().equals("K_SOURCE_CONFIG"))).path("value").asText(),
                JsonNode.class);
    }

    private static JsonNode only(Stream<JsonNode> some) {
        List<JsonNode> all = some.toList();
        assertThat(all).hasSize(1);
        return all.getFirst();
    }

    @ParameterizedTest
    @MethodSource("installations")
    void everyInstallationHasTheAdmissionPolicies(Path folder) throws Exception {
        for (String kind : List.of("ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding")) {
            assertThat(manifests(folder).all(kind).map(policy -> policy.at("/metadata/name").asText()))
                    .containsExactlyInAnyOrder("elastic-jupyter-users", "elastic-jupyter-accounts");
        }
    }

    @ParameterizedTest
    @MethodSource("installations")
    void noRoleHasWildcards(Path folder) throws Exception {
        assertThat(manifests(folder).all("ClusterRole").flatMap(role -> each(role.path("rules")))).isNotEmpty()
                .allSatisfy(rule -> {
                    assertThat(rule.toString()).doesNotContain("*");
                    boolean binds = each(rule.path("verbs")).anyMatch(verb -> verb.asText().equals("bind"));
                    assertThat(rule.has("resourceNames")).isEqualTo(binds);
                });
        assertThat(manifests(folder).objects().toString()).doesNotContain("cluster-admin");
    }

    /** Pods, kernels, kernel specs and templates, notebooks and Deployments contain environment variables, and notebooks tokens. */
    @ParameterizedTest
    @MethodSource("installations")
    void noSourceSendsWholeObjects(Path folder) throws Exception {
        Manifests manifests = manifests(folder);

        assertThat(manifests.all("ApiServerSource")).isNotEmpty().extracting(source -> source.at("/spec/mode").asText())
                .containsOnly("Reference");
        assertThat(manifests.all("ContainerSource")).isNotEmpty().allSatisfy(source -> assertThat(Serialization
                .unmarshal(source.at("/spec/template/spec/containers/0/env/0/value").asText(), JsonNode.class)
                .path("mode").asText()).isEqualTo("Reference"));
    }

    @ParameterizedTest
    @MethodSource("installations")
    void everyContainerIsRestricted(Path folder) throws Exception {
        assertThat(Stream.of("Service", "ContainerSource").flatMap(manifests(folder)::all)
                .flatMap(object -> each(object.at("/spec/template/spec/containers")))).hasSizeGreaterThanOrEqualTo(3)
                .allSatisfy(container -> {
                    JsonNode security = container.path("securityContext");
                    assertThat(security.path("readOnlyRootFilesystem").asBoolean()).isTrue();
                    assertThat(security.path("allowPrivilegeEscalation").asBoolean(true)).isFalse();
                    assertThat(security.at("/capabilities/drop/0").asText()).isEqualTo("ALL");
                    assertThat(container.at("/resources/limits/memory").asText()).isNotEmpty();
                });
    }

    private static List<String> offered(JsonNode service) {
        return each(service.at("/spec/template/spec/containers/0/env"))
                .filter(variable -> variable.path("name").asText().equals(FUNCTIONS))
                .flatMap(variable -> Stream.of(variable.path("value").asText().split(","))).toList();
    }

    /** Returns the functions of the application, which calls no cluster before an event arrives. */
    private static Set<String> functions() {
        try (var application = FunctionsApplication.start("--server.port=0")) {
            return application.getBeansOfType(EventFunction.class).values().stream().map(EventFunction::name)
                    .collect(Collectors.toSet());
        }
    }
}
