package io.elasticjupyter.cull;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The time that a run takes, and the time that Knative permits. */
class CullTimeTest {

    /** Knative breaks off a request that takes longer, and the run would be repeated. */
    @Test
    void aRunEndsBeforeItsRequest() throws IOException {
        JsonNode culler = Serialization.unmarshal(
                Files.readString(Path.of(System.getProperty("repository.root"), "deploy/services/culler.yaml")),
                JsonNode.class);

        // The last gateway may be asked at the end of the time of a run.
        assertThat(CullRun.TIMEOUT.plus(GatewayClient.SESSION_TIMEOUT))
                .isLessThan(Duration.ofSeconds(culler.at("/spec/template/spec/timeoutSeconds").asLong()));
    }
}
