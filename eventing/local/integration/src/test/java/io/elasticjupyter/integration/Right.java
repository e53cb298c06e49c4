package io.elasticjupyter.integration;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A right of an account.
 *
 * @param verb the verb of the request
 * @param resource the resource, with its subresource
 * @param group the API group of the resource
 */
record Right(String verb, String resource, String group) implements Comparable<Right> {

    /** Returns the rights that a ClusterRole grants. */
    static Set<Right> of(JsonNode clusterRole) {
        return clusterRole.path("rules").valueStream()
                .flatMap(rule -> rule.path("apiGroups").valueStream()
                        .flatMap(group -> rule.path("resources").valueStream()
                                .flatMap(resource -> rule.path("verbs").valueStream()
                                        .map(verb -> new Right(verb.asText(), resource.asText(), group.asText())))))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Returns the number of lines in the audit log. */
    static int lines(Path auditLog) {
        return read(auditLog).size();
    }

    /**
     * Returns the rights that an account used since a line of the audit log. An apply that created an object used {@code
     * create} too.
     */
    static Set<Right> used(Path auditLog, int from, String account) {
        return requests(auditLog, from, account).filter(request -> request.at("/responseStatus/code").asInt() != 403)
                .flatMap(request -> {
                    Right right = of(request, request.path("verb").asText());
                    boolean made = right.verb.equals("patch") && request.at("/responseStatus/code").asInt() == 201;
                    return made ? Stream.of(right, of(request, "create")) : Stream.of(right);
                })
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Returns the rights that an account lacked. */
    static Set<Right> refused(Path auditLog, int from, String account) {
        return requests(auditLog, from, account)
                .filter(request -> request.at("/responseStatus/code").asInt() == 403)
                .map(request -> of(request, request.path("verb").asText()))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Returns true for a right without a request of its own: the API server checks it while it handles another request. */
    boolean isCheckedImplicitly() {
        return verb.equals("bind") || resource.endsWith("/finalizers");
    }

    private static Right of(JsonNode request, String verb) {
        JsonNode object = request.path("objectRef");
        String subresource = object.path("subresource").asText();
        return new Right(verb, object.path("resource").asText() + (subresource.isEmpty() ? "" : "/" + subresource),
                object.path("apiGroup").asText());
    }

    private static Stream<JsonNode> requests(Path auditLog, int from, String account) {
        return read(auditLog).stream().skip(from).map(line -> Serialization.unmarshal(line, JsonNode.class))
                .filter(event -> event.at("/user/username").asText().equals(account))
                .filter(event -> event.path("stage").asText().equals("ResponseComplete"))
                // Discovery needs no right of a role.
                .filter(event -> event.path("objectRef").has("resource"));
    }

    /** Returns the complete lines; the API server may be writing the last one. */
    private static List<String> read(Path auditLog) {
        try {
            String all = Files.readString(auditLog);
            return all.substring(0, all.lastIndexOf('\n') + 1).lines().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public int compareTo(Right other) {
        return toString().compareTo(other.toString());
    }

    @Override
    public String toString() {
        return verb + " " + resource + (group.isEmpty() ? "" : "." + group);
    }
}
