package io.elasticjupyter.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The configuration file of a notebook server, which reads the token and the password from files beside it. */
class NotebookConfigurationTest {

    /** Executes the configuration file, and prints what it sets. */
    private static final String PRINT = """
            import sys
            from types import SimpleNamespace as N
            c = N(ServerApp=N(), NotebookApp=N(), IdentityProvider=N(), PasswordIdentityProvider=N())
            exec(compile(open(sys.argv[1]).read(), sys.argv[1], "exec"), {"c": c, "__file__": sys.argv[1]})
            print(repr(c.IdentityProvider.token), repr(c.PasswordIdentityProvider.hashed_password), c.ServerApp.port)
            """;

    @TempDir
    Path folder;

    @Test
    void theTokenIsThatOfTheFile() throws Exception {
        assertThat(print("token", "t-1\n")).isEqualTo("'t-1' '' 8888");
    }

    @Test
    void aPasswordIsHashed() throws Exception {
        assertThat(print("password", "swordfish")).startsWith("'' 'argon2:$argon2").doesNotContain("swordfish");
    }

    @Test
    void aHashedPasswordIsUsedAsItIs() throws Exception {
        String hash = "sha1:67c9e60bb8b6:9ffede0825894254b2e042ea597d771089e11aed";

        assertThat(print("password", hash)).isEqualTo("'' '" + hash + "' 8888");
        assertThat(print("password", "argon2:$argon2id$v=19$x")).isEqualTo("'' 'argon2:$argon2id$v=19$x' 8888");
        assertThat(print("password", "sha1:of:love")).as("not a hash").doesNotContain("love");
    }

    @Test
    void withoutFilesThereIsNoTokenAndNoPassword() throws Exception {
        assertThat(print("other", "x")).isEqualTo("'' '' 8888");
    }

    private String print(String file, String content) throws Exception {
        JupyterPython python = JupyterPython.withOrReplaced("jupyter_server");
        Files.writeString(folder.resolve(file), content);
        Path configuration = folder.resolve("jupyter_server_config.py");
        try (InputStream in = getClass().getResourceAsStream("/io/elasticjupyter/notebook/jupyter_config.py")) {
            Files.write(configuration, in.readAllBytes());
        }
        ProcessBuilder builder = new ProcessBuilder(
                List.of(python.executable(), "-c", PRINT, configuration.toString()))
                .redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().put("PYTHONPATH", python.path());
        Process process = builder.start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return printed;
    }
}
