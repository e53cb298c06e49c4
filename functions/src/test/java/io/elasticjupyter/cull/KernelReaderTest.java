package io.elasticjupyter.cull;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JacksonException;
import io.elasticjupyter.cull.GatewayClient.GatewayException;
import io.elasticjupyter.cull.policy.KernelActivity;
import io.elasticjupyter.cull.policy.KernelActivity.State;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KernelReaderTest {

    private static final String KERNEL = "{\"id\":\"%s\",\"last_activity\":\"2026-01-01T00:00:00.000001Z\",\"execution_state\":\"idle\",\"connections\":1}";

    @Test
    void onlyTheRequestedKernelsAreReturned() throws Exception {
        String list = "[" + KERNEL.formatted("a") + "," + KERNEL.formatted("b") + "]";

        assertThat(KernelReader.list(stream(list), Duration.ofSeconds(10), Set.of("b"))).containsOnlyKeys("b")
                .containsValue(new KernelActivity("b", State.IDLE, Instant.parse("2025-12-31T23:59:50.000001Z"), 1));
    }

    /** A dead kernel computes nothing; a state that is not known keeps the kernel. */
    @ParameterizedTest
    @CsvSource({"idle, IDLE", "dead, IDLE", "busy, BUSY", "starting, STARTING", "restarting, STARTING",
            "autorestarting, STARTING", "IDLE, BUSY", "'', BUSY"})
    void theStateIsThatOfJupyter(String executionState, State state) throws Exception {
        assertThat(KernelReader.one(stream(KERNEL.formatted("a").replace("idle", executionState)), Duration.ZERO)
                .state()).isEqualTo(state);
    }

    @Test
    void unknownFieldsAreSkipped() throws Exception {
        KernelActivity kernel = KernelReader.one(stream(
                "{\"x\":{\"id\":\"other\"},\"y\":[1,{}],\"id\":\"a\",\"last_activity\":\"2026-01-01T00:00:00Z\",\"connections\":{}}"),
                Duration.ZERO);

        assertThat(kernel).isEqualTo(new KernelActivity("a", State.BUSY, Instant.parse("2026-01-01T00:00:00Z"), 0));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {} | a list of kernels
            null | a list of kernels
            '' | a list of kernels
            [1] | not a kernel
            [[]] | not a kernel
            [{}] | no valid id
            [{"id":"../x"}] | no valid id
            [{"id":{"id":"a"}}] | no valid id
            [{"id":"a"}] | not a time
            [{"id":"a","last_activity":"+999999999-12-31T23:59:59-18:00"}] | not a time
            [{"id":"a","last_activity":"-999999999-01-01T00:00:00+18:00"}] | not a time
            """)
    void anythingElseIsRejected(String body, String why) {
        assertThatThrownBy(() -> KernelReader.list(stream(body), Duration.ZERO, Set.of()))
                .isInstanceOf(GatewayException.class).hasMessageContaining(why);
    }

    @ParameterizedTest
    @ValueSource(strings = {"[{\"id\":\"a\"", "<html>", "[{\"id\":1e99999999999}]",
            "[{\"connections\":99999999999999999999}]"})
    void whatIsNotJsonIsRejected(String body) {
        assertThatThrownBy(() -> KernelReader.list(stream(body), Duration.ZERO, Set.of())).isInstanceOfAny(
                JacksonException.class, GatewayException.class);
        assertThatThrownBy(() -> KernelReader.list(stream("[".repeat(5_000_000)), Duration.ZERO, Set.of()))
                .isInstanceOfAny(JacksonException.class, GatewayException.class);
    }

    @Test
    void theFirstElementWithoutIdEndsTheReading() {
        InputStream list = new SequenceInputStream(stream("[{},"), new InputStream() {
            private boolean first = true;

            @Override
            public int read(byte[] bytes, int offset, int length) {
                assertThat(first).as("one buffer is read ahead").isTrue();
                first = false;
                java.util.Arrays.fill(bytes, offset, offset + length, (byte) ' ');
                return length;
            }

            @Override
            public int read() {
                throw new AssertionError("read further");
            }
        });

        assertThatExceptionOfType(GatewayException.class)
                .isThrownBy(() -> KernelReader.list(list, Duration.ZERO, Set.of()));
    }

    @Test
    void tenThousandKernelsAreReadAndNoMore() throws IOException {
        String thousands = (KERNEL.formatted("x") + ",").repeat(9_999) + KERNEL.formatted("a");

        assertThat(KernelReader.list(stream("[" + thousands + "]"), Duration.ZERO, Set.of("a"))).containsOnlyKeys("a");
        assertThatThrownBy(
                () -> KernelReader.list(stream("[" + thousands + "," + KERNEL.formatted("a") + "]"), Duration.ZERO,
                        Set.of()))
                .hasMessage("answered with more than 10000 kernels");
    }

    private static InputStream stream(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }
}
