package io.elasticjupyter.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Runs {@code deploy/release.sh} as far as it goes without Docker and a registry. */
class ReleaseTest {

    private static final Path ROOT = Path.of(System.getProperty("repository.root"));

    private static final String VERSION = "0.1.0";

    private static final String IMAGE = "registry.example/elastic-jupyter/functions";

    /**
     * The result of a run.
     *
     * @param exitCode its exit code
     * @param text its output and errors
     */
    private record Run(int exitCode, String text) {}

    @Test
    void missingProgramsAreNamedTogether(@TempDir Path folder) throws Exception {
        for (String program : List.of("bash", "dirname")) {
            Files.createSymbolicLink(folder.resolve(program), onPath(program));
        }

        Run run = release(folder.toString(), VERSION, "--image", IMAGE, "--push");

        assertThat(run.exitCode).isEqualTo(1);
        assertThat(run.text.strip().lines())
                .containsExactly(
                        "release.sh: missing programs: git kubectl helm sha256sum awk mvn docker cosign (docs/releasing.md)");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            --image a/b                         | VERSION or REPOSITORY is missing
            0.1.0                               | VERSION or REPOSITORY is missing
            0.1.0 --image                       | --image needs a value
            0.1 --image a/b                     | the version '0.1' is not like 0.1.0
            0.1.0 0.2.0 --image a/b             | more than one version: 0.1.0 and 0.2.0
            0.1.0 --image a/b:1                 | --image is a repository, without tag or digest: a/b:1
            0.1.0 --image a/b --pull            | unknown option --pull
            0.1.0 --image a/b --push --without-image | --push needs the image
            """)
    void wrongArgumentsAreRefused(String arguments, String message) throws Exception {
        Run run = release(System.getenv("PATH"), arguments.split(" +"));

        assertThat(run.exitCode).isEqualTo(1);
        assertThat(run.text).contains("release.sh: " + message);
    }

    @Test
    void theFilesOfAReleaseNameItsImage(@TempDir Path folder) throws Exception {
        String helm = System.getenv("HELM");
        assumeTrue(helm != null && !helm.isBlank() && onPath("kubectl") != null && onPath("git") != null,
                "HELM does not name a helm program, or kubectl or git is not on the PATH: no release is made");
        assumeTrue(Files.exists(ROOT.resolve(".git")), "a release is made in a Git repository");

        Run run = release(System.getenv("PATH"), VERSION, "--image", IMAGE, "--without-image", "--without-build",
                "--output", folder.toString());

        assertThat(run.exitCode).as(run.text).isZero();
        assertThat(folder.toFile().list()).containsExactlyInAnyOrder("elastic-jupyter.yaml", "NOTES.md", "SHA256SUMS",
                "elastic-jupyter-0.1.0.tgz", "elastic-jupyter-0.1.0.cdx.json");
        assertThat(Files.readAllLines(folder.resolve("SHA256SUMS"))).hasSize(4)
                .allMatch(line -> line.matches("[0-9a-f]{64}  [\\w.-]+"));
        assertThat(Files.readString(folder.resolve("NOTES.md"))).startsWith("### Added").contains("### Security")
                .doesNotContain("## [").endsWith("Image: `" + IMAGE + ":" + VERSION + "`\n");

        String file = Files.readString(folder.resolve("elastic-jupyter.yaml"));
        assertThat(images(file)).hasSize(3).containsOnly(IMAGE + ":" + VERSION);
        // The test of the chart compares its objects with those of the kustomization; this one with the released file.
        String chart = output(helm, "template", "elastic-jupyter",
                folder.resolve("elastic-jupyter-0.1.0.tgz").toString(),
                "--namespace", "elastic-jupyter", "--kube-version", "1.36.0");
        assertThat(images(chart)).hasSize(3).containsOnly(IMAGE + ":" + VERSION);
        assertThat(count(file, "^kind:")).isEqualTo(count(chart, "^kind:") + 1);

        assertThat(release(System.getenv("PATH"), VERSION, "--image", IMAGE, "--without-image", "--without-build",
                "--output", folder.toString()).text).contains("is not empty");
    }

    private static List<String> images(String yaml) {
        return yaml.lines().map(String::strip).filter(line -> line.startsWith("image:") && line.contains("/functions"))
                .map(line -> line.substring("image:".length()).strip()).toList();
    }

    private static long count(String yaml, String pattern) {
        return yaml.lines().filter(line -> line.matches(pattern + ".*")).count();
    }

    private static Path onPath(String program) {
        return Arrays.stream(System.getenv("PATH").split(File.pathSeparator)).map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable).findFirst().orElse(null);
    }

    private static Run release(String path, String... arguments) throws IOException, InterruptedException {
        ProcessBuilder script = new ProcessBuilder(Stream
                .concat(Stream.of(onPath("bash").toString(), ROOT.resolve("deploy/release.sh").toString()),
                        Stream.of(arguments))
                .toList()).redirectErrorStream(true);
        script.environment().put("PATH", path);
        if (!path.equals(System.getenv("PATH"))) {
            script.environment().remove("HELM");
        }
        Process process = script.start();
        String text = new String(process.getInputStream().readAllBytes());
        return new Run(process.waitFor(), text);
    }

    private static String output(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        String text = new String(process.getInputStream().readAllBytes());
        assertThat(process.waitFor()).as(String.join(" ", command)).isZero();
        return text;
    }
}
