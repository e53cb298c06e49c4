package io.elasticjupyter.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.utils.Serialization;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CustomResourcesTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {} | false
            {"status": {"conditions": null}} | false
            {"status": {"conditions": [{"type": "NamesAccepted", "status": "True"}]}} | false
            {"status": {"conditions": [{"type": "Established", "status": "False"}]}} | false
            {"status": {"conditions": [{"type": "Established", "status": "True"}]}} | true
            """)
    void aDefinitionIsServedOnceItIsEstablished(String definition, boolean served) {
        assertThat(CustomResources.established(Serialization.unmarshal(definition, CustomResourceDefinition.class)))
                .isEqualTo(served);
    }
}
