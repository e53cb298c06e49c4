package io.elasticjupyter.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/**
 * The place of a chart's value in a manifest.
 *
 * @param pointer the entry of the manifest
 * @param value the value that the entry has by default, such as {@code broker.class}; null if the manifest does not have it
 * @param how how the lines change the entry
 * @param lines the lines of the template
 */
record Place(String pointer, String value, How how, List<String> lines) {

    /** How the lines of a place change the entry of the manifest. */
    enum How {
        REPLACE, BEFORE, AFTER, REMOVE
    }

    private static final String TEMPLATE = "/spec/template/spec";

    private static final String CONTAINER = TEMPLATE + "/containers/0";

    private static final List<String> PULL_POLICY = List.of("{{- with .Values.image.pullPolicy }}",
            "imagePullPolicy: {{ . }}", "{{- end }}");

    private static final List<String> PULL_SECRETS = List.of("{{- with .Values.image.pullSecrets }}",
            "imagePullSecrets: {{ toJson . }}", "{{- end }}");

    private static final Place IMAGE = replace(CONTAINER + "/image", null,
            "image: {{ include \"elastic-jupyter.image\" . }}");

    private static final Place WITH_PULL_POLICY = new Place(CONTAINER + "/image", null, How.AFTER, PULL_POLICY);

    private static final Place WITH_PULL_SECRETS = new Place(TEMPLATE + "/serviceAccountName", null, How.AFTER,
            PULL_SECRETS);

    /** Returns the places of an object. */
    static List<Place> of(JsonNode object) {
        String name = object.at("/metadata/name").asText();
        return switch (object.path("kind").asText()) {
            case "Service" -> List.of(IMAGE, WITH_PULL_POLICY, WITH_PULL_SECRETS,
                    replace("/spec/template/metadata/annotations/autoscaling.knative.dev~1max-scale",
                            name + ".maxScale",
                            "autoscaling.knative.dev/max-scale: {{ .Values." + name + ".maxScale | quote }}"),
                    replace(TEMPLATE + "/containerConcurrency", name + ".containerConcurrency",
                            "containerConcurrency: {{ .Values." + name + ".containerConcurrency | int }}"),
                    replace(CONTAINER + "/resources", name + ".resources",
                            "resources: {{ toJson .Values." + name + ".resources }}"));
            // The template of a Job cannot be changed, so each revision of the release has a Job of its own.
            case "Job" -> List.of(IMAGE, WITH_PULL_POLICY, WITH_PULL_SECRETS,
                    replace("/metadata/name", null, "name: " + name + "-{{ .Release.Revision }}"),
                    new Place("/spec/ttlSecondsAfterFinished", null, How.REMOVE, List.of()));
            case "ContainerSource" -> List.of(WITH_PULL_SECRETS,
                    replace(CONTAINER + "/image", "adapterImage", "image: {{ .Values.adapterImage }}"));
            case "NetworkPolicy" -> List.of(
                    replace("/spec/ingress/0/from/1/namespaceSelector/matchExpressions/0/values",
                            "networkLayerNamespaces", "values: {{ toJson .Values.networkLayerNamespaces }}"));
            case "Broker" -> List.of(
                    new Place("/metadata/namespace", null, How.AFTER,
                            List.of("{{- with .Values.broker.class }}", "annotations:",
                                    "  eventing.knative.dev/broker.class: {{ . | quote }}", "{{- end }}")),
                    new Place("/spec/delivery", null, How.BEFORE,
                            List.of("{{- with .Values.broker.config }}", "{{- if .name }}", "config:",
                                    "  apiVersion: v1", "  kind: ConfigMap", "  name: {{ .name | quote }}",
                                    "  namespace: {{ .namespace | quote }}", "{{- end }}", "{{- end }}")),
                    new Place("/spec/delivery/deadLetterSink", null, How.REPLACE, List.of("deadLetterSink:",
                            "{{- if eq .Values.broker.class \"Kafka\" }}",
                            "  # A Kafka Broker has no address until its dead letter sink has one.",
                            "  uri: http://reconciler.elastic-jupyter.svc.cluster.local/deadLetter", "{{- else }}",
                            "  ref:", "    apiVersion: serving.knative.dev/v1", "    kind: Service",
                            "    name: reconciler", "    namespace: elastic-jupyter", "  uri: /deadLetter",
                            "{{- end }}")));
            case "ValidatingAdmissionPolicyBinding" -> name.equals("elastic-jupyter-users")
                    ? List.of(replace("/spec/validationActions", "admission.validationActions",
                            "validationActions: {{ toJson .Values.admission.validationActions }}"))
                    : List.of();
            default -> List.of();
        };
    }

    private static Place replace(String pointer, String value, String line) {
        return new Place(pointer, value, How.REPLACE, List.of(line));
    }

    /** Puts the lines in their place. */
    void edit(YamlLines file, int document) {
        switch (how) {
            case REPLACE -> file.replace(document, pointer, lines);
            case BEFORE -> file.insertBefore(document, pointer, lines);
            case AFTER -> file.insertAfter(document, pointer, lines);
            case REMOVE -> file.remove(document, pointer);
        }
    }
}
