package io.elasticjupyter.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import io.elasticjupyter.api.v1alpha1.JupyterNotebook;
import io.elasticjupyter.api.v1alpha1.JupyterNotebookStatus;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;

class StatusApiTest {

    private static final String EARLIER = "2026-01-01T00:00:00Z";
    private static final String NOW = "2026-01-02T00:00:00Z";

    private final StatusApi<JupyterNotebook, JupyterNotebookStatus> api = new StatusApi<>(null,
            Clock.fixed(Instant.parse(NOW), ZoneOffset.UTC));

    @Test
    void aConditionKeepsTheTimeAtWhichItsStatusChanged() {
        assertThat(conditions("False", "False").getLastTransitionTime()).isEqualTo(EARLIER);
        assertThat(conditions("False", "True").getLastTransitionTime()).isEqualTo(NOW);
    }

    @Test
    void aConditionSpeaksOfTheGenerationThatWasRead() {
        assertThat(conditions("False", "True").getObservedGeneration()).isEqualTo(7);
    }

    private Condition conditions(String before, String now) {
        JupyterNotebook notebook = new JupyterNotebook();
        notebook.setMetadata(new ObjectMetaBuilder().withGeneration(7L).build());
        notebook.setStatus(
                new JupyterNotebookStatus(6L, List.of(condition(before, EARLIER)), null, null, null, null, null));
        return api.conditions(notebook, List.of(condition(now, null))).getFirst();
    }

    private static Condition condition(String status, String since) {
        return new ConditionBuilder().withType("Ready").withStatus(status).withReason("R").withMessage("m")
                .withLastTransitionTime(since).build();
    }
}
