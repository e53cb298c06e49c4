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
 * One thing that an account may do.
 *
 * @param verb of the request
 * @param resource with its subresource
 * @param group of the resource
 */
record Right(String verb, String resource, String group) implements Comparable<Right> {

    /** All that a ClusterRole grants. */
    static Set<Right> of(JsonNode clusterRole) {
        return clusterRole.path("rules").valueStream()
                .flatMap(rule -> rule.path("apiGroups").valueStream()
                        .flatMap(group -> rule.path("resources").valueStream()
                                .flatMap(resource -> rule.path("verbs").valueStream()
                                        .map(verb -> new Right(verb.asText(), resource.asText(), group.asText())))))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** How long the audit log is now. */
    static int lines(Path auditLog) {
        return read(auditLog).size();
    }

    /** All that an account used, by the audit log from that line: an apply that made something used the right to create too. */
    static Set<Right> used(Path auditLog, int from, String account) {
        return requests(auditLog, from, account).filter(request -> request.at("/responseStatus/code").asInt() != 403)
                .flatMap(request -> {
                    Right right = of(request, request.path("verb").asText());
                    boolean made = right.verb.equals("patch") && request.at("/responseStatus/code").asInt() == 201;
                    return made ? Stream.of(right, of(request, "create")) : Stream.of(right);
                })
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** All that was refused to an account. */
    static Set<Right> refused(Path auditLog, int from, String account) {
        return requests(auditLog, from, account)
                .filter(request -> request.at("/responseStatus/code").asInt() == 403)
                .map(request -> of(request, request.path("verb").asText()))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** One that no request shows: the API server asks for it while it looks at another. */
    boolean isAskedForInPassing() {
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
                // Discovery is no right that a role grants.
                .filter(event -> event.path("objectRef").has("resource"));
    }

    /** Its whole lines: the API server may be writing one. */
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
