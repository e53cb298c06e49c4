package io.elasticjupyter.local;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * A Python that has what a test needs of Jupyter.
 *
 * @param executable the one that an environment variable names, else the PATH's python3
 */
record JupyterPython(String executable) {

    /** The one with Enterprise Gateway. Skips the test where there is none. */
    static JupyterPython with(String... modules) throws Exception {
        return named("JUPYTER_PYTHON", modules);
    }

    /** The one with JupyterLab, which needs a newer client than Enterprise Gateway. Skips the test where there is none. */
    static JupyterPython withLab() throws Exception {
        return named("JUPYTERLAB_PYTHON", "jupyterlab");
    }

    private static JupyterPython named(String variable, String... modules) throws Exception {
        String executable = Objects.requireNonNullElse(System.getenv(variable), "python3");
        assumeTrue(has(executable, modules), executable + " lacks " + String.join(", ", modules)
                + ": set " + variable + " to a Python that has them");
        return new JupyterPython(executable);
    }

    private static boolean has(String executable, String... modules) throws InterruptedException {
        try {
            // Importing them would take seconds.
            String find = "import sys, importlib.util as u; sys.exit(not all(map(u.find_spec, sys.argv[1:])))";
            List<String> command = new ArrayList<>(List.of(executable, "-c", find));
            command.addAll(List.of(modules));
            Process process = new ProcessBuilder(command)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD).redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            try {
                return process.waitFor(30, TimeUnit.SECONDS) && process.exitValue() == 0;
            } finally {
                process.destroyForcibly();
            }
        } catch (IOException e) {
            return false;
        }
    }

    /** How to run a script that lies beside the tests. */
    List<String> command(String script) throws URISyntaxException {
        return List.of(executable, Path.of(JupyterPython.class.getResource(script).toURI()).toString());
    }
}
