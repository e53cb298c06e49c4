package io.elasticjupyter.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which images are pulled each time. */
class ImagePullsTest {

    @ParameterizedTest
    @ValueSource(strings = {"notebook", "jupyter/notebook", "host:5000/notebook", "notebook:latest",
            "host:5000/a/notebook:latest", "notebook:latest@sha256:0123"})
    void thoseThatMove(String image) {
        assertThat(ImagePulls.moves(image)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"notebook:1", "host:5000/notebook:1.2", "notebook@sha256:0123", "notebook:1@sha256:0123"})
    void notThoseThatStay(String image) {
        assertThat(ImagePulls.moves(image)).isFalse();
    }
}
