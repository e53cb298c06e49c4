package io.embeddedkubernetes.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import io.embeddedkubernetes.json.JsonTrees;
import io.embeddedkubernetes.resource.StatusError;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;

/**
 * Bodies in Kubernetes' protobuf form, read as the JSON they stand for: newer kubectl sends built-in objects so and knows
 * no way back. Answers are always JSON, which clients accept.
 */
public final class ProtobufBody {

    public static final String CONTENT_TYPE = "application/vnd.kubernetes.protobuf";

    private static final byte[] MAGIC = {'k', '8', 's', 0};

    private ProtobufBody() {}

    /** @throws StatusError 400 when the body is not what its content type says, 415 for a kind without messages */
    public static ObjectNode read(byte[] body) throws IOException {
        if (body.length < MAGIC.length || !Arrays.equals(body, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
            throw StatusError.badRequest("the object provided is unrecognized: it does not start as protobuf does");
        }
        try {
            return envelope(CodedInputStream.newInstance(body, MAGIC.length, body.length - MAGIC.length));
        } catch (InvalidProtocolBufferException e) {
            throw StatusError.badRequest("the object provided is unrecognized: " + e.getMessage());
        }
    }

    private static ObjectNode envelope(CodedInputStream in) throws IOException {
        var object = JsonTrees.object();
        var raw = new byte[0];
        for (var tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (WireFormat.getTagFieldNumber(tag)) {
                case 1 -> {
                    var type = CodedInputStream.newInstance(in.readByteArray());
                    for (var inner = type.readTag(); inner != 0; inner = type.readTag()) {
                        object.put(WireFormat.getTagFieldNumber(inner) == 1 ? "apiVersion" : "kind", type.readString());
                    }
                }
                case 2 -> raw = in.readByteArray();
                default -> in.skipField(tag);
            }
        }
        var apiVersion = JsonTrees.text(object, "apiVersion");
        var kind = JsonTrees.text(object, "kind");
        var message = GoTypes.nameOf(apiVersion, kind);
        if (!GoTypes.isKnown(message)) {
            throw StatusError.of(415, "UnsupportedMediaType", "protobuf is not read for " + apiVersion + " " + kind);
        }
        return object.setAll(object(message, raw));
    }

    private static ObjectNode object(String message, byte[] raw) throws IOException {
        var fields = GoTypes.fieldsOf(message);
        var object = JsonTrees.object();
        var in = CodedInputStream.newInstance(raw);
        for (var tag = in.readTag(); tag != 0; tag = in.readTag()) {
            var field = fields.get(WireFormat.getTagFieldNumber(tag));
            if (field == null) {
                in.skipField(tag);
            } else {
                read(object, field, in);
            }
        }
        return object;
    }

    private static void read(ObjectNode object, GoTypes.Field field, CodedInputStream in) throws IOException {
        var type = field.target();
        if (type.startsWith("[]")) {
            var list = object.path(field.name()) instanceof ArrayNode found ? found : object.putArray(field.name());
            list.add(value(type.substring(2), in));
        } else if (type.startsWith("map:")) {
            entry(JsonTrees.child(object, field.name()), type.substring("map:".length()), in.readByteArray());
        } else {
            var value = value(type, in);
            if (field.name().isEmpty()) {
                object.setAll((ObjectNode) value);
            } else if (!value.isNull() && (!field.isDroppedWhenEmpty() || value.isObject() || !GoTypes.isZero(value))) {
                object.set(field.name(), value);
            }
        }
    }

    private static void entry(ObjectNode map, String type, byte[] raw) throws IOException {
        var in = CodedInputStream.newInstance(raw);
        var key = "";
        JsonNode value = JsonNodeFactory.instance.textNode("");
        for (var tag = in.readTag(); tag != 0; tag = in.readTag()) {
            if (WireFormat.getTagFieldNumber(tag) == 1) {
                key = in.readString();
            } else {
                value = value(type, in);
            }
        }
        map.set(key, value);
    }

    private static JsonNode value(String type, CodedInputStream in) throws IOException {
        var json = JsonNodeFactory.instance;
        return switch (type) {
            case "string" -> json.textNode(in.readString());
            case "bool" -> json.booleanNode(in.readBool());
            case "int32", "int64" -> json.numberNode(in.readInt64());
            case "float64" -> json.numberNode(in.readDouble());
            case "bytes" -> json.textNode(Base64.getEncoder().encodeToString(in.readByteArray()));
            case "time" -> time(in.readByteArray());
            case "quantity" -> json.textNode(texts(in.readByteArray())[1]);
            case "intstr" -> intOrString(in.readByteArray());
            case "json" -> embedded(texts(in.readByteArray())[1]);
            case "items:string" -> strings(in.readByteArray());
            default -> object(type, in.readByteArray());
        };
    }

    /** The text fields of a small message, by their number. */
    private static String[] texts(byte[] raw) throws IOException {
        var texts = new String[]{"", "", "", ""};
        var in = CodedInputStream.newInstance(raw);
        for (var tag = in.readTag(); tag != 0; tag = in.readTag()) {
            var number = WireFormat.getTagFieldNumber(tag);
            if (number < texts.length && WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_LENGTH_DELIMITED) {
                texts[number] = in.readStringRequireUtf8();
            } else {
                in.skipField(tag);
            }
        }
        return texts;
    }

    private static ArrayNode strings(byte[] raw) throws IOException {
        var list = JsonTrees.array();
        var in = CodedInputStream.newInstance(raw);
        for (var tag = in.readTag(); tag != 0; tag = in.readTag()) {
            list.add(in.readString());
        }
        return list;
    }

    private static JsonNode embedded(String text) throws IOException {
        return text.isEmpty() ? NullNode.getInstance() : JsonTrees.readJson(text.getBytes(StandardCharsets.UTF_8));
    }

    private static long[] numbers(byte[] raw) throws IOException {
        var numbers = new long[3];
        var in = CodedInputStream.newInstance(raw);
        for (var tag = in.readTag(); tag != 0; tag = in.readTag()) {
            var number = WireFormat.getTagFieldNumber(tag);
            if (number < numbers.length && WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_VARINT) {
                numbers[number] = in.readInt64();
            } else {
                in.skipField(tag);
            }
        }
        return numbers;
    }

    private static JsonNode time(byte[] raw) throws IOException {
        var numbers = numbers(raw);
        return raw.length == 0
                ? NullNode.getInstance()
                : JsonNodeFactory.instance.textNode(Instant.ofEpochSecond(numbers[1], numbers[2]).toString());
    }

    private static JsonNode intOrString(byte[] raw) throws IOException {
        var numbers = numbers(raw);
        return numbers[1] == 0
                ? JsonNodeFactory.instance.numberNode(numbers[2])
                : JsonNodeFactory.instance.textNode(texts(raw)[3]);
    }
}
