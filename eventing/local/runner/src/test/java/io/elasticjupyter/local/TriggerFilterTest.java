package io.elasticjupyter.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.fabric8.knative.eventing.v1.TriggerSpec;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TriggerFilterTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "exact: {kind: JupyterNotebook}                                          | true",
            "exact: {kind: jupyternotebook}                                          | false",
            "exact: {kind: JupyterNotebook, name: other}                             | false",
            "exact: {absent: JupyterNotebook}                                        | false",
            "prefix: {type: dev.knative.apiserver.resource.}                         | true",
            "prefix: {type: io.elasticjupyter.}                                      | false",
            "suffix: {type: .update}                                                 | true",
            "suffix: {type: .delete}                                                 | false",
            "not: {suffix: {type: .delete}}                                          | true",
            "not: {exact: {absent: x}}                                               | true",
            "any: [{exact: {kind: Deployment}}, {exact: {kind: JupyterNotebook}}]    | true",
            "any: [{exact: {kind: Deployment}}, {exact: {kind: JupyterGateway}}]     | false",
            "all: [{prefix: {name: x}}, {exact: {namespace: default}}]               | true",
            "all: [{prefix: {name: y}}, {exact: {namespace: default}}]               | false",
            "all: [{any: [{not: {exact: {name: xy}}}]}, {exact: {specversion: '1.0'}}] | false"})
    void dialects(String expression, boolean passes) {
        assertThat(filter("filters: [{" + expression + "}]").matches(update())).isEqualTo(passes);
    }

    @Test
    void allFiltersOfATriggerMustPass() {
        assertThat(filter("filters: [{exact: {name: xy}}, {exact: {kind: Deployment}}]").matches(update())).isFalse();
    }

    @Test
    void withoutAFilterEveryEventPasses() {
        assertThat(filter("broker: default").matches(update())).isTrue();
    }

    @Test
    void theOlderFilterMatchesExactly() {
        assertThat(filter("filter: {attributes: {kind: JupyterNotebook}}").matches(update())).isTrue();
        assertThat(filter("filter: {attributes: {kind: Jupyter}}").matches(update())).isFalse();
    }

    @Test
    void anExpressionHasOneDialect() {
        assertThatThrownBy(() -> filter("filters: [{exact: {name: xy}, prefix: {name: x}}]"))
                .hasMessageContaining("one dialect");
        assertThatThrownBy(() -> filter("filters: [{cesql: 'TRUE'}]")).hasMessageContaining("cesql");
    }

    private static TriggerFilter filter(String spec) {
        return TriggerFilter.of(Serialization.unmarshal(spec, TriggerSpec.class));
    }

    private static CloudEvent update() {
        return CloudEventBuilder.v1().withId("1").withSource(URI.create("https://127.0.0.1:6443"))
                .withType("dev.knative.apiserver.resource.update")
                .withExtension("kind", "JupyterNotebook")
                .withExtension("namespace", "default")
                .withExtension("name", "xy")
                .build();
    }
}
