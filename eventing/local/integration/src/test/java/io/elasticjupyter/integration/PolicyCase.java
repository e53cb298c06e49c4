package io.elasticjupyter.integration;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A request about which an admission policy decides.
 *
 * @param title what the request does
 * @param account the account of the functions that sends it; empty for the user alice
 * @param rights the rights of the user, in addition to those on the five kinds in namespace alice
 * @param operation the operation, as in an AdmissionReview
 * @param object the object of the request; for a deletion, only its name
 * @param old the existing object, null for a creation
 * @param refusal the start of the expected message; empty if the request must be accepted
 */
record PolicyCase(String title, Optional<String> account, Set<Grant> rights, String operation, JsonNode object,
        JsonNode old, Optional<String> refusal) {

    /** The namespace of the user, and of objects that name none. */
    static final String HOME = "alice";

    private static final String CASES = "eventing/local/integration/src/test/resources/policies";

    private static final Map<String, String> GROUPS = Map.of("pods", "", "secrets", "", "persistentvolumeclaims", "",
            "clusterroles",
            "rbac.authorization.k8s.io", "ingresses", "networking.k8s.io", "httproutes", "gateway.networking.k8s.io");

    /**
     * A right, written as {@code get jupytergateways in bob}.
     *
     * @param verb the verb
     * @param resource the resource
     * @param group the API group of the resource
     * @param namespace the namespace in which it is granted
     */
    record Grant(String verb, String resource, String group, String namespace) {

        static Grant parse(String text) {
            String[] words = text.split(" ");
            return new Grant(words[0], words[1], GROUPS.getOrDefault(words[1], "kubeflow.tkestack.io"),
                    words.length > 2 ? words[3] : HOME);
        }
    }

    /** Reads the cases of a file. */
    static List<PolicyCase> read(String name) {
        return Documents.under(CASES).stream().filter(file -> file.place().endsWith("/" + name))
                .flatMap(file -> file.all().stream()).map(PolicyCase::of).toList();
    }

    private static PolicyCase of(JsonNode document) {
        String operation = Stream.of("create", "update", "delete").filter(document::has).findFirst().orElseThrow();
        return new PolicyCase(document.path("case").asText(),
                Optional.ofNullable(document.get("as")).map(JsonNode::asText),
                document.path("may").valueStream().map(each -> Grant.parse(each.asText()))
                        .collect(Collectors.toSet()),
                operation.toUpperCase(Locale.ROOT), complete(document.get(operation)),
                document.has("from") ? complete(document.get("from")) : NullNode.getInstance(),
                Optional.ofNullable(document.get("refused")).map(JsonNode::asText));
    }

    private static JsonNode complete(JsonNode given) {
        ObjectNode object = given.deepCopy();
        if (!object.has("apiVersion")) {
            object.put("apiVersion", "kubeflow.tkestack.io/v1alpha1");
        }
        ObjectNode metadata = (ObjectNode) object.path("metadata");
        if (!metadata.has("namespace")) {
            metadata.put("namespace", HOME);
        }
        return object;
    }

    /** Returns the name of the user who sends the request. */
    String user() {
        return account.map(name -> "system:serviceaccount:elastic-jupyter:" + name).orElse(HOME);
    }

    String namespace() {
        return object.at("/metadata/namespace").asText();
    }

    String group() {
        String apiVersion = object.path("apiVersion").asText();
        return apiVersion.contains("/") ? apiVersion.substring(0, apiVersion.indexOf('/')) : "";
    }

    String resource() {
        return object.path("kind").asText().toLowerCase(Locale.ROOT) + "s";
    }
}
