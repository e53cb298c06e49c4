package io.elasticjupyter.console.policy;

import io.elasticjupyter.api.v1alpha1.Conditions;
import io.elasticjupyter.api.v1alpha1.JupyterStatus;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The conditions of a resource in words. */
final class ConditionWords {

    /** Conditions that report a problem by being {@code False}, besides {@code Ready}. */
    private static final Set<String> PROBLEMS = Set.of("ActivityKnown", "CullScheduled", "Delivered");

    private ConditionWords() {}

    static boolean isReady(JupyterStatus status) {
        return ready(status).filter(ready -> "True".equals(ready.getStatus())).isPresent();
    }

    /** Returns the message of {@code Ready}, and those of other conditions that report a problem. */
    static String of(JupyterStatus status) {
        List<String> words = Stream.concat(ready(status).stream(), Conditions.of(status).all().stream()
                .filter(each -> PROBLEMS.contains(each.getType()) && "False".equals(each.getStatus())))
                .map(ConditionWords::words).distinct().toList();
        return words.isEmpty() ? "Not reconciled yet." : words.stream().collect(Collectors.joining(" "));
    }

    private static Optional<Condition> ready(JupyterStatus status) {
        return Conditions.of(status).find(JupyterStatus.READY);
    }

    private static String words(Condition condition) {
        return condition.getMessage() == null || condition.getMessage().isBlank()
                ? condition.getReason()
                : condition.getMessage();
    }
}
