package io.elasticjupyter.application;

import io.embeddedkubernetes.EmbeddedApi;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Primary;

/** An embedded API server with the project's CRDs that replaces the cluster. */
@TestConfiguration(proxyBeanMethods = false)
class ApiForTests {

    @Bean
    EmbeddedApi api() throws IOException {
        return EmbeddedApi.start(0);
    }

    @Bean
    @Primary
    KubernetesClient clientOfApi(EmbeddedApi api) throws IOException {
        KubernetesClient client = KubernetesConfiguration
                .client(new ConfigBuilder(Config.empty()).withMasterUrl(api.url().toString())
                        .withRequestTimeout(30_000).withRequestRetryBackoffLimit(0).build());
        try (Stream<Path> crds = Files.list(Path.of(System.getProperty("repository.root"), "deploy", "crds"))) {
            for (Path crd : crds.filter(file -> file.getFileName().toString().startsWith("jupyter")).toList()) {
                client.resources(CustomResourceDefinition.class).load(crd.toFile()).create();
            }
        }
        return client;
    }
}
