package io.elasticjupyter.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import io.elasticjupyter.api.v1alpha1.JupyterGateway;
import io.fabric8.kubernetes.client.utils.Serialization;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StatusUpdateTest {

    @ParameterizedTest
    @CsvSource(textBlock = """
            2, 2, 12, 11, True,  true
            2, 2, 12, 12, True,  true
            2, 2, 11, 12, True,  false
            2, 1, 12, 11, True,  false
            2, 2, 12, 11, False, false
            """)
    void anUpdateOfTheStatusIsRecognized(int generation, int observedGeneration, int statusSecond, int specSecond,
            String delivered, boolean expected) {
        JupyterGateway gateway = gateway("""
                {"metadata": {"namespace": "team", "name": "g", "generation": %d, "managedFields": [
                   {"manager": "a", "time": "2026-11-22T00:52:%dZ"},
                   {"manager": "b", "time": "2026-11-22T00:52:10Z"},
                   {"manager": "c", "subresource": "status", "time": "2026-11-22T00:52:%dZ"}]},
                 "status": {"observedGeneration": %d, "conditions": [
                   {"type": "Ready", "status": "False"}, {"type": "Delivered", "status": "%s"}]}}"""
                .formatted(generation, specSecond, statusSecond, observedGeneration, delivered));

        assertThat(StatusUpdate.isLastChange(gateway)).isEqualTo(expected);
    }

    @Test
    void aResourceThatWasNeverReconciledHasNoStatus() {
        assertThat(StatusUpdate.isLastChange(gateway("""
                {"metadata": {"namespace": "team", "name": "g", "generation": 1}}"""))).isFalse();
        assertThat(StatusUpdate.isLastChange(gateway("""
                {"metadata": {"namespace": "team", "name": "g", "generation": 1}, "status": {"conditions": []}}""")))
                .isFalse();
    }

    private static JupyterGateway gateway(String json) {
        return Serialization.unmarshal(json, JupyterGateway.class);
    }
}
