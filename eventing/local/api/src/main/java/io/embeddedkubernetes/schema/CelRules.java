package io.embeddedkubernetes.schema;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cel.common.CelOptions;
import dev.cel.common.CelValidationException;
import dev.cel.common.types.CelType;
import dev.cel.common.types.OptionalType;
import dev.cel.common.types.SimpleType;
import dev.cel.compiler.CelCompiler;
import dev.cel.compiler.CelCompilerFactory;
import dev.cel.extensions.CelExtensions;
import dev.cel.extensions.CelOptionalLibrary;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelRuntimeFactory;
import io.embeddedkubernetes.json.JsonTrees;
import io.embeddedkubernetes.resource.StatusError;
import java.time.DateTimeException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The x-kubernetes-validations of one schema and of all that lies below it, compiled once. */
public final class CelRules {

    private static final CelOptions OPTIONS = CelOptions.current().enableTimestampEpoch(true)
            .enableHeterogeneousNumericComparisons(true).build();
    private static final CelRuntime RUNTIME = CelRuntimeFactory.standardCelRuntimeBuilder().setOptions(OPTIONS)
            .addLibraries(CelExtensions.strings(), CelExtensions.sets(OPTIONS), CelExtensions.math(OPTIONS),
                    CelExtensions.lists(), CelExtensions.regex(), CelExtensions.encoders(OPTIONS),
                    CelOptionalLibrary.INSTANCE)
            .addFunctionBindings(CelQuantities.BINDINGS)
            .build();

    private record Rule(CelRuntime.Program program, CelRuntime.Program message, boolean transition,
            boolean optionalOldSelf, JsonNode source) {}

    private final JsonNode schema;
    private final List<Rule> rules = new ArrayList<>();
    private final Map<String, CelRules> fields = new LinkedHashMap<>();
    private CelRules items;
    private CelRules values;

    private CelRules(JsonNode schema) {
        this.schema = schema;
    }

    /**
     * Compiles all rules of a schema. What does not compile goes to {@code causes}, under {@code path}.
     *
     * @param root the object's own schema: its rules see apiVersion, kind and metadata's name
     */
    public static CelRules compile(JsonNode schema, boolean root, String path, List<StatusError.Cause> causes) {
        var compiled = new CelRules(schema);
        var sources = schema.path("x-kubernetes-validations");
        if (!sources.isEmpty()) {
            var types = new CelTypes();
            var self = types.of(schema, root);
            for (var i = 0; i < sources.size(); i++) {
                compiled.add(sources.get(i), self, types, path + ".x-kubernetes-validations[" + i + "]", causes);
            }
        }
        for (var entry : schema.path("properties").properties()) {
            var below = compile(entry.getValue(), entry.getValue().path("x-kubernetes-embedded-resource").asBoolean(),
                    path + ".properties[" + entry.getKey() + "]", causes);
            if (!below.isEmpty()) {
                compiled.fields.put(entry.getKey(), below);
            }
        }
        compiled.items = below(schema.path("items"), path + ".items", causes);
        compiled.values = below(schema.path("additionalProperties"), path + ".additionalProperties", causes);
        return compiled;
    }

    private static CelRules below(JsonNode schema, String path, List<StatusError.Cause> causes) {
        if (!schema.isObject()) {
            return null;
        }
        var compiled = compile(schema, false, path, causes);
        return compiled.isEmpty() ? null : compiled;
    }

    boolean isEmpty() {
        return rules.isEmpty() && fields.isEmpty() && items == null && values == null;
    }

    private void add(JsonNode source, CelType self, CelTypes types, String path, List<StatusError.Cause> causes) {
        var optional = source.path("optionalOldSelf").asBoolean();
        var builder = CelCompilerFactory.standardCelCompilerBuilder().setOptions(OPTIONS).setTypeProvider(types)
                .setStandardMacros(CelStandardMacro.STANDARD_MACROS).addVar("self", self)
                .addVar("oldSelf", optional ? OptionalType.create(self) : self)
                .addLibraries(CelExtensions.strings(), CelExtensions.sets(OPTIONS), CelExtensions.math(OPTIONS),
                        CelExtensions.lists(), CelExtensions.regex(), CelExtensions.encoders(OPTIONS),
                        CelExtensions.comprehensions(), CelOptionalLibrary.INSTANCE)
                .addFunctionDeclarations(CelQuantities.DECLARATIONS);
        try {
            var rule = program(builder.setResultType(SimpleType.BOOL).build(), JsonTrees.text(source, "rule"));
            var message = source.has("messageExpression")
                    ? program(builder.setResultType(SimpleType.STRING).build(),
                            JsonTrees.text(source, "messageExpression"))
                    : null;
            var transition = JsonTrees.text(source, "rule").matches("(?s).*\\boldSelf\\b.*");
            rules.add(new Rule(rule, message, transition, optional, source));
        } catch (CelValidationException e) {
            causes.add(new StatusError.Cause("FieldValueInvalid", "Invalid value: %s: compilation failed: %s"
                    .formatted(shown(source), e.getMessage()), path + ".rule"));
        } catch (CelEvaluationException e) {
            throw new IllegalStateException("a rule that compiles has no program: " + e.getMessage(), e);
        }
    }

    /** A rule as Go prints it. */
    private static String shown(JsonNode source) {
        var rule = JsonTrees.object();
        for (var field : List.of("Rule", "Message", "MessageExpression")) {
            rule.put(field, JsonTrees.text(source, Character.toLowerCase(field.charAt(0)) + field.substring(1)));
        }
        rule.set("Reason", source.get("reason"));
        rule.put("FieldPath", JsonTrees.text(source, "fieldPath"));
        rule.set("OptionalOldSelf", source.get("optionalOldSelf"));
        return JsonTrees.compact(rule).replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026");
    }

    private static CelRuntime.Program program(CelCompiler compiler, String source)
            throws CelValidationException, CelEvaluationException {
        return RUNTIME.createProgram(compiler.compile(source).getAst());
    }

    List<StatusError.Cause> check(JsonNode value, JsonNode old) {
        var causes = new ArrayList<StatusError.Cause>();
        visit(value, old, "", causes);
        return causes;
    }

    private void visit(JsonNode value, JsonNode old, String path, List<StatusError.Cause> causes) {
        if (value == null || value.isNull()) {
            return;
        }
        if (!rules.isEmpty()) {
            checkAll(value, old, path, causes);
        }
        fields.forEach((name, below) -> below.visit(value.get(name), old == null ? null : old.get(name),
                path.isEmpty() ? name : path + "." + name, causes));
        if (items != null && value.isArray()) {
            for (var i = 0; i < value.size(); i++) {
                items.visit(value.get(i), sameItem(value.get(i), old), path + "[" + i + "]", causes);
            }
        }
        if (values != null && value.isObject()) {
            value.properties().forEach(entry -> values.visit(entry.getValue(),
                    old == null ? null : old.get(entry.getKey()), path + "[" + entry.getKey() + "]", causes));
        }
    }

    private void checkAll(JsonNode value, JsonNode old, String path, List<StatusError.Cause> causes) {
        Object self;
        Object oldSelf;
        try {
            self = CelTypes.toCel(value, schema, path.isEmpty());
            oldSelf = old == null || old.isNull() ? null : CelTypes.toCel(old, schema, path.isEmpty());
        } catch (DateTimeException | IllegalArgumentException e) {
            // The text does not have its format, which schema validation has reported already.
            return;
        }
        for (var rule : rules) {
            check(rule, value, self, oldSelf, path, causes);
        }
    }

    /** Returns the old state of a list item. Only lists that merge by key have one. */
    private JsonNode sameItem(JsonNode item, JsonNode oldList) {
        var shape = Shape.of(schema, null, oldList);
        if (oldList == null || !(shape instanceof Shape.ListMap)) {
            return null;
        }
        var element = Shape.element(shape, item);
        return oldList.valueStream().filter(old -> Shape.element(shape, old).equals(element)).findFirst().orElse(null);
    }

    private void check(Rule rule, JsonNode value, Object self, Object oldSelf, String path,
            List<StatusError.Cause> causes) {
        if (rule.transition() && oldSelf == null && !rule.optionalOldSelf()) {
            return;
        }
        var variables = new HashMap<String, Object>();
        variables.put("self", self);
        if (rule.optionalOldSelf()) {
            variables.put("oldSelf", Optional.ofNullable(oldSelf));
        } else if (oldSelf != null) {
            variables.put("oldSelf", oldSelf);
        }
        try {
            if (!Boolean.TRUE.equals(rule.program().eval(variables))) {
                causes.add(failure(rule, value, path, message(rule, variables)));
            }
        } catch (CelEvaluationException e) {
            causes.add(failure(rule, value, path, "evaluation error: " + JsonTrees.text(rule.source(), "rule") + ": "
                    + e.getMessage()));
        }
    }

    private static String message(Rule rule, Map<String, Object> variables) {
        var fixed = JsonTrees.text(rule.source(), "message");
        if (rule.message() != null) {
            try {
                var said = rule.message().eval(variables).toString().strip();
                if (!said.isEmpty() && !said.contains("\n")) {
                    return said;
                }
            } catch (CelEvaluationException e) {
                // Like the real server, fall back to the plain message if the expression fails.
            }
        }
        return fixed.isEmpty() ? "failed rule: " + JsonTrees.text(rule.source(), "rule").strip() : fixed;
    }

    private static StatusError.Cause failure(Rule rule, JsonNode value, String path, String message) {
        var place = path + JsonTrees.text(rule.source(), "fieldPath");
        place = place.startsWith(".") ? place.substring(1) : place;
        var field = place.isEmpty() ? "<nil>" : place;
        var shown = value.isContainerNode() ? "" : JsonTrees.compact(value) + ": ";
        return switch (JsonTrees.text(rule.source(), "reason")) {
            case "FieldValueForbidden" -> new StatusError.Cause("FieldValueForbidden", "Forbidden: " + message, field);
            case "FieldValueRequired" ->
                new StatusError.Cause("FieldValueRequired", "Required value: " + message, field);
            case "FieldValueDuplicate" ->
                new StatusError.Cause("FieldValueDuplicate", "Duplicate value: " + JsonTrees.compact(value), field);
            default -> new StatusError.Cause("FieldValueInvalid", "Invalid value: " + shown + message, field);
        };
    }
}
