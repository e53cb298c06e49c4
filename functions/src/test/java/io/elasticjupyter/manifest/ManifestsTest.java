package io.elasticjupyter.manifest;

import static io.elasticjupyter.manifest.Manifests.ROOT;
import static io.elasticjupyter.manifest.Manifests.each;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.elasticjupyter.FunctionsApplication;
import io.elasticjupyter.reconcile.ReconcileFunction;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.cloud.function.context.FunctionCatalog;

/** What is installed holds together: whatever one object names is there, and nothing is left out. */
class ManifestsTest {

    /** Rendering takes kubectl a second. */
    private static final Map<Path, Manifests> READ = new HashMap<>();

    private static final String FUNCTIONS = "ELASTIC_JUPYTER_FUNCTIONS";

    /** The base as it stands, and the overlays as kubectl makes them. */
    static Stream<Path> installations() throws IOException {
        try (Stream<Path> overlays = Files.list(ROOT.resolve("deploy/overlays"))) {
            return Stream.concat(Stream.of(ROOT.resolve("deploy")), overlays.sorted().toList().stream());
        }
    }

    private static Manifests manifests(Path folder) throws IOException, InterruptedException {
        Manifests known = READ.get(folder);
        if (known == null) {
            known = read(folder);
            READ.put(folder, known);
        }
        return known;
    }

    private static Manifests read(Path folder) throws IOException, InterruptedException {
        if (folder.equals(ROOT.resolve("deploy"))) {
            return Manifests.of(folder);
        }
        assumeTrue(Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(each -> Files.isExecutable(Path.of(each, "kubectl"))), "no kubectl on the PATH");
        return Manifests.rendered(folder);
    }

    @Test
    void everyFileIsInstalled() throws IOException {
        Set<Path> listed = Manifests.files(ROOT.resolve("deploy"));
        Set<Path> there = new TreeSet<>();
        for (String folder : List.of("deploy/crds", "deploy/rbac", "deploy/services", "eventing/knative")) {
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
                manifests.all("Broker").map(broker -> broker.at("/spec/delivery/deadLetterSink")))
                .flatMap(each -> each).toList();

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

    @ParameterizedTest
    @MethodSource("installations")
    void everyFunctionIsOfferedOnceAndCalledBySomebody(Path folder) throws Exception {
        Manifests manifests = manifests(folder);
        List<String> offered = manifests.all("Service").flatMap(service -> offered(service).stream()).toList();

        assertThat(offered).containsExactlyInAnyOrderElementsOf(functions());
        String all = manifests.objects().toString();
        boolean broker = manifests.all("Broker").findAny().isPresent();
        assertThat(offered.stream().filter(function -> broker || !function.equals("deadLetter")))
                .allSatisfy(function -> assertThat(all).contains("\"uri\":\"/" + function + "\""));
    }

    @ParameterizedTest
    @MethodSource("installations")
    void everyNameIsOfSomethingThatIsThere(Path folder) throws Exception {
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
            assertThat(each(policy.at("/spec/from")).filter(from -> from.has("ref")))
                    .allMatch(from -> manifests.has(from.path("ref"), policy));
        });
        assertThat(manifests.all("EventPolicy").flatMap(policy -> each(policy.at("/spec/from")))
                .map(from -> from.at("/ref/name").asText()))
                .containsAll(manifests.all("Trigger").map(trigger -> trigger.at("/metadata/name").asText()).toList());
        manifests.all("NetworkPolicy").forEach(policy -> assertThat(
                each(policy.at("/spec/podSelector/matchExpressions/0/values")).map(JsonNode::asText))
                .containsExactlyInAnyOrderElementsOf(
                        manifests.all("Service").map(service -> service.at("/metadata/name").asText()).toList()));
        assertThat(manifests.objects()).filteredOn(object -> !object.path("kind").asText().equals("RoleBinding"))
                .allSatisfy(object -> assertThat(object.at("/metadata/namespace").asText()).isIn("", namespace));
    }

    @ParameterizedTest
    @MethodSource("installations")
    void theJobCallsAFunctionWithAClassThatIsThere(Path folder) throws Exception {
        Manifests manifests = manifests(folder);
        JsonNode container = manifests.all("Job").findFirst().orElseThrow().at("/spec/template/spec/containers/0");
        URI address = URI.create(container.at("/args/0").asText());

        String[] host = address.getHost().split("\\.", 3);
        JsonNode service = manifests.find("Service", host[0]).orElseThrow();
        assertThat(service.at("/metadata/namespace").asText()).isEqualTo(host[1]);
        assertThat(offered(service)).contains(address.getPath().substring(1));
        List<String> command = each(container.path("command")).map(JsonNode::asText).toList();
        assertThat(Class.forName(command.getLast()).getMethod("main", String[].class)).isNotNull();
        assertThat(manifests.all("Service").map(each -> each.at("/spec/template/spec/containers/0/image")))
                .containsOnly(container.path("image"));
    }

    /** A function's answer goes back into the Broker; a Trigger that let it pass to its own function would call it for ever. */
    @Test
    void noFunctionGetsItsOwnAnswers() throws IOException {
        assertThat(Manifests.of(ROOT.resolve("deploy")).all("Trigger")).hasSize(8).allSatisfy(trigger -> {
            List<String> types = each(trigger.at("/spec/filters"))
                    .flatMap(filter -> Stream.of(filter.at("/prefix/type"), filter.at("/exact/type")))
                    .map(JsonNode::asText).filter(type -> !type.isEmpty()).toList();
            assertThat(types).hasSize(1).allMatch(type -> type.startsWith("dev.knative.")
                    || type.equals(ReconcileFunction.TYPE)
                            && trigger.at("/spec/subscriber/uri").asText().equals("/cullKernels"));
        });
    }

    /** A ping's own attribute says what it is for; a misspelt one would reach nobody. */
    @Test
    void everyPingReachesTheFunctionItIsFor() throws IOException {
        Manifests manifests = Manifests.of(ROOT.resolve("deploy"));
        Map<String, String> byFunction = manifests.all("Trigger")
                .filter(trigger -> trigger.at("/spec/filters/0/exact").has("function"))
                .collect(Collectors.toMap(trigger -> trigger.at("/spec/filters/0/exact/function").asText(),
                        trigger -> trigger.at("/spec/subscriber/uri").asText()));

        assertThat(manifests.all("PingSource")).hasSize(2).allSatisfy(ping -> {
            String function = ping.at("/spec/ceOverrides/extensions/function").asText();
            assertThat(byFunction).containsEntry(function, "/" + function);
        });
    }

    /** What is watched calls somebody, and who watches may. */
    @ParameterizedTest
    @MethodSource("installations")
    void whatIsWatchedMayBeWatched(Path folder) throws Exception {
        Manifests manifests = manifests(folder);
        Set<String> allowed = each(manifests.find("ClusterRole", "elastic-jupyter-event-source").orElseThrow()
                .path("rules")).flatMap(rule -> each(rule.path("resources"))).map(JsonNode::asText)
                .collect(Collectors.toSet());
        Set<String> watched = manifests.all("ApiServerSource").flatMap(source -> each(source.at("/spec/resources")))
                .map(resource -> resource.path("kind").asText().toLowerCase(Locale.ROOT) + "s")
                .collect(Collectors.toSet());

        assertThat(watched).isEqualTo(allowed);
    }

    @ParameterizedTest
    @MethodSource("installations")
    void nobodyMayDoEverything(Path folder) throws Exception {
        assertThat(manifests(folder).all("ClusterRole").flatMap(role -> each(role.path("rules")))).isNotEmpty()
                .allSatisfy(rule -> {
                    assertThat(rule.toString()).doesNotContain("*");
                    boolean binds = each(rule.path("verbs")).anyMatch(verb -> verb.asText().equals("bind"));
                    assertThat(rule.has("resourceNames")).isEqualTo(binds);
                });
        assertThat(manifests(folder).objects().toString()).doesNotContain("cluster-admin");
    }

    @ParameterizedTest
    @MethodSource("installations")
    void everyContainerIsRestricted(Path folder) throws Exception {
        assertThat(Stream.of("Service", "Job").flatMap(manifests(folder)::all)
                .flatMap(object -> each(object.at("/spec/template/spec/containers")))).hasSize(3)
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

    /** What the application has, asked of itself; it calls no cluster before an event comes. */
    private static Set<String> functions() {
        try (var application = FunctionsApplication.start(new FunctionsApplication(), "--server.port=0")) {
            return application.getBean(FunctionCatalog.class).getNames(Function.class);
        }
    }
}
