package io.elasticjupyter.benchmark;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.slf4j.LoggerFactory;
import org.springframework.core.NestedExceptionUtils;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command: runs the benchmarks, prints one table, and writes the figures as JSON. */
@Command(name = "mvn -q -Pbenchmark", customSynopsis = "mvn -q -Pbenchmark [-Dbenchmark.args=\"OPTION…\"]", sortOptions = false, usageHelpWidth = 110, description = "%nMeasures the cost of the functions.", optionListHeading = "%nOptions:%n")
public final class Benchmarks implements Callable<Integer> {

    private static final List<Benchmark> ALL = List.of(new ColdBenchmark(), new WarmBenchmark(), new BurstBenchmark(),
            new CullBenchmark(),
            new RestBenchmark(), new ReclaimBenchmark(), new FromZeroBenchmark());

    @Option(names = "--only", order = 1, split = ",", paramLabel = "NAME", description = "Benchmarks to run: cold, warm, burst, cull, rest, reclaim, zero (default: all).")
    private List<String> only = List.of();

    @Option(names = "--rounds", order = 2, paramLabel = "N", defaultValue = "5", description = "Rounds of each benchmark (default: ${DEFAULT-VALUE}).")
    private int rounds;

    @Option(names = "--kernels", order = 3, split = ",", paramLabel = "N", defaultValue = "100,1000,10000", description = "Numbers of kernels (default: ${DEFAULT-VALUE}).")
    private List<Integer> kernels;

    @Option(names = "--kubeconfig", order = 4, paramLabel = "FILE", description = "Measure on this cluster's API server, in namespaces that are deleted at the end (default: the embedded API).")
    private Path kubeconfig;

    @Option(names = "--out", order = 5, paramLabel = "DIR", defaultValue = "eventing/local/benchmarks/target/benchmarks", description = "Directory for the JSON and the logs (default: ${DEFAULT-VALUE}).")
    private Path out;

    @Option(names = "--plot", order = 6, paramLabel = "FILE", description = "Draw the comparisons of the figures as SVG.")
    private Path plot;

    @Option(names = "--from", order = 7, paramLabel = "JSON", description = "Measure nothing: print and plot the JSON of an earlier run.")
    private Path from;

    @Option(names = {"-h", "--help"}, order = 8, usageHelp = true, description = "Show this.")
    private boolean help;

    @Spec
    private CommandSpec spec;

    /** Runs the benchmarks. */
    public static void main(String[] args) {
        System.exit(run(new PrintWriter(System.out, true, StandardCharsets.UTF_8),
                new PrintWriter(System.err, true, StandardCharsets.UTF_8), args));
    }

    static int run(PrintWriter out, PrintWriter err, String... args) {
        return new CommandLine(new Benchmarks()).setOut(out).setErr(err)
                .setExecutionExceptionHandler((problem, command, parsed) -> {
                    err.println("not measured: " + NestedExceptionUtils.getMostSpecificCause(problem).getMessage());
                    return CommandLine.ExitCode.SOFTWARE;
                }).execute(args);
    }

    @Override
    public Integer call() throws Exception {
        List<Benchmark> chosen = chosen();
        logWarningsOnly();
        Report report = from == null ? measure(chosen) : Report.read(from);
        spec.commandLine().getOut().println(FigureTable.of(report.figures()));
        if (plot != null) {
            Plot.write(report, plot);
        }
        return CommandLine.ExitCode.OK;
    }

    private List<Benchmark> chosen() {
        List<String> names = ALL.stream().map(Benchmark::name).toList();
        if (rounds < 1 || !names.containsAll(only)) {
            throw new ParameterException(spec.commandLine(), rounds < 1
                    ? "--rounds must be at least 1"
                    : "--only accepts " + String.join(", ", names));
        }
        return ALL.stream().filter(each -> only.isEmpty() || only.contains(each.name())).toList();
    }

    /** The functions that run in this process would log every culling run of an hour. */
    private static void logWarningsOnly() {
        if (LoggerFactory.getLogger("io.elasticjupyter") instanceof Logger logger) {
            logger.setLevel(Level.WARN);
        }
    }

    private Report measure(List<Benchmark> chosen) throws Exception {
        PrintWriter terminal = spec.commandLine().getOut();
        List<Figure> figures = new ArrayList<>();
        try (Cluster cluster = Cluster.start(Optional.ofNullable(kubeconfig))) {
            Bench bench = new Bench(cluster, rounds, kernels, java.nio.file.Files.createDirectories(out), terminal);
            for (Benchmark each : chosen) {
                each.run(bench, figures::add);
            }
            Report report = new Report(about(cluster), figures);
            report.write(file());
            return report;
        }
    }

    private Path file() throws IOException {
        return out.resolve("benchmarks.json");
    }

    private static Map<String, String> about(Cluster cluster) {
        Map<String, String> about = new LinkedHashMap<>();
        about.put("date", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
        about.put("api", cluster.title());
        about.put("java", Runtime.version().toString());
        about.put("processors", Integer.toString(Runtime.getRuntime().availableProcessors()));
        return about;
    }
}
