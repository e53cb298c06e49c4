package io.elasticjupyter.integration;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.cel.common.CelFunctionDecl;
import dev.cel.common.CelOptions;
import dev.cel.common.CelOverloadDecl;
import dev.cel.common.CelValidationException;
import dev.cel.common.types.SimpleType;
import dev.cel.common.values.NullValue;
import dev.cel.compiler.CelCompiler;
import dev.cel.compiler.CelCompilerFactory;
import dev.cel.extensions.CelExtensions;
import dev.cel.extensions.CelOptionalLibrary;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelFunctionBinding;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelRuntimeFactory;
import io.elasticjupyter.integration.PolicyCase.Grant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Evaluates the ValidatingAdmissionPolicies of {@code deploy/admission} without an API server: the
 * <a href="https://kubernetes.io/docs/reference/using-api/cel/">CEL environment of Kubernetes</a> as far as they use it.
 *
 * @param objects the policies and their bindings
 */
record OfflinePolicies(List<JsonNode> objects) {

    private static final CelOptions OPTIONS = CelOptions.current().build();

    private static final List<String> QUESTIONS = List.of("group", "resource", "namespace", "name", "check");

    private static final CelCompiler COMPILER = compiler();

    /** Reads the policies. */
    static OfflinePolicies read() {
        return new OfflinePolicies(Documents.under("deploy/admission").stream()
                .flatMap(file -> file.only(Documents::isObject).all().stream()).toList());
    }

    /** Returns the policies without the first validation, without the second one, and so on. */
    static List<OfflinePolicies> eachWithoutARule() {
        List<OfflinePolicies> all = new ArrayList<>();
        List<JsonNode> objects = read().objects;
        for (int i = 0; i < objects.size(); i++) {
            for (int rule = 0; rule < objects.get(i).at("/spec/validations").size(); rule++) {
                List<JsonNode> fewer = new ArrayList<>(objects);
                fewer.set(i, objects.get(i).deepCopy());
                ((ArrayNode) fewer.get(i).at("/spec/validations")).remove(rule);
                all.add(new OfflinePolicies(fewer));
            }
        }
        return all;
    }

    private static CelCompiler compiler() {
        var builder = CelCompilerFactory.standardCelCompilerBuilder().setOptions(OPTIONS)
                .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
                .addLibraries(CelExtensions.strings(), CelOptionalLibrary.INSTANCE);
        Stream.of("object", "oldObject", "request", "variables", "authorizer")
                .forEach(name -> builder.addVar(name, SimpleType.DYN));
        QUESTIONS.forEach(name -> builder.addFunctionDeclarations(CelFunctionDecl.newFunctionDeclaration(name,
                CelOverloadDecl.newMemberOverload("authorizer_" + name, SimpleType.DYN, SimpleType.DYN,
                        SimpleType.STRING))));
        builder.addFunctionDeclarations(CelFunctionDecl.newFunctionDeclaration("allowed",
                CelOverloadDecl.newMemberOverload("authorizer_allowed", SimpleType.BOOL, SimpleType.DYN)));
        return builder.build();
    }

    /** Each function adds an answer to a map, and the last one compares it with the rights of the user. */
    private static CelRuntime runtime(PolicyCase request) {
        List<CelFunctionBinding> functions = new ArrayList<>();
        QUESTIONS.forEach(name -> functions.add(CelFunctionBinding.from("authorizer_" + name, Map.class, String.class,
                (asked, value) -> with(asked, name, value))));
        functions.add(CelFunctionBinding.from("authorizer_allowed", Map.class,
                asked -> request.rights().contains(new Grant(asked.get("check").toString(),
                        asked.get("resource").toString(), asked.get("group").toString(),
                        asked.get("namespace").toString()))));
        return CelRuntimeFactory.standardCelRuntimeBuilder().setOptions(OPTIONS)
                .addLibraries(CelExtensions.strings(), CelOptionalLibrary.INSTANCE)
                .addFunctionBindings(functions).build();
    }

    private static Map<Object, Object> with(Map<?, ?> asked, String name, String value) {
        Map<Object, Object> more = new LinkedHashMap<>(asked);
        more.put(name, value);
        return more;
    }

    /** Returns the message with which a policy refuses a request; empty if all accept it. */
    Optional<String> refusal(PolicyCase request) {
        return objects.stream().filter(object -> object.path("kind").asText().equals("ValidatingAdmissionPolicy"))
                .filter(this::isBound).filter(policy -> matches(policy, request))
                .flatMap(policy -> refusal(policy, request).stream()).findFirst();
    }

    private boolean isBound(JsonNode policy) {
        return objects.stream().filter(object -> object.path("kind").asText().endsWith("PolicyBinding"))
                .filter(binding -> binding.at("/spec/policyName").equals(policy.at("/metadata/name")))
                .anyMatch(binding -> binding.at("/spec/validationActions/0").asText().equals("Deny"));
    }

    private static boolean matches(JsonNode policy, PolicyCase request) {
        return policy.at("/spec/matchConstraints/resourceRules").valueStream()
                .anyMatch(rule -> has(rule.path("apiGroups"), request.group(), "*")
                        && has(rule.path("resources"), request.resource(), "*/*")
                        && has(rule.path("operations"), request.operation(), "*"));
    }

    private static boolean has(JsonNode list, String... any) {
        return list.valueStream().anyMatch(each -> List.of(any).contains(each.asText()));
    }

    private static Optional<String> refusal(JsonNode policy, PolicyCase request) {
        CelRuntime runtime = runtime(request);
        Map<String, Object> variables = new HashMap<>();
        Map<String, Object> activation = new HashMap<>();
        boolean deletes = request.operation().equals("DELETE");
        activation.put("object", deletes ? NullValue.NULL_VALUE : cel(request.object()));
        activation.put("oldObject", cel(request.old()));
        activation.put("authorizer", Map.of());
        activation.put("request", Map.of("namespace", request.namespace(), "operation", request.operation(),
                "name", request.object().at("/metadata/name").asText(),
                "userInfo", Map.of("username", request.user()),
                "resource", Map.of("group", request.group(), "resource", request.resource())));
        activation.put("variables", variables);
        if (!policy.at("/spec/matchConditions").valueStream()
                .allMatch(each -> isTrue(runtime, each.path("expression"), activation))) {
            return Optional.empty();
        }
        policy.at("/spec/variables").forEach(variable -> variables.put(variable.path("name").asText(),
                evaluate(runtime, variable.path("expression").asText(), activation)));
        return policy.at("/spec/validations").valueStream()
                .filter(validation -> !isTrue(runtime, validation.path("expression"), activation))
                .map(validation -> validation.has("message")
                        ? validation.path("message").asText()
                        : evaluate(runtime, validation.path("messageExpression").asText(), activation).toString())
                .findFirst();
    }

    private static boolean isTrue(CelRuntime runtime, JsonNode expression, Map<String, Object> activation) {
        return Boolean.TRUE.equals(evaluate(runtime, expression.asText(), activation));
    }

    private static Object evaluate(CelRuntime runtime, String expression, Map<String, Object> activation) {
        try {
            return runtime.createProgram(COMPILER.compile(expression).getAst()).eval(activation);
        } catch (CelValidationException | CelEvaluationException e) {
            throw new IllegalStateException(expression + ": " + e.getMessage(), e);
        }
    }

    private static Object cel(JsonNode value) {
        return switch (value.getNodeType()) {
            case OBJECT -> {
                Map<String, Object> map = new LinkedHashMap<>();
                value.properties().forEach(entry -> map.put(entry.getKey(), cel(entry.getValue())));
                yield map;
            }
            case ARRAY -> value.valueStream().map(OfflinePolicies::cel).toList();
            case BOOLEAN -> value.asBoolean();
            case NUMBER -> value.asLong();
            case STRING -> value.asText();
            default -> NullValue.NULL_VALUE;
        };
    }
}
