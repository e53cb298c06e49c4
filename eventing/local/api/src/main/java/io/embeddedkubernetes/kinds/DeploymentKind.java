package io.embeddedkubernetes.kinds;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.embeddedkubernetes.json.JsonTrees;
import io.embeddedkubernetes.resource.Column;
import io.embeddedkubernetes.resource.Names;
import io.embeddedkubernetes.resource.ResourceType;
import io.embeddedkubernetes.resource.Violations;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.util.List;
import java.util.stream.Collectors;

final class DeploymentKind extends BuiltinKind {

    DeploymentKind() {
        super(Served.namespaced("apps", "deployments", Deployment.class).shortNames("deploy").categories("all")
                .subresources("status", "scale"));
    }

    @Override
    List<Column> columns() {
        return List.of(Column.nameOfObject(),
                Column.text("Ready", o -> number(o, "status", "readyReplicas") + "/" + number(o, "spec", "replicas")),
                Column.count("Up-to-date", o -> number(o, "status", "updatedReplicas")),
                Column.count("Available", o -> number(o, "status", "availableReplicas")), Column.age(),
                Column.wide("Containers", o -> containers(o, "name")),
                Column.wide("Images", o -> containers(o, "image")),
                Column.wide("Selector", o -> pairs(JsonTrees.at(o, "spec", "selector", "matchLabels"))));
    }

    private static long number(JsonNode object, String... path) {
        return JsonTrees.at(object, path).asLong();
    }

    private static String containers(JsonNode object, String field) {
        return JsonTrees.at(object, "spec", "template", "spec", "containers").valueStream()
                .map(c -> c.path(field).asText())
                .collect(Collectors.joining(","));
    }

    @Override
    public boolean hasGeneration() {
        return true;
    }

    @Override
    public boolean changesGeneration(JsonNode old, JsonNode next) {
        return !JsonTrees.at(old, "metadata", "annotations").equals(JsonTrees.at(next, "metadata", "annotations"));
    }

    @Override
    public void checkReadable(ResourceType type, JsonNode object) {
        Resources.checkReadable(type, JsonTrees.at(object, "spec", "template", "spec"));
    }

    @Override
    public void fillDefaults(ObjectNode deployment) {
        var spec = spec(deployment);
        JsonTrees.setDefault(spec, "progressDeadlineSeconds", 600);
        JsonTrees.setDefault(spec, "replicas", 1);
        JsonTrees.setDefault(spec, "revisionHistoryLimit", 10);
        var strategy = JsonTrees.child(spec, "strategy");
        JsonTrees.setDefault(strategy, "type", "RollingUpdate");
        if (JsonTrees.text(strategy, "type").equals("RollingUpdate")) {
            var rolling = JsonTrees.child(strategy, "rollingUpdate");
            JsonTrees.setDefault(rolling, "maxSurge", "25%");
            JsonTrees.setDefault(rolling, "maxUnavailable", "25%");
        }
        if (spec.path("template") instanceof ObjectNode template) {
            PodSpecDefaults.fill(JsonTrees.child(template, "spec"));
        }
    }

    @Override
    public void fillOnCreate(ObjectNode deployment) {
        JsonTrees.child(deployment, "status");
    }

    @Override
    public void check(JsonNode deployment, JsonNode old, Violations violations) {
        var spec = deployment.path("spec");
        if (spec.path("replicas").asLong() < 0) {
            violations.invalid("spec.replicas", spec.path("replicas"), "must be greater than or equal to 0");
        }
        var selector = spec.path("selector");
        if (selector.isMissingNode()) {
            violations.required("spec.selector");
        } else if (selector.path("matchLabels").isEmpty() && selector.path("matchExpressions").isEmpty()) {
            violations.invalid("spec.selector", selector, "empty selector is invalid for deployment");
        }
        template(spec.path("template"), selector, violations);
        if (old != null && !old.path("spec").path("selector").equals(selector)) {
            violations.invalid("spec.selector", selector, "field is immutable");
        }
    }

    private static void template(JsonNode template, JsonNode selector, Violations violations) {
        var labels = JsonTrees.at(template, "metadata", "labels");
        if (selector.isMissingNode() || selector.path("matchLabels").properties().stream()
                .anyMatch(wanted -> !wanted.getValue().equals(labels.path(wanted.getKey())))) {
            violations.invalid("spec.template.metadata.labels", labels, "`selector` does not match template `labels`");
        }
        Names.validateLabels(labels, "spec.template.labels", violations);
        Names.validateAnnotations(JsonTrees.at(template, "metadata", "annotations"), "spec.template.annotations",
                violations);
        var pod = template.path("spec");
        new PodSpecCheck(pod, "spec.template.spec", violations).run();
        // A missing template has no defaults.
        if (pod.has("restartPolicy")) {
            violations.oneOf("spec.template.spec.restartPolicy", pod.path("restartPolicy"), "Always");
        }
        if (pod.has("activeDeadlineSeconds")) {
            violations.forbidden("spec.template.spec.activeDeadlineSeconds",
                    "activeDeadlineSeconds in ReplicaSet is not Supported");
        }
    }
}
