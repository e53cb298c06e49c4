package io.elasticjupyter.reconcile;

import static io.elasticjupyter.fixtures.ResourceFixture.aNotebook;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.elasticjupyter.api.v1alpha1.JupyterNotebook;
import io.elasticjupyter.api.v1alpha1.JupyterNotebookStatus;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConditionsBuilderTest {

    private static final String EARLIER = "2026-01-01T00:00:00Z";
    private static final String NOW = "2026-01-02T00:00:00Z";
    private static final Readiness READY = Readiness.ready("all is well");
    private static final Readiness WAITING = Readiness.waiting("Waiting", "for pods");

    @Test
    void aConditionKeepsTheTimeAtWhichItsStatusChanged() {
        assertThat(after("Ready", "False").ready(WAITING).build().getFirst().getLastTransitionTime())
                .isEqualTo(EARLIER);
        assertThat(after("Ready", "False").ready(READY).build().getFirst().getLastTransitionTime()).isEqualTo(NOW);
        assertThat(after("Other", "True").ready(READY).build().getFirst().getLastTransitionTime()).isEqualTo(NOW);
    }

    @Test
    void aConditionHasTheGenerationThatWasRead() {
        assertThat(after("Ready", "False").ready(READY).build().getFirst().getObservedGeneration()).isEqualTo(7);
    }

    @Test
    void theReasonOfAnInvalidSpecIsNotOverwritten() {
        assertThat(after("Ready", "True").ready(Readiness.fault("Rejected", "why")).ready(WAITING).build())
                .extracting(Condition::getReason).containsExactly("Rejected");
    }

    @Test
    void aSuccessfulRunResetsAFailedDelivery() {
        assertThat(after("Delivered", "False").ready(READY).build())
                .extracting(Condition::getType, Condition::getStatus)
                .containsExactly(tuple("Ready", "True"),
                        tuple("Delivered", "True"));
        assertThat(after("ActivityKnown", "True").ready(READY).build()).extracting(Condition::getType)
                .containsExactly("Ready");
    }

    private static ConditionsBuilder after(String type, String status) {
        JupyterNotebook notebook = aNotebook("n").withGeneration(7).build();
        notebook.setStatus(new JupyterNotebookStatus(6L,
                List.of(new ConditionBuilder().withType(type).withStatus(status)
                        .withReason("R").withMessage("m").withLastTransitionTime(EARLIER).build()),
                null, null, null, null, null, null));
        return new ConditionsBuilder(notebook, Instant.parse(NOW));
    }
}
