package io.elasticjupyter.manifest;

import static io.elasticjupyter.manifest.Manifests.ROOT;
import static io.elasticjupyter.manifest.Manifests.each;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.elasticjupyter.application.FunctionsApplication;
import io.elasticjupyter.reconcile.Child;
import io.elasticjupyter.reconcile.ReconcileFunction;
import io.elasticjupyter.reconcile.Reconciler;
import io.elasticjupyter.reconcile.References;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The manifests deliver, watch and grant what the reconcilers declare. The test fails for a new kind or child until they do. */
class ReconcilerDeclarationsTest {

    private static List<ReconcileFunction> functions;
    private static Manifests manifests;

    /** Without the Gateway API, a source of its kinds would not start. */
    private static Manifests ofGatewayApi;

    @BeforeAll
    static void readBoth() throws IOException {
        manifests = Manifests.of(ROOT.resolve("deploy"));
        ofGatewayApi = Manifests.of(ROOT.resolve("deploy/overlays/gateway-api"));
        try (var application = FunctionsApplication.start("--server.port=0")) {
            functions = List.copyOf(application.getBeansOfType(ReconcileFunction.class).values());
        }
    }

    @Test
    void theTriggersOfAFunctionDeliverEventsAboutItsTypes() {
        assertThat(functions).isNotEmpty().allSatisfy(function -> assertThat(delivered(function))
                .as("kinds in the Triggers of /%s in eventing/knative/triggers.yaml", function.name())
                .isEqualTo(kinds(function.loop().reconciler().triggers())));
    }

    @Test
    void theSourcesWatchTheTypesOfAllFunctions() {
        Set<String> watched = Stream.concat(
                Stream.concat(manifests.all("ApiServerSource"), ofGatewayApi.all("ApiServerSource"))
                        .flatMap(source -> each(source.at("/spec/resources")))
                        .map(resource -> KnativePlural.guess(resource.path("kind").asText())),
                manifests.all("ContainerSource").map(JsonNode::toString).flatMap(source -> triggers()
                        .filter(plural -> source.contains("\\\"" + plural + "\\\""))))
                .collect(Collectors.toSet());

        assertThat(watched).containsAll(triggers().toList());
    }

    @Test
    void theReconcilerHasTheRightsThatItsLoopsNeed() {
        Set<String> granted = manifests.find("ClusterRole", "elastic-jupyter-reconciler").stream()
                .flatMap(role -> each(role.path("rules"))).flatMap(ReconcilerDeclarationsTest::rights)
                .collect(Collectors.toSet());

        assertThat(granted).containsAll(functions.stream()
                .flatMap(function -> needed(function.loop().reconciler()).stream()).toList());
    }

    private static Stream<String> triggers() {
        return functions.stream().flatMap(function -> function.loop().reconciler().triggers().stream())
                .map(HasMetadata::getPlural);
    }

    private static Set<String> delivered(ReconcileFunction function) {
        return manifests.all("Trigger")
                .filter(trigger -> trigger.at("/spec/subscriber/uri").asText().equals("/" + function.name()))
                .flatMap(trigger -> trigger.at("/spec/filters").findValues("exact").stream())
                .map(exact -> exact.path("kind").asText()).filter(kind -> !kind.isEmpty())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> kinds(List<Class<? extends HasMetadata>> types) {
        return types.stream().map(HasMetadata::getKind).collect(Collectors.toCollection(TreeSet::new));
    }

    private static List<String> needed(Reconciler<?, ?> reconciler) {
        List<String> rights = new ArrayList<>();
        rights.addAll(rights(reconciler.type(), "", "get", "list"));
        rights.addAll(rights(reconciler.type(), "/status", "patch"));
        for (Child<?, ?> child : reconciler.children()) {
            rights.addAll(rights(reconciler.type(), "/finalizers", "update"));
            rights.addAll(rights(child.type(), "", "get", "create", "patch"));
        }
        if (reconciler.application().isPresent()) {
            rights.addAll(rights(Pod.class, "", "get", "list"));
        }
        for (References<?> reference : reconciler.references()) {
            rights.addAll(rights(reference.type(), "", "get"));
        }
        return rights;
    }

    private static List<String> rights(Class<? extends HasMetadata> type, String subresource, String... verbs) {
        String group = HasMetadata.getGroup(type);
        return Stream.of(verbs)
                .map(verb -> verb + " " + group + "/" + HasMetadata.getPlural(type) + subresource).toList();
    }

    private static Stream<String> rights(JsonNode rule) {
        return each(rule.path("verbs")).flatMap(verb -> each(rule.path("apiGroups"))
                .flatMap(group -> each(rule.path("resources")).map(
                        resource -> verb.asText() + " " + group.asText() + "/" + resource.asText())));
    }
}
