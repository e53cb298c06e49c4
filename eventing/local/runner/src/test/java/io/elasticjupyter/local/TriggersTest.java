package io.elasticjupyter.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import java.net.URI;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which functions the Triggers of {@code eventing/knative} call for each event. */
class TriggersTest {

    private static final String REFERENCE = "dev.knative.apiserver.ref.";

    private final Wiring wiring = Wiring.read();

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "JupyterGateway        | reconcileNotebook reconcileGateway",
            "JupyterKernelSpec     | reconcileGateway reconcileKernelSpec",
            "JupyterKernelTemplate | reconcileNotebook reconcileKernelSpec reconcileKernel",
            "JupyterKernel         | reconcileKernel",
            "Deployment            | reconcileNotebook reconcileGateway",
            "Service               | reconcileNotebook reconcileGateway",
            "Secret                | ''"})
    void everyChangeOfAKindReachesTheFunctionsThatItConcerns(String kind, String functions) {
        for (String change : new String[]{"add", "update", "delete"}) {
            assertThat(called(REFERENCE + change, "kind", kind, "namespace", "team", "name", "x")).as(change)
                    .isEqualTo(functions(functions));
        }
        assertThat(called("dev.knative.apiserver.resource.update", "kind", kind, "namespace", "team", "name", "x"))
                .isEmpty();
    }

    /** The kernels of a notebook end with it. */
    @ParameterizedTest
    @CsvSource({"add, reconcileNotebook", "update, reconcileNotebook", "delete, reconcileNotebook cullKernels"})
    void aDeletedNotebookEndsItsKernels(String change, String functions) {
        assertThat(called(REFERENCE + change, "kind", "JupyterNotebook", "namespace", "team", "name", "ada"))
                .isEqualTo(functions(functions));
    }

    /** A kernel that is gone is no longer counted by its gateway. */
    @ParameterizedTest
    @CsvSource({"gone, cullKernels", "updated, ''", "created, ''"})
    void anEndedKernelIsNoLongerCounted(String outcome, String functions) {
        assertThat(called("io.elasticjupyter.reconciled", "kind", "JupyterKernel", "namespace", "team", "name", "k",
                "outcome", outcome)).isEqualTo(functions(functions));
    }

    /** A new pod may be the first kernel of its gateway; what happens to it later is seen by the scheduled culling run. */
    @ParameterizedTest
    @CsvSource({"add, reconcileKernel cullKernels", "update, reconcileKernel", "delete, reconcileKernel"})
    void aNewPodSchedulesACullingRun(String change, String functions) {
        assertThat(called(REFERENCE + change, "kind", "Pod", "namespace", "team", "name", "jovyan-1"))
                .isEqualTo(functions(functions));
    }

    /** The pod of a notebook or gateway is no kernel's, and wakes no culler. */
    @ParameterizedTest
    @CsvSource({"add", "update", "delete"})
    void aPodOfANotebookOrGatewayReachesTheirFunctions(String change) {
        assertThat(called(REFERENCE + change, "kind", "Pod", "namespace", "team", "name", "ada-0", "function",
                "reconcile")).containsExactlyInAnyOrder("reconcileNotebook", "reconcileGateway");
    }

    /** A pod that waits is no kernel's, and its source has the attribute. */
    @ParameterizedTest
    @CsvSource({"add, Pod, training", "update, Pod, training", "delete, Pod, training",
            "update, Deployment, apiserversource-elastic-jupyter3528133c5769074c80e0e1f14d56c1d2"})
    void aPodThatWaitsReachesReclaimAlone(String change, String kind, String name) {
        assertThat(called("dev.knative.apiserver.ref." + change, "kind", kind, "namespace", "elastic-jupyter", "name",
                name,
                "function", "reclaimKernels")).containsExactly("reclaimKernels");
    }

    /**
     * The Deployment of an adapter is updated when it becomes ready, and its watches are open by then. These are names that Knative has
     * given on a cluster: it cuts the name of an ApiServerSource off after 31 characters and appends a hash.
     */
    @ParameterizedTest
    @CsvSource({"update, elastic-jupyter, apiserversource-elastic-jupyterefed1294af224bc8a5e59c27174181a7, true",
            "update, elastic-jupyter, elastic-jupyter-gateways-deployment, true",
            "update, team, apiserversource-elastic-jupyterefed1294af224bc8a5e59c27174181a7, false",
            "update, team, elastic-jupyter-gateways-deployment, false",
            "update, elastic-jupyter, culler-00001-deployment, false",
            "add, elastic-jupyter, apiserversource-elastic-jupyterefed1294af224bc8a5e59c27174181a7, false",
            "delete, elastic-jupyter, elastic-jupyter-gateways-deployment, false"})
    void aSourceThatHasStartedCausesAResync(String change, String namespace, String name, boolean resync) {
        Set<String> called = called(REFERENCE + change, "kind", "Deployment", "namespace", namespace, "name", name);

        assertThat(called.contains("resync")).isEqualTo(resync);
        assertThat(called.contains("cullKernels")).isEqualTo(resync);
    }

    @ParameterizedTest
    @CsvSource({"cullKernels, cullKernels", "resync, resync cullKernels reclaimKernels",
            "reclaimKernels, reclaimKernels", "other, ''"})
    void aPingReachesTheFunctionsThatItNames(String function, String functions) {
        assertThat(called("dev.knative.sources.ping", "function", function)).isEqualTo(functions(functions));
        assertThat(called("dev.knative.sources.ping")).isEmpty();
    }

    /** A new gateway has no kernels yet. */
    @ParameterizedTest
    @CsvSource({"JupyterGateway, updated, cullKernels", "JupyterGateway, created, ''", "JupyterGateway, unchanged, ''",
            "JupyterNotebook, updated, ''", "JupyterKernel, updated, ''"})
    void theResultForAChangedGatewaySchedulesItsCullingRunAgain(String kind, String outcome, String functions) {
        assertThat(called("io.elasticjupyter.reconciled", "kind", kind, "outcome", outcome, "namespace", "team", "name",
                "x")).isEqualTo(functions(functions));
    }

    @ParameterizedTest
    @CsvSource({"io.elasticjupyter.culled", "io.elasticjupyter.resynced", "io.elasticjupyter.deadlettered"})
    void noFunctionReceivesTheOtherResults(String type) {
        assertThat(called(type, "kind", "JupyterGateway", "outcome", "updated", "function", "cullKernels")).isEmpty();
    }

    private Set<String> called(String type, String... attributes) {
        var event = CloudEventBuilder.v1().withId("1").withSource(URI.create("/test")).withType(type);
        for (int i = 0; i < attributes.length; i += 2) {
            event.withExtension(attributes[i], attributes[i + 1]);
        }
        CloudEvent built = event.build();
        return wiring.triggers().stream().filter(trigger -> TriggerFilter.of(trigger.getSpec()).matches(built))
                .map(trigger -> trigger.getSpec().getSubscriber().getUri().substring(1)).collect(Collectors.toSet());
    }

    private static Set<String> functions(String names) {
        return Stream.of(names.split(" ")).filter(name -> !name.isEmpty()).collect(Collectors.toSet());
    }
}
