package io.embeddedkubernetes.schema;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.embeddedkubernetes.json.JsonTrees;
import io.embeddedkubernetes.resource.StatusError;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CelRulesTest {

    private static final String SCHEMA = """
            type: object
            properties:
              name: {type: string}
              count: {type: integer}
              ratio: {type: number}
              on: {type: boolean}
              at: {type: string, format: date-time}
              every: {type: string, format: duration}
              size: {x-kubernetes-int-or-string: true}
              list: {type: array, items: {type: integer}}
              map: {type: object, additionalProperties: {type: string}}
              namespace: {type: string}
              a-b: {type: string}
              deep: {type: object, properties: {value: {type: string}}}
              parts:
                type: array
                x-kubernetes-list-type: map
                x-kubernetes-list-map-keys: [id]
                items: {type: object, properties: {id: {type: string}, value: {type: integer}}}
            """;
    private static final ObjectNode VALUE = yaml("""
            {name: abc, count: 3, ratio: 2, "on": true, at: "2026-01-01T00:00:00Z", every: 1h30m, size: 7, list: [1, 2, 3],
             map: {x.y: z}, namespace: n, a-b: dash, deep: {value: v}, parts: [{id: p, value: 1}]}""");

    private static ObjectNode yaml(String text) {
        try {
            return (ObjectNode) JsonTrees.readYaml(text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static CelRules compile(ObjectNode schema, List<StatusError.Cause> causes) {
        return CelRules.compile(schema, false, "schema", causes);
    }

    private static List<StatusError.Cause> check(String rule, ObjectNode old) {
        var schema = yaml(SCHEMA);
        schema.putArray("x-kubernetes-validations").addObject().put("rule", rule);
        var causes = new ArrayList<StatusError.Cause>();
        var compiled = compile(schema, causes);
        assertThat(causes).isEmpty();
        return compiled.check(VALUE, old);
    }

    @ParameterizedTest
    @ValueSource(strings = {"self.name.startsWith('ab') && self.name.matches('^[a-c]+$')", "self.count == 3",
            "isQuantity('10Gi') && !isQuantity('2GB')", "quantity('1Gi').isGreaterThan(quantity('1G'))",
            "quantity('1023Mi').isLessThan(quantity('1Gi')) && quantity('1024Mi').compareTo(quantity('1Gi')) == 0",
            "self.count > 2 && self.count < 4.5", "self.ratio == 2.0", "self.on",
            "self.at < timestamp('2027-01-01T00:00:00Z')",
            "self.at.getFullYear() == 2026", "self.every == duration('90m')",
            "type(self.size) == int ? self.size == 7 : self.size == '7'",
            "self.list.all(i, i > 0) && self.list.size() == 3",
            "self.list.exists_one(i, i == 2) && 3 in self.list", "'x.y' in self.map && self.map['x.y'] == 'z'",
            "self.map.all(k, k.contains('.'))", "self.__namespace__ == 'n'", "self.a__dash__b == 'dash'",
            "has(self.deep) && has(self.deep.value) && self.deep.value == 'v'", "self.parts.map(p, p.id) == ['p']",
            "self.parts.filter(p, p.value == 1).size() == 1", "self.name.upperAscii() == 'ABC'",
            "'a,b'.split(',').size() == 2 && ['x', 'y'].join('-') == 'x-y'", "sets.contains([1, 2], [1])",
            "self.list[0] + self.count == 4", "self.?deep.hasValue()",
            "self.?name.orValue('') == 'abc'",
            "optional.of(self.deep.value).orValue('') == 'v'", "{'a': {'b': 1}}.?a.?b.hasValue()"})
    void holds(String rule) {
        assertThat(check(rule, null)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"self.nosuch == 1", "self.count == 'x'", "self.deep.nosuch == 'x'", "self.name +",
            "nothing()",
            "self.list.all(i, i == 'x')", "self.count"})
    void doesNotCompile(String rule) {
        var schema = yaml(SCHEMA);
        schema.putArray("x-kubernetes-validations").addObject().put("rule", rule);
        var causes = new ArrayList<StatusError.Cause>();
        compile(schema, causes);
        assertThat(causes).hasSize(1);
        assertThat(causes.getFirst().field()).isEqualTo("schema.x-kubernetes-validations[0].rule");
    }

    @Test
    void saysWhichRuleFailed() {
        assertThat(check("self.count == 4", null)).containsExactly(
                new StatusError.Cause("FieldValueInvalid", "Invalid value: failed rule: self.count == 4", "<nil>"));
    }

    @Test
    void aTransitionRuleWaitsForAnOldValue() {
        var old = VALUE.deepCopy();
        old.put("count", 2L);
        assertThat(check("self.count == oldSelf.count", null)).isEmpty();
        assertThat(check("self.count == oldSelf.count", VALUE)).isEmpty();
        assertThat(check("self.count == oldSelf.count", old)).hasSize(1);
    }

    @Test
    void comparesItemsOfAKeyedListWithTheirOldSelves() {
        var schema = yaml(SCHEMA);
        var items = (ObjectNode) JsonTrees.at(schema, "properties", "parts", "items");
        items.putArray("x-kubernetes-validations").addObject().put("rule", "self.value >= oldSelf.value")
                .put("message", "must not shrink").put("reason", "FieldValueForbidden");
        var rules = compile(schema, new ArrayList<>());
        var old = yaml("{parts: [{id: q, value: 9}, {id: p, value: 2}]}");
        assertThat(rules.check(VALUE, old)).containsExactly(
                new StatusError.Cause("FieldValueForbidden", "Forbidden: must not shrink", "parts[0]"));
    }

    @Test
    void seesTheOldValueAsOptionalWhenAsked() {
        var schema = yaml(SCHEMA);
        schema.putArray("x-kubernetes-validations").addObject()
                .put("rule", "oldSelf.hasValue() ? self.count > oldSelf.value().count : self.count == 3")
                .put("optionalOldSelf", true);
        var rules = compile(schema, new ArrayList<>());
        assertThat(rules.check(VALUE, null)).isEmpty();
        assertThat(rules.check(VALUE, VALUE)).hasSize(1);
    }
}
