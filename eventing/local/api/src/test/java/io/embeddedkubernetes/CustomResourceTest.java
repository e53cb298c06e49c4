package io.embeddedkubernetes;

import static io.embeddedkubernetes.ApiClient.DEFINITIONS;
import static io.embeddedkubernetes.ApiClient.MERGE;
import static io.embeddedkubernetes.ApiClient.STRATEGIC;
import static io.embeddedkubernetes.ApiClient.WIDGETS;
import static io.embeddedkubernetes.ApiClient.widget;
import static io.embeddedkubernetes.ApiClient.yaml;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.embeddedkubernetes.json.JsonTrees;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Custom resources: installation, admission by schema and rules, status, scale. */
class CustomResourceTest extends ContractTest {

    private static final String NOT_CHECKED = "<nil>: Invalid value: null: some validation rules were not checked because "
            + "the object was invalid; correct the existing errors to complete validation";

    @BeforeEach
    void install() {
        client.installWidgets();
    }

    @Test
    void servesADefinitionAtOnce() {
        var definition = client.get(DEFINITIONS + "/widgets.example.com");
        assertThat(definition.at("status", "conditions").findValuesAsText("type")).containsExactly("NamesAccepted",
                "Established");
        assertThat(definition.text("status", "acceptedNames", "singular")).isEqualTo("widget");
        assertThat(client.get(WIDGETS).text("kind")).isEqualTo("WidgetList");
        var resource = client.get("/apis/example.com/v1").at("resources").get(0);
        assertThat(resource.path("shortNames").get(0).asText()).isEqualTo("wd");
        assertThat(resource.path("categories").get(0).asText()).isEqualTo("gadgets");
        client.post(WIDGETS, widget("a", "{}"));
        client.uninstallWidgets();
        client.installWidgets();
        assertThat(client.get(WIDGETS + "/a").status()).isEqualTo(404);
    }

    @Test
    void defaultsOnWriteAndOnRead() {
        var created = client.post(WIDGETS, widget("a", "{parts: [{id: x}]}"));
        assertThat(created.at("spec")).isEqualTo(
                yaml("{parts: [{id: x, count: 1}], mode: enable}"));
        var definition = client.get(DEFINITIONS + "/widgets.example.com").body();
        var size = (ObjectNode) JsonTrees.at(definition.at("/spec/versions/0/schema/openAPIV3Schema"), "properties",
                "spec",
                "properties", "size");
        size.put("default", 7);
        client.put(DEFINITIONS + "/widgets.example.com", definition);
        ApiClient.await(() -> client.get(WIDGETS + "/a").at("spec", "size").asLong() == 7);
    }

    @Test
    void prunesOrRefusesUnknownFields() {
        var odd = widget("a", "{foo: 1, free: {any: thing}, parts: [{id: x, bar: 2}]}");
        var strict = client.post(WIDGETS + "?fieldValidation=Strict", odd);
        assertThat(strict.status()).isEqualTo(400);
        assertThat(strict.message())
                .isEqualTo("Widget in version \"v1\" cannot be handled as a Widget: strict decoding "
                        + "error: unknown field \"spec.foo\", unknown field \"spec.parts[0].bar\"");
        var created = client.post(WIDGETS + "?fieldValidation=Ignore", odd);
        assertThat(created.at("spec").has("foo")).isFalse();
        assertThat(created.at("spec", "parts").get(0).has("bar")).isFalse();
        assertThat(created.text("spec", "free", "any")).isEqualTo("thing");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "{mode: \"off\"}| spec.mode: Unsupported value: \"off\": supported values: \"enable\", \"disable\"",
            "{size: 0}| spec.size: Invalid value: 0: spec.size in body should be greater than or equal to 1",
            "{size: 101}| spec.size: Invalid value: 101: spec.size in body should be less than or equal to 100",
            "{size: big}| spec.size: Invalid value: \"string\": spec.size in body must be of type integer: \"string\"",
            "{name: a}| spec.name: Invalid value: \"a\": spec.name in body should be at least 2 chars long",
            "{name: aBc}| spec.name: Invalid value: \"aBc\": spec.name in body should match '^[a-z]+$'",
            "{name: abcdef}| spec.name: Too long: may not be more than 5 bytes",
            "{parts: [{count: 1}]}| spec.parts[0].id: Required value",
            "{parts: [{id: a}, {id: b}, {id: c}, {id: d}]}| spec.parts: Too many: 4: must have at most 3 items",
            "{parts: [{id: a}, {id: a}]}| spec.parts[1]: Duplicate value: {\"id\":\"a\"}",
            "{tags: [a, b, a]}| spec.tags[2]: Duplicate value: \"a\"",
            "{labels: {a: 1}}| spec.labels.a: Invalid value: \"integer\": spec.labels.a in body must be of type string: \"integer\"",
            "{amount: true}| spec.amount: Invalid value: \"boolean\": spec.amount in body must be of type integer,string: \"boolean\"",
            "{size: 9, limit: 5}| spec.size: Invalid value: size is over limit"})
    void validates(String spec, String message) {
        var refused = client.post(WIDGETS, widget("a", spec));
        assertThat(refused.status()).isEqualTo(422);
        var expected = message.strip();
        var isBlocking = !refused.at("details", "causes").get(0).path("reason").asText()
                .matches("FieldValueInvalid|FieldValueDuplicate");
        assertThat(refused.message()).isEqualTo("Widget.example.com \"a\" is invalid: "
                + (isBlocking ? "[" + expected + ", " + NOT_CHECKED + "]" : expected));
        assertThat(refused.text("details", "kind")).isEqualTo("Widget");
        assertThat(refused.at("details", "causes").get(0).path("field").asText())
                .isEqualTo(expected.substring(0, expected.indexOf(": ")));
    }

    @Test
    void dropsNullsThatTheSchemaDoesNotAllow() {
        assertThat(client.post(WIDGETS, widget("a", "{mode: null, name: null}")).at("spec"))
                .isEqualTo(JsonTrees.parse("{\"mode\":\"enable\"}"));
    }

    @Test
    void checksNoRuleOfAnObjectWithoutAName() {
        assertThat(client.post(WIDGETS, yaml("{apiVersion: example.com/v1, kind: Widget, metadata: {}, spec: {}}"))
                .message()).isEqualTo("Widget.example.com \"\" is invalid: [metadata.name: Required value: name or "
                        + "generateName is required, " + NOT_CHECKED + "]");
        assertThat(client.post(WIDGETS, widget("A_", "{size: 9, limit: 5}")).message())
                .contains("metadata.name: Invalid value: \"A_\"")
                .endsWith("spec.size: Invalid value: size is over limit]");
    }

    @Test
    void joinsSeveralErrors() {
        // The real server visits the fields in no particular order.
        assertThat(client.post(WIDGETS, widget("a", "{mode: 'off', size: 0}")).message())
                .startsWith("Widget.example.com \"a\" is invalid: [spec.")
                .contains("spec.mode: Unsupported value: \"off\": supported values: \"enable\", \"disable\", ")
                .contains("spec.size: Invalid value: 0: spec.size in body should be greater than or equal to 1, ")
                .endsWith(NOT_CHECKED + "]");
    }

    @Test
    void runsRulesOnTheObjectAndOnChanges() {
        assertThat(client.post(WIDGETS, widget("forbidden", "{}")).message()).isEqualTo(
                "Widget.example.com \"forbidden\" is invalid: <nil>: Invalid value: this name is not for widgets");
        client.post(WIDGETS, widget("a", "{name: abc}"));
        assertThat(client.patch(WIDGETS + "/a", MERGE, "{\"spec\":{\"name\":\"xyz\"}}").message()).isEqualTo(
                "Widget.example.com \"a\" is invalid: spec.name: Invalid value: \"xyz\": name is immutable");
        assertThat(client.patch(WIDGETS + "/a", MERGE, "{\"spec\":{\"size\":3}}").status()).isEqualTo(200);
    }

    @Test
    void refusesADefinitionWithARuleThatDoesNotCompile() {
        var definition = yaml(ApiClient.widgetDefinition().replace("self.size <= self.limit", "self.nosuch <= 1"));
        client.uninstallWidgets();
        var refused = client.post(DEFINITIONS, definition);
        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.message()).contains(
                "spec.validation.openAPIV3Schema.properties[spec].x-kubernetes-validations[0].rule: Invalid value")
                .contains("compilation failed").contains("undefined field 'nosuch'");
    }

    @Test
    void keepsSpecAndStatusApart() {
        client.post(WIDGETS, widget("a", "{size: 1, replicas: 2}"));
        var main = client.patch(WIDGETS + "/a", MERGE, "{\"spec\":{\"size\":2},\"status\":{\"x\":1}}");
        assertThat(main.body().has("status")).isFalse();
        assertThat(main.at("metadata", "generation").asLong()).isEqualTo(2);
        var status = client.patch(WIDGETS + "/a/status", MERGE,
                "{\"metadata\":{\"labels\":{\"a\":\"b\"}},\"spec\":{\"size\":3},\"status\":{\"replicas\":1}}");
        assertThat(status.at("spec", "size").asLong()).isEqualTo(2);
        assertThat(status.at("status", "replicas").asLong()).isEqualTo(1);
        assertThat(status.at("metadata", "generation").asLong()).isEqualTo(2);
        assertThat(status.at("metadata").has("labels")).isFalse();
        var scale = client.get(WIDGETS + "/a/scale");
        assertThat(scale.at("status", "replicas").asLong()).isEqualTo(1);
    }

    @Test
    void takesNoStrategicPatchAndNoPutWithoutVersion() {
        client.post(WIDGETS, widget("a", "{}"));
        assertThat(client.patch(WIDGETS + "/a", STRATEGIC, "{}").status()).isEqualTo(415);
        assertThat(client.put(WIDGETS + "/a", widget("a", "{size: 2}")).message())
                .contains("metadata.resourceVersion: Invalid value: 0").contains("must be specified for an update");
    }

    @Test
    void printsTheColumnsOfTheDefinition() {
        client.post(WIDGETS, widget("a", "{size: 3}"));
        client.patch(WIDGETS + "/a/status", MERGE,
                "{\"status\":{\"conditions\":[{\"type\":\"Other\",\"status\":\"False\"},{\"type\":\"Ready\",\"status\":\"True\"}]}}");
        var table = client.table(WIDGETS);
        assertThat(table.path("columnDefinitions").findValuesAsText("name")).containsExactly("Name", "Mode", "Ready",
                "Size", "Age");
        assertThat(table.path("columnDefinitions").get(3).path("priority").asInt()).isEqualTo(1);
        var cells = table.path("rows").get(0).path("cells");
        assertThat(cells.get(0).asText()).isEqualTo("a");
        assertThat(cells.get(1).asText()).isEqualTo("enable");
        assertThat(cells.get(2).asText()).isEqualTo("True");
        assertThat(cells.get(3).asLong()).isEqualTo(3);
        assertThat(cells.get(4).asText()).matches("[0-9]s");
    }
}
