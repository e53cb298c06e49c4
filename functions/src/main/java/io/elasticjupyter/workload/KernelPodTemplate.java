package io.elasticjupyter.workload;

import io.elasticjupyter.reconcile.ConditionsBuilder;
import io.elasticjupyter.reconcile.TerminalException;
import io.elasticjupyter.serialization.FastKubernetesSerialization;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The pod template of a kernel. It may have the layout of the
 * <a href="https://github.com/tkestack/elastic-jupyter-operator/tree/master/config/samples">Go operator's examples</a>: labels directly
 * under {@code metadata}, and the pod's spec in a nested {@code template}.
 *
 * @param template the same template in the layout of Kubernetes
 * @param labels the names of the labels directly under {@code metadata}, sorted
 * @param hasNestedSpec whether the pod's spec was in a nested template
 * @param invalid the path of a field that can be neither a label nor the spec of a pod, such as {@code metadata.app}; null without one
 */
public record KernelPodTemplate(PodTemplateSpec template, List<String> labels, boolean hasNestedSpec, String invalid) {

    /** The condition type that is {@code True} for a template with the layout of the Go operator's examples. */
    public static final String MISPLACED = "MisplacedTemplateFields";

    private static final String NESTED = "template";

    /** The syntax of Kubernetes' <a href="https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set">labels</a>. */
    private static final Pattern KEY = Pattern.compile(
            "([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?");
    private static final Pattern VALUE = Pattern.compile("([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?");

    /** Reads a template. */
    public static KernelPodTemplate of(PodTemplateSpec given) {
        Map<String, Object> others = given.getMetadata() == null
                ? Map.of()
                : new TreeMap<>(given.getMetadata().getAdditionalProperties());
        Optional<Object> nested = given.getSpec() == null ? nestedSpec(given) : Optional.empty();
        if (others.isEmpty() && nested.isEmpty()) {
            return new KernelPodTemplate(given, List.of(), false, null);
        }
        List<String> names = new ArrayList<>();
        Map<String, String> labels = new TreeMap<>();
        Optional<PodSpec> spec = nested.flatMap(KernelPodTemplate::podSpec);
        String invalid = nested.isPresent() && spec.isEmpty() ? NESTED + ".spec" : null;
        for (Map.Entry<String, Object> field : others.entrySet()) {
            if (field.getValue() instanceof String value && VALUE.matcher(value).matches()
                    && KEY.matcher(field.getKey()).matches()) {
                names.add(field.getKey());
                labels.put(field.getKey(), value);
            } else if (invalid == null) {
                invalid = "metadata." + field.getKey();
            }
        }
        ObjectMeta metadata = new ObjectMetaBuilder(Objects.requireNonNullElseGet(given.getMetadata(), ObjectMeta::new))
                .withLabels(labels)
                // A label in its place takes precedence.
                .addToLabels(given.getMetadata() == null ? null : given.getMetadata().getLabels())
                .withAdditionalProperties(Map.of())
                .build();
        PodTemplateSpec template = new PodTemplateSpecBuilder(given).withMetadata(metadata)
                .withSpec(spec.orElse(given.getSpec())).withAdditionalProperties(Map.of()).build();
        return new KernelPodTemplate(template, names, nested.isPresent(), invalid);
    }

    private static Optional<Object> nestedSpec(PodTemplateSpec given) {
        return given.getAdditionalProperties().get(NESTED) instanceof Map<?, ?> template
                ? Optional.ofNullable(template.get("spec"))
                : Optional.empty();
    }

    /** Reads the spec of a pod; empty if it is none. The schema does not describe a nested one. */
    private static Optional<PodSpec> podSpec(Object value) {
        try {
            return Optional.of(new FastKubernetesSerialization().convertValue(value, PodSpec.class));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /**
     * Returns why the template cannot be used.
     *
     * @param where the template, such as {@code spec.template}
     */
    public Optional<String> problem(String where) {
        return Optional.ofNullable(invalid).map(field -> where + "." + field + (field.startsWith(NESTED)
                ? " is not the spec of a pod: correct it, and write it as " + where + ".spec."
                : " is no field of an object's metadata and cannot be a label of the pod, because it is not a string, or not a"
                        + " valid label: remove it, or write a label under " + where + ".metadata.labels."));
    }

    /**
     * Returns the template in the layout of Kubernetes.
     *
     * @param where the template, such as {@code spec.template}
     * @throws TerminalException when it has a {@link #problem}
     */
    public PodTemplateSpec valid(String where) {
        problem(where).ifPresent(problem -> {
            throw new TerminalException("InvalidTemplate", problem);
        });
        return template;
    }

    /**
     * Adds {@link #MISPLACED}, if the layout is that of the Go operator's examples.
     *
     * @param where the template, such as {@code spec.template}
     */
    public void addCondition(String where, ConditionsBuilder conditions) {
        List<String> cures = new ArrayList<>();
        if (!labels.isEmpty()) {
            cures.add("Fields that are used as labels of the pod: metadata." + String.join(", metadata.", labels)
                    + " in " + where + ". Write them under metadata.labels.");
        }
        if (hasNestedSpec) {
            cures.add("The field template.spec in " + where + " is used as the spec of the pod. Write it as spec.");
        }
        problem(where).ifPresent(cures::add);
        if (!cures.isEmpty()) {
            conditions.add(MISPLACED, true, "LayoutOfTheGoOperator", String.join(" ", cures));
        }
    }
}
