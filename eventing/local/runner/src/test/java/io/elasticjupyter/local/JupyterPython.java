package io.elasticjupyter.local;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * A Python interpreter with the packages that a test needs.
 *
 * @param executable the interpreter that an environment variable names, or python3 on the PATH
 * @param path the value of PYTHONPATH
 */
record JupyterPython(String executable, String path) {

    /** Returns the interpreter with Enterprise Gateway, or skips the test. */
    static JupyterPython with(String... modules) throws Exception {
        return named("JUPYTER_PYTHON", modules);
    }

    /**
     * Returns the interpreter. Packages that it lacks are replaced by those of the test resources, which have as much of them as the
     * scripts of the functions use. The test is skipped on a machine without Python.
     */
    static JupyterPython withOrReplaced(String module) throws Exception {
        JupyterPython python = named("JUPYTER_PYTHON", "json");
        return has(python.executable(), module)
                ? python
                : new JupyterPython(python.executable(),
                        Path.of(JupyterPython.class.getResource("/python").toURI()).toString());
    }

    /** Returns the interpreter with packages of the test resources in place of its own. The test is skipped on a machine without Python. */
    static JupyterPython replaced(String... folders) throws Exception {
        List<String> path = new ArrayList<>();
        for (String folder : folders) {
            path.add(Path.of(JupyterPython.class.getResource(folder).toURI()).toString());
        }
        return new JupyterPython(named("JUPYTER_PYTHON", "json").executable(), String.join(File.pathSeparator, path));
    }

    /** Returns the interpreter with JupyterLab, which needs a newer client than Enterprise Gateway, or skips the test. */
    static JupyterPython withLab() throws Exception {
        return named("JUPYTERLAB_PYTHON", "jupyterlab");
    }

    private static JupyterPython named(String variable, String... modules) throws Exception {
        String executable = Objects.requireNonNullElse(System.getenv(variable), "python3");
        assumeTrue(has(executable, modules), executable + " lacks " + String.join(", ", modules)
                + ": set " + variable + " to a Python interpreter that has them");
        return new JupyterPython(executable, "");
    }

    private static boolean has(String executable, String... modules) throws InterruptedException {
        try {
            // Importing the packages would take seconds.
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

    /** Returns the command that runs a script of the test resources. */
    List<String> command(String script) throws URISyntaxException {
        return List.of(executable, Path.of(JupyterPython.class.getResource(script).toURI()).toString());
    }
}
