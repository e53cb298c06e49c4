package io.elasticjupyter.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchmarksTest {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... args) {
        return Benchmarks.run(new PrintWriter(out, true), new PrintWriter(err, true), args);
    }

    @Test
    void anEarlierRunIsPrintedAndPlotted(@TempDir Path folder) throws IOException {
        Path json = folder.resolve("earlier.json");
        Path plot = folder.resolve("plots/earlier.svg");
        new Report(Map.of(), List.of(Figure.of("cull", "100 kernels", "time", "s", 1))).write(json);

        assertThat(run("--from", json.toString(), "--plot", plot.toString())).isZero();

        assertThat(out.toString()).contains("| cull      | 100 kernels | time    |    1 s |");
        assertThat(plot).content().startsWith("<svg ");
    }

    @Test
    void anUnknownBenchmarkIsRejectedWithTheKnownOnes() {
        assertThat(run("--only", "nothing")).isEqualTo(2);
        assertThat(err.toString()).contains("--only accepts cold, warm, burst, cull, rest, reclaim, zero");
        assertThat(run("--rounds", "0")).isEqualTo(2);
    }

    @Test
    void anUnreachableClusterIsReportedInOneLine(@TempDir Path folder) {
        assertThat(run("--only", "warm", "--kubeconfig", folder.resolve("nowhere").toString(), "--out",
                folder.toString())).isEqualTo(1);
        assertThat(err.toString()).startsWith("not measured: ").contains("nowhere").hasLineCount(1);
    }

    @Test
    void readsTheMemoryOfAProcess() throws IOException {
        assertThat(ProcessMemory.field(List.of("Name:\tjava", "VmHWM:\t  4096 kB", "VmRSS:\t    2048 kB"), "VmRSS"))
                .isEqualTo(2);
        long self = ProcessHandle.current().pid();
        assertThat(ProcessMemory.residentMiB(self)).isPositive()
                .isLessThanOrEqualTo(ProcessMemory.mostResidentMiB(self));
    }
}
