package io.elasticjupyter.application;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KubernetesConfigurationTest {

    @TempDir
    private Path folder;

    @AfterEach
    void forget() {
        System.clearProperty(Config.KUBERNETES_KUBECONFIG_FILE);
    }

    @Test
    void withoutATokenTheClientDoesNotRefreshItBeforeEachRequest() throws IOException {
        try (KubernetesClient client = client("{}")) {
            assertThat(client.getConfiguration().getOauthTokenProvider()).isNotNull();
            assertThat(client.getConfiguration().getOauthTokenProvider().getToken()).isNull();
        }
    }

    @Test
    void aTokenIsRefreshedByTheClient() throws IOException {
        try (KubernetesClient client = client("{token: secret}")) {
            assertThat(client.getConfiguration().getOauthTokenProvider()).isNull();
            assertThat(client.getConfiguration().getAutoOAuthToken()).isEqualTo("secret");
        }
    }

    private KubernetesClient client(String user) throws IOException {
        Path kubeconfig = Files.writeString(folder.resolve("kubeconfig"), """
                apiVersion: v1
                kind: Config
                current-context: c
                clusters: [{name: c, cluster: {server: "http://127.0.0.1:1"}}]
                contexts: [{name: c, context: {cluster: c, user: u}}]
                users: [{name: u, user: %s}]
                """.formatted(user));
        System.setProperty(Config.KUBERNETES_KUBECONFIG_FILE, kubeconfig.toString());
        return new KubernetesConfiguration().kubernetesClient();
    }
}
