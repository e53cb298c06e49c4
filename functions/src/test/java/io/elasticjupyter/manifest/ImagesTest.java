package io.elasticjupyter.manifest;

import static io.elasticjupyter.manifest.Manifests.ROOT;
import static org.assertj.core.api.Assertions.assertThat;

import io.elasticjupyter.api.v1alpha1.JupyterGatewaySpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** All pages and manifests name one release of Enterprise Gateway, and the images of kernels of the same release. */
class ImagesTest {

    private static final Pattern IMAGE = Pattern.compile("elyra/[a-z-]+:[A-Za-z0-9._-]*[A-Za-z0-9]");

    @Test
    void theReleaseIsTheSameEverywhere() throws IOException {
        String tag = JupyterGatewaySpec.DEFAULT_IMAGE.substring(JupyterGatewaySpec.DEFAULT_IMAGE.indexOf(':'));
        Set<String> named = new TreeSet<>();
        for (String folder : List.of("README.md", "docs", "deploy")) {
            try (Stream<Path> files = Files.walk(ROOT.resolve(folder))) {
                for (Path file : files.filter(each -> each.toString().matches(".*\\.(md|yaml)")).toList()) {
                    Matcher image = IMAGE.matcher(Files.readString(file));
                    while (image.find()) {
                        named.add(image.group());
                    }
                }
            }
        }

        assertThat(named).contains(JupyterGatewaySpec.DEFAULT_IMAGE, "elyra/kernel-py" + tag)
                .allMatch(image -> image.endsWith(tag));
    }

    /** Releases before 3.3 let a user run code in the gateway (CVE-2026-44181). */
    @Test
    void theReleaseIsNotVulnerable() {
        String[] version = JupyterGatewaySpec.DEFAULT_IMAGE.replaceFirst(".*:", "").split("\\.");

        assertThat(Integer.parseInt(version[0]) * 100 + Integer.parseInt(version[1])).isGreaterThanOrEqualTo(303);
    }
}
