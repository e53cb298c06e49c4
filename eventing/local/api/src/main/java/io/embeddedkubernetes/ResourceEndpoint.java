package io.embeddedkubernetes;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.embeddedkubernetes.apply.Patches;
import io.embeddedkubernetes.apply.StrategicMerge;
import io.embeddedkubernetes.json.JsonTrees;
import io.embeddedkubernetes.kubectl.Representation;
import io.embeddedkubernetes.kubectl.Scales;
import io.embeddedkubernetes.resource.ResourceType;
import io.embeddedkubernetes.resource.Selector;
import io.embeddedkubernetes.resource.StatusError;
import io.embeddedkubernetes.resource.WriteOptions;
import io.embeddedkubernetes.resource.WriteOutcome;
import io.embeddedkubernetes.schema.SchemaRules;
import io.embeddedkubernetes.store.Admission;
import io.embeddedkubernetes.store.Deletion;
import io.embeddedkubernetes.store.ObjectStore;
import io.embeddedkubernetes.store.Registry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;

/** The verbs on resources. */
final class ResourceEndpoint {

    /** The content of an HTTP response. */
    record Answer(int status, ObjectNode body, boolean changed) {}

    /** The subresources of pods that an API server forwards to the kubelet, or with which it adds a container. */
    private static final Set<String> OF_KUBELETS = Set.of("attach", "ephemeralcontainers", "exec", "log", "portforward",
            "proxy");

    private final Registry registry;
    private final Deletion deletion;
    private final ObjectStore store;

    ResourceEndpoint(ObjectStore store, Registry registry, Deletion deletion) {
        this.store = store;
        this.registry = registry;
        this.deletion = deletion;
    }

    Answer handle(ResourceType type, RequestPath route, Call call) throws IOException {
        var hasName = !route.name().isEmpty();
        if (type.store().equals("pods") && OF_KUBELETS.contains(route.subresource())) {
            registry.get(type, route.namespace(), route.name());
            throw StatusError
                    .badRequest("no container runs here: this API server has no kubelets, and pod \"%s\" has no"
                            .formatted(route.name()) + " processes, ports or logs");
        }
        if (!route.subresource().isEmpty() && !type.subresources().contains(route.subresource())) {
            throw StatusError.noSuchPath();
        }
        if (type.isReview()) {
            return review(type, call);
        }
        return switch (call.method()) {
            case "GET" -> hasName ? get(type, route, call) : list(type, route, call);
            case "POST" -> {
                if (hasName) {
                    throw StatusError.methodNotAllowed();
                }
                yield create(type, route, call);
            }
            case "PUT" -> {
                if (!hasName) {
                    throw StatusError.methodNotAllowed();
                }
                yield put(type, route, call);
            }
            case "PATCH" -> {
                if (!hasName) {
                    throw StatusError.methodNotAllowed();
                }
                yield patch(type, route, call);
            }
            case "DELETE" -> hasName ? delete(type, route, call) : deleteCollection(type, route, call);
            default -> throw StatusError.methodNotAllowed();
        };
    }

    private static Answer review(ResourceType type, Call call) throws IOException {
        if (!call.method().equals("POST")) {
            throw StatusError.methodNotAllowed();
        }
        var review = call.object().put("kind", type.kind()).put("apiVersion", type.apiVersion());
        review.putObject("status").put("allowed", true).put("reason", "everything is allowed here");
        return new Answer(201, review, false);
    }

    private Answer get(ResourceType type, RequestPath route, Call call) {
        var object = registry.get(type, route.namespace(), route.name());
        if (route.subresource().equals("scale")) {
            return new Answer(200, Scales.of(type, object), false);
        }
        return new Answer(200, Representation.of(call.header("Accept")).one(type, object, call.query("includeObject")),
                false);
    }

    private Answer list(ResourceType type, RequestPath route, Call call) {
        var selector = Selector.of(type, call.query("labelSelector"), call.query("fieldSelector"));
        var listing = store.list(type.store(), type.namespaced() ? route.namespace() : "");
        var metadata = JsonTrees.object().put("resourceVersion", Long.toString(listing.version()));
        var objects = listing.objects().stream().filter(selector::matches);
        var limit = call.number("limit");
        var after = call.query("continue");
        if (!after.isEmpty()) {
            var key = readContinue(after);
            objects = objects.filter(object -> key(object).compareTo(key) > 0);
        }
        var chosen = objects.toList();
        if (limit > 0 && chosen.size() > limit) {
            metadata.put("continue", writeContinue(key(chosen.get((int) limit - 1)), listing.version()));
            if (selector == Selector.ALL) {
                metadata.put("remainingItemCount", chosen.size() - limit);
            }
            chosen = chosen.subList(0, (int) limit);
        }
        var shown = chosen.stream().map(type.view().fromStore()).toList();
        return new Answer(200,
                Representation.of(call.header("Accept")).list(type, shown, metadata, call.query("includeObject")),
                false);
    }

    private static String key(JsonNode object) {
        return JsonTrees.namespace(object) + "/" + JsonTrees.name(object);
    }

    private static String writeContinue(String key, long version) {
        var token = JsonTrees.object().put("v", "meta.k8s.io/v1").put("rv", version).put("start", key);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(JsonTrees.bytes(token));
    }

    private static String readContinue(String token) {
        try {
            return JsonTrees.readJson(Base64.getUrlDecoder().decode(token)).path("start").asText();
        } catch (IllegalArgumentException | IOException e) {
            throw StatusError.badRequest("continue key is not valid: " + new String(token.getBytes(
                    StandardCharsets.UTF_8), StandardCharsets.UTF_8));
        }
    }

    private Answer create(ResourceType type, RequestPath route, Call call) throws IOException {
        var written = registry.create(type, route.namespace(), call.object(), call.writeOptions());
        return new Answer(201, Representation.of(call.header("Accept")).one(type, written.object(), ""),
                written.isStored());
    }

    private Answer put(ResourceType type, RequestPath route, Call call) throws IOException {
        var options = call.writeOptions();
        var body = call.object();
        if (route.subresource().equals("scale")) {
            return scaled(type, route, old -> body, options);
        }
        var given = Admission.decode(type, body, options);
        var written = registry.update(type, route.namespace(), route.name(), route.subresource(),
                old -> withUidOf(type, given, old), options);
        return new Answer(200, written.object(), written.isStored());
    }

    /** Checks the uid of a replacement, which is a precondition. In a patch it is an immutable field. */
    private static ObjectNode withUidOf(ResourceType type, ObjectNode given, ObjectNode old) {
        var uid = JsonTrees.uid(given);
        if (!uid.isEmpty() && !uid.equals(JsonTrees.uid(old))) {
            throw StatusError.conflict(type, JsonTrees.name(old),
                    "Precondition failed: UID in precondition: %s, UID in object meta: %s"
                            .formatted(uid, JsonTrees.uid(old)));
        }
        return given;
    }

    private Answer scaled(ResourceType type, RequestPath route, UnaryOperator<ObjectNode> change,
            WriteOptions options) {
        var written = registry.update(type, route.namespace(), route.name(), "scale",
                old -> Scales.applied(type, old, change.apply(Scales.of(type, old))), options);
        return new Answer(200, Scales.of(type, written.object()), written.isStored());
    }

    private Answer patch(ResourceType type, RequestPath route, Call call) throws IOException {
        if (call.contentType().equals(Patches.APPLY)) {
            return apply(type, route, call);
        }
        var options = call.writeOptions();
        var kind = Patches.of(type, call.contentType());
        var patch = call.json();
        if (route.subresource().equals("scale")) {
            return scaled(type, route, scale -> kind.apply(JsonTrees.object(), scale, patch), options);
        }
        var written = registry.update(type, route.namespace(), route.name(), route.subresource(),
                old -> patched(type, kind.apply(type.schema().get(), old, patch), options), options);
        return new Answer(200, written.object(), written.isStored());
    }

    /** Decodes a patched object. An unreadable one is an invalid patch, not a bad request. */
    private static ObjectNode patched(ResourceType type, ObjectNode object, WriteOptions options) {
        try {
            return Admission.decode(type, object, options);
        } catch (StatusError e) {
            var message = e.getMessage().replace(StatusError.cannotHandle(type), "");
            throw StatusError.invalidPatch(List.of(new StatusError.Cause("FieldValueInvalid",
                    "Invalid value: %s: %s".formatted(JsonTrees.quote(JsonTrees.compact(object)), message), "patch")));
        }
    }

    private Answer apply(ResourceType type, RequestPath route, Call call) throws IOException {
        if (call.query("fieldManager").isEmpty()) {
            throw StatusError.invalidOptions("PatchOptions", new StatusError.Cause("FieldValueRequired",
                    "Required value: is required for apply patch", "fieldManager"));
        }
        ObjectNode config;
        try {
            config = JsonTrees.readYaml(call.body()) instanceof ObjectNode object ? object : null;
        } catch (JacksonException e) {
            throw StatusError.badRequest("error decoding YAML: " + e.getOriginalMessage());
        }
        if (config == null) {
            throw StatusError.badRequest("error decoding YAML: the body must be an object");
        }
        checkConfig(type, route, config);
        var options = call.writeOptions();
        WriteOutcome written;
        if (route.subresource().equals("scale")) {
            return scaled(type, route, scale -> (ObjectNode) StrategicMerge.mergePatch(scale, config), options);
        } else {
            written = registry.apply(type, route.namespace(), route.name(), route.subresource(), config, options);
        }
        return new Answer(written instanceof WriteOutcome.Created ? 201 : 200, written.object(), written.isStored());
    }

    private static void checkConfig(ResourceType type, RequestPath route, ObjectNode config) {
        if (route.subresource().equals("scale")) {
            return;
        }
        var apiVersion = JsonTrees.text(config, "apiVersion");
        if (!JsonTrees.text(config, "kind").equals(type.kind())) {
            throw StatusError.badRequest("invalid object type: %s, Kind=%s"
                    .formatted(apiVersion.contains("/") ? apiVersion : "/" + apiVersion,
                            JsonTrees.text(config, "kind")));
        }
        if (!apiVersion.equals(type.apiVersion())) {
            throw StatusError.badRequest(
                    "Incorrect version specified in apply patch. Specified patch version: %s, expected: %s"
                            .formatted(JsonTrees.text(config, "apiVersion"), type.apiVersion()));
        }
        var metadata = JsonTrees.metadata(config);
        if (!metadata.path("managedFields").isEmpty()) {
            throw StatusError.badRequest("metadata.managedFields must be nil");
        }
        metadata.remove("managedFields");
        var givenNamespace = JsonTrees.namespace(config);
        JsonTrees.setDefault(metadata, "name", route.name());
        if (type.namespaced()) {
            JsonTrees.setDefault(metadata, "namespace", route.namespace());
        }
        var unknown = SchemaRules.prune(config.deepCopy(), type.schema().get());
        if (!unknown.isEmpty()) {
            var fields = unknown.stream().map(field -> "." + field + ": field not declared in schema").toList();
            throw StatusError.of(500, null, "failed to create typed patch object (%s/%s; %s, Kind=%s): %s".formatted(
                    givenNamespace, JsonTrees.name(config), type.apiVersion(), type.kind(),
                    fields.size() == 1 ? fields.getFirst() : "errors:\n  " + String.join("\n  ", fields)));
        }
    }

    private Answer delete(ResourceType type, RequestPath route, Call call) throws IOException {
        var options = Deletion.Options.of(call.deleteOptions(), call::query);
        var written = deletion.delete(type, route.namespace(), route.name(), options);
        if (written instanceof WriteOutcome.Deleted && !type.rules().isReturnedWhenDeleted()) {
            return new Answer(200, deleted(type, written.object()), written.isStored());
        }
        return new Answer(200, type.view().fromStore().apply(written.object()), written.isStored());
    }

    private static ObjectNode deleted(ResourceType type, ObjectNode object) {
        var status = JsonTrees.object().put("kind", "Status").put("apiVersion", "v1");
        status.putObject("metadata");
        var details = status.put("status", "Success").putObject("details").put("name", JsonTrees.name(object));
        if (!type.group().isEmpty()) {
            details.put("group", type.group());
        }
        details.put("kind", type.plural()).put("uid", JsonTrees.uid(object));
        return status;
    }

    private Answer deleteCollection(ResourceType type, RequestPath route, Call call) throws IOException {
        var options = Deletion.Options.of(call.deleteOptions(), call::query);
        var selector = Selector.of(type, call.query("labelSelector"), call.query("fieldSelector"));
        var listing = store.list(type.store(), type.namespaced() ? route.namespace() : "");
        var doomed = listing.objects().stream().filter(selector::matches).toList();
        var changed = false;
        for (var object : doomed) {
            try {
                changed |= deletion.delete(type, JsonTrees.namespace(object), JsonTrees.name(object), options)
                        .isStored();
            } catch (StatusError e) {
                if (e.code() != 404) {
                    throw e;
                }
            }
        }
        var shown = doomed.stream().map(type.view().fromStore()).toList();
        return new Answer(200, Representation.OBJECT.list(type, shown,
                Representation.listMeta(Long.toString(store.version())), ""), changed);
    }
}
