package io.elasticjupyter.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.elasticjupyter.integration.FunctionsServer.Answer;
import io.elasticjupyter.local.ResourceEvents.Change;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** An API server that is killed during reconciliation and started again. */
@OnEachCluster
class RestartTest {

    private static final int NOTEBOOKS = 12;

    private final Site site;

    RestartTest(Site site) {
        this.site = site;
    }

    @Test
    void eventsAreRetriedWhileItIsDownAndSucceedAfterTheRestart() throws Exception {
        assumeTrue(site.cluster().restart().isPresent(), "this API server cannot be restarted");
        String namespace = site.namespace();
        List<GenericKubernetesResource> notebooks = IntStream.range(0, NOTEBOOKS)
                .mapToObj(i -> site.apply(namespace, """
                        apiVersion: kubeflow.tkestack.io/v1alpha1
                        kind: JupyterNotebook
                        metadata: {name: n%d}
                        spec: {auth: {token: t}}
                        """.formatted(i)))
                .toList();

        AtomicBoolean back = new AtomicBoolean();
        List<Answer> answers = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var calls = CompletableFuture.runAsync(() -> {
                for (int i = 0; !back.get() || i < NOTEBOOKS; i++) {
                    answers.add(site.send(Change.ADD, notebooks.get(i % NOTEBOOKS)));
                }
            }, threads);
            // During a run: after the first child of some notebook was created.
            await().until(() -> !site.client().secrets().inNamespace(namespace).list().getItems().isEmpty());
            site.cluster().restart().get().run();
            back.set(true);
            calls.get();
        }

        assertThat(answers).allSatisfy(answer -> {
            assertThat(answer.status()).as("%s", answer).isIn(200, 503);
            if (answer.status() == 503) {
                assertThat(answer.response().headers().firstValue("Retry-After")).isPresent();
                assertThat(answer.body()).contains("Send the event again.");
            }
        });
        assertThat(answers).as("the restart was noticed").anyMatch(answer -> answer.status() == 503);

        // A Broker would retry the events that failed.
        await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> assertThat(
                notebooks.stream().map(each -> site.send(Change.ADD, each)).map(Answer::outcome))
                .containsOnly("unchanged"));
        assertThat(site.client().apps().deployments().inNamespace(namespace).list().getItems()).hasSize(NOTEBOOKS);
        assertThat(site.client().services().inNamespace(namespace).list().getItems()).hasSize(NOTEBOOKS);
    }
}
