package io.elasticjupyter.api.v1alpha1;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The conditions of a status, as Kubernetes' {@code metav1.Condition} defines them.
 *
 * @param all the conditions, at most one of each type
 */
public record Conditions(List<Condition> all) {

    /** Returns the conditions of a status; none if the status is null or has none. */
    public static Conditions of(JupyterStatus status) {
        return new Conditions(status == null || status.conditions() == null ? List.of() : status.conditions());
    }

    /** Returns the condition of that type. */
    public Optional<Condition> find(String type) {
        return all.stream().filter(condition -> type.equals(condition.getType())).findFirst();
    }

    /**
     * Returns a condition that is to replace the one of its type, with the time of its last transition: the one of the replaced
     * condition if that has the same status, and otherwise now.
     */
    public Condition withTransitionTime(Condition condition, Instant now) {
        return new ConditionBuilder(condition)
                .withLastTransitionTime(find(condition.getType())
                        .filter(replaced -> Objects.equals(replaced.getStatus(), condition.getStatus()))
                        .map(Condition::getLastTransitionTime)
                        .orElseGet(() -> now.truncatedTo(ChronoUnit.SECONDS).toString()))
                .build();
    }
}
