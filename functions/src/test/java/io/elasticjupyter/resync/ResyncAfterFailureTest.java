package io.elasticjupyter.resync;

import static io.elasticjupyter.fixtures.ResourceFixture.aNotebook;
import static org.assertj.core.api.Assertions.assertThat;

import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.elasticjupyter.api.v1alpha1.JupyterNotebook;
import io.elasticjupyter.api.v1alpha1.JupyterNotebookStatus;
import io.elasticjupyter.event.FunctionResult;
import io.elasticjupyter.kubernetes.OnAnEmbeddedApi;
import io.elasticjupyter.kubernetes.WatchedNamespaces;
import io.elasticjupyter.reconcile.Child;
import io.elasticjupyter.reconcile.ConditionsBuilder;
import io.elasticjupyter.reconcile.Observed;
import io.elasticjupyter.reconcile.Readiness;
import io.elasticjupyter.reconcile.ReconcileLoop;
import io.elasticjupyter.reconcile.Reconciler;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A resource that cannot be reconciled does not keep the others from being reconciled. */
class ResyncAfterFailureTest extends OnAnEmbeddedApi {

    /** Fails for one resource, because of a bug. */
    private static final class Faulty implements Reconciler<JupyterNotebook, JupyterNotebookStatus> {

        @Override
        public Class<JupyterNotebook> type() {
            return JupyterNotebook.class;
        }

        @Override
        public List<Child<JupyterNotebook, ?>> children() {
            return List.of();
        }

        @Override
        public JupyterNotebookStatus status(JupyterNotebook notebook, Observed observed,
                ConditionsBuilder conditions) {
            if (notebook.getMetadata().getName().equals("b")) {
                throw new ClassCastException("a detail for the log");
            }
            return new JupyterNotebookStatus(notebook.getMetadata().getGeneration(),
                    conditions.ready(Readiness.ready("all is well")).build(), null, null, null, null, null, null);
        }
    }

    @BeforeEach
    void threeNotebooks() {
        client.resources(CustomResourceDefinition.class).load(
                Path.of(System.getProperty("repository.root"), "deploy", "crds", "jupyternotebooks.yaml").toFile())
                .create();
        List.of("a", "b", "c")
                .forEach(name -> client.resource(aNotebook(name).inNamespace("default").build()).create());
    }

    @Test
    void aBugThatAffectsOneResourceIsReported() {
        FunctionResult result = resync();

        assertThat(result.outcome()).isEqualTo("failed");
        assertThat(result.data()).isInstanceOfSatisfying(ResyncSummary.class, summary -> {
            assertThat(summary.outcomes()).isEqualTo(Map.of("updated", 2, "failed", 1));
            assertThat(summary.failed()).containsExactly(new ResyncSummary.Failure("JupyterNotebook", "default", "b",
                    "internal error: the log has the details"));
        });
        assertThat(resync().outcome()).as("the failure is not forgotten").isEqualTo("failed");
    }

    @Test
    void aRequestThatFailsIsReportedWithItsReason() {
        client.resources(JupyterNotebook.class).inNamespace("default").withName("b").delete();
        api.failNext(request -> request.path().endsWith("/jupyternotebooks/c/status"), 409);

        assertThat(resync().data()).isInstanceOfSatisfying(ResyncSummary.class, summary -> {
            assertThat(summary.outcomes()).isEqualTo(Map.of("updated", 1, "failed", 1));
            assertThat(summary.failed()).extracting(ResyncSummary.Failure::name).containsExactly("c");
        });
    }

    private FunctionResult resync() {
        WatchedNamespaces namespaces = new WatchedNamespaces(client, Optional.empty());
        CloudEvent ping = CloudEventBuilder.v1().withId("1").withSource(URI.create("/me"))
                .withType("dev.knative.sources.ping").build();
        return new ResyncFunction(List.of(new ReconcileLoop<>(namespaces, new Faulty(), Clock.systemUTC())),
                namespaces).apply(ping);
    }
}
