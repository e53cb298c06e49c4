package io.elasticjupyter.local;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command: starts all parts, prints their addresses, and runs until Ctrl-C. */
@Command(name = "mvn -q -Plocal", customSynopsis = "mvn -q -Plocal [-Dlocal.args=\"OPTION…\"]", sortOptions = false, usageHelpWidth = 110, description = "%nRuns an API server, the functions and the eventing between them in one process.", optionListHeading = "%nOptions:%n", footer = {
        "", "With KUBEBUILDER_ASSETS set to a directory with etcd and kube-apiserver, those are started instead of the",
        "embedded API server.", "", "Exit codes: 0 stopped, 1 could not start, 2 invalid option."})
public final class LocalRunner implements Callable<Integer> {

    @Mixin
    private Options options;

    @Option(names = {"-h", "--help"}, order = 9, usageHelp = true, description = "Show this.")
    private boolean help;

    @Spec
    private CommandSpec spec;

    /** Runs until Ctrl-C. */
    public static void main(String[] args) {
        System.exit(run(new PrintWriter(System.out, true, StandardCharsets.UTF_8),
                new PrintWriter(System.err, true, StandardCharsets.UTF_8), args));
    }

    static int run(PrintWriter out, PrintWriter err, String... args) {
        return new CommandLine(new LocalRunner())
                .setOut(out)
                .setErr(err)
                .setParameterExceptionHandler(LocalRunner::wrongOption)
                .setExecutionExceptionHandler(LocalRunner::failed)
                .execute(args);
    }

    @Override
    public Integer call() throws InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        try (Running running = new Running(options, out)) {
            // Registered before the start, so that Ctrl-C during the start does not leave an etcd behind.
            Runtime.getRuntime().addShutdownHook(new Thread(running::close));
            running.start(System.getenv());
            running.awaitEnd();
        }
        return CommandLine.ExitCode.OK;
    }

    private static int wrongOption(ParameterException e, String[] args) {
        e.getCommandLine().getErr().println("elastic-jupyter: " + e.getMessage() + " (--help lists the options)");
        return CommandLine.ExitCode.USAGE;
    }

    private static int failed(Exception e, CommandLine command, Object parsed) throws Exception {
        if (e instanceof StartFailure) {
            command.getErr().println("elastic-jupyter: " + e.getMessage());
            return CommandLine.ExitCode.SOFTWARE;
        }
        throw e;
    }
}
