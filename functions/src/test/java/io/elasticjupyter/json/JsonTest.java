package io.elasticjupyter.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JacksonException;
import io.fabric8.kubernetes.api.model.Quantity;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JsonTest {

    private enum Word {
        DONE;

        @Override
        public String toString() {
            return "done";
        }
    }

    private record Line(String text, Word word, long seconds, boolean sure, Map<String, Quantity> amounts,
            List<Line> more) {}

    @Test
    void ofARecordNothingIsWrittenForNull() {
        assertThat(Json.text(new Line("ü\"", Word.DONE, 3, true, Map.of("cpu", new Quantity("500", "m")),
                List.of(new Line(null, null, 0, false, null, List.of())))))
                .isEqualTo("{\"text\":\"ü\\\"\",\"word\":\"done\",\"seconds\":3,\"sure\":true,"
                        + "\"amounts\":{\"cpu\":\"500m\"},\"more\":[{\"seconds\":0,\"sure\":false,\"more\":[]}]}");
    }

    @Test
    void whatIsNoJsonIsRefused() {
        assertThatThrownBy(() -> Json.tree("{\"a\":".getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(JacksonException.class);
    }
}
