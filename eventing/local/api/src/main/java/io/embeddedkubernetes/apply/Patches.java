package io.embeddedkubernetes.apply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.embeddedkubernetes.json.JsonTrees;
import io.embeddedkubernetes.resource.ResourceType;
import io.embeddedkubernetes.resource.StatusError;
import io.fabric8.zjsonpatch.JsonPatch;
import io.fabric8.zjsonpatch.JsonPatchException;
import java.util.List;

/** The kinds of PATCH other than server-side apply. */
public enum Patches {

    JSON("application/json-patch+json"), MERGE("application/merge-patch+json"), STRATEGIC(
            "application/strategic-merge-patch+json");

    public static final String APPLY = "application/apply-patch+yaml";

    private final String contentType;

    Patches(String contentType) {
        this.contentType = contentType;
    }

    /** @throws StatusError 415, also for a strategic merge of a custom resource: only built-in kinds have its keys */
    public static Patches of(ResourceType type, String contentType) {
        for (var patch : values()) {
            if (patch.contentType.equals(contentType) && !(patch == STRATEGIC && type.isCustom())) {
                return patch;
            }
        }
        throw unsupported(acceptedFor(type));
    }

    /** Returns the content types of patches for a type. */
    public static List<String> acceptedFor(ResourceType type) {
        return type.isCustom()
                ? List.of(JSON.contentType, MERGE.contentType, APPLY)
                : List.of(JSON.contentType, MERGE.contentType, STRATEGIC.contentType, APPLY);
    }

    private static StatusError unsupported(List<String> accepted) {
        return StatusError.of(415, "UnsupportedMediaType",
                "the body of the request was in an unknown format - accepted media types include: "
                        + String.join(", ", accepted));
    }

    /** @throws StatusError 422 when the patch does not fit the object */
    public ObjectNode apply(JsonNode schema, ObjectNode object, JsonNode patch) {
        JsonNode patched;
        try {
            patched = switch (this) {
                case JSON -> jsonPatch(patch, object);
                case MERGE -> StrategicMerge.mergePatch(object, patch);
                case STRATEGIC -> StrategicMerge.patch(schema, object,
                        patch instanceof ObjectNode changes ? changes : JsonTrees.object());
            };
        } catch (JsonPatchException e) {
            throw StatusError.rejectedPatch();
        }
        if (patched instanceof ObjectNode result) {
            return result;
        }
        throw StatusError.badRequest("a patch must leave an object");
    }

    private static JsonNode jsonPatch(JsonNode patch, JsonNode object) {
        if (!patch.isArray()) {
            throw StatusError.badRequest("error decoding patch: a JSON patch is a list of operations");
        }
        var patched = object;
        for (var operation : patch) {
            // The library accepts the removal of a missing field; the real server does not.
            if (JsonTrees.text(operation, "op").equals("remove")
                    && patched.at(JsonTrees.text(operation, "path")).isMissingNode()) {
                throw new JsonPatchException("there is nothing to remove at " + JsonTrees.text(operation, "path"));
            }
            patched = JsonPatch.apply(JsonTrees.array().add(operation), patched.deepCopy());
        }
        return patched;
    }
}
