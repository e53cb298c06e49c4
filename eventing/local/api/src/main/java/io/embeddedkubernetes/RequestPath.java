package io.embeddedkubernetes;

import io.embeddedkubernetes.resource.StatusError;
import java.util.ArrayList;
import java.util.List;

/**
 * What a path under /api or /apis points at.
 *
 * @param apiVersion group and version
 * @param namespace empty for cluster scope or all namespaces
 * @param plural empty when the path is a discovery path
 * @param name empty for a collection
 * @param subresource empty for the object itself
 * @param watch the old spelling of a watch, with /watch/ in the path
 */
record RequestPath(String apiVersion, String namespace, String plural, String name, String subresource, boolean watch) {

    /** @throws StatusError 404 when the path has no meaning here */
    static RequestPath of(String path) {
        var parts = new ArrayList<>(List.of(path.substring(1).split("/")));
        var isCore = parts.removeFirst().equals("api");
        if (parts.size() < (isCore ? 1 : 2)) {
            throw StatusError.noSuchPath();
        }
        var apiVersion = isCore ? parts.removeFirst() : parts.removeFirst() + "/" + parts.removeFirst();
        var watch = !parts.isEmpty() && parts.getFirst().equals("watch");
        if (watch) {
            parts.removeFirst();
        }
        var namespace = "";
        if (parts.size() > 2 && parts.getFirst().equals("namespaces")
                && !List.of("status", "finalize").contains(parts.get(2))) {
            parts.removeFirst();
            namespace = parts.removeFirst();
        }
        if (parts.size() > 3) {
            throw StatusError.noSuchPath();
        }
        return new RequestPath(apiVersion, namespace, get(parts, 0), get(parts, 1), get(parts, 2), watch);
    }

    private static String get(List<String> parts, int index) {
        return index < parts.size() ? parts.get(index) : "";
    }
}
