package io.embeddedkubernetes;

import static io.embeddedkubernetes.ApiClient.CONFIG_MAPS;
import static io.embeddedkubernetes.ApiClient.configMap;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The embedded API over TLS. */
class EmbeddedTlsTest {

    private static final String PASSWORD = "changeit";

    @TempDir
    Path folder;

    @Test
    void answersStreamsAndUpgrades() throws Exception {
        var tls = tls();
        try (var api = EmbeddedApi.start(0, tls);
                var client = new ApiClient(new ApiServer.Access(api.url(), "", Optional.of(tls), ""), "default")) {
            assertThat(api.url().getScheme()).isEqualTo("https");
            assertThat(client.post(CONFIG_MAPS, configMap("a", "{k: '" + "ö".repeat(100_000) + "'}")).status())
                    .isEqualTo(201);
            assertThat(client.get(CONFIG_MAPS + "/a").text("data", "k")).hasSize(100_000);
            try (var events = client.watch(CONFIG_MAPS + "?watch=1");
                    var messages = client.webSocket(CONFIG_MAPS + "?watch=1")) {
                assertThat(events.nextShort()).isEqualTo("ADDED a");
                assertThat(messages.next()).startsWith("{\"type\":\"ADDED\"");
                client.delete(CONFIG_MAPS + "/a");
                assertThat(events.nextShort()).isEqualTo("DELETED a");
                assertThat(messages.next()).startsWith("{\"type\":\"DELETED\"");
            }
            ApiClient.await(() -> api.watchers() == 0);
        }
    }

    private SSLContext tls() throws Exception {
        var keys = folder.resolve("keys.p12");
        var keytool = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair", "-alias", "api", "-dname", "CN=127.0.0.1", "-ext", "san=ip:127.0.0.1", "-keyalg", "EC",
                "-storetype", "PKCS12", "-storepass", PASSWORD, "-keystore", keys.toString()).inheritIO().start();
        assertThat(keytool.waitFor()).isZero();
        var store = KeyStore.getInstance(keys.toFile(), PASSWORD.toCharArray());
        var keyManagers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keyManagers.init(store, PASSWORD.toCharArray());
        var trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("api", store.getCertificate("api"));
        var trustManagers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trustManagers.init(trusted);
        var context = SSLContext.getInstance("TLS");
        context.init(keyManagers.getKeyManagers(), trustManagers.getTrustManagers(), null);
        return context;
    }
}
