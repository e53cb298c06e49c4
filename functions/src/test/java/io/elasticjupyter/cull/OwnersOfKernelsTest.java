package io.elasticjupyter.cull;

import static org.assertj.core.api.Assertions.assertThat;

import io.elasticjupyter.api.v1alpha1.JupyterGateway;
import io.elasticjupyter.api.v1alpha1.JupyterKernel;
import io.elasticjupyter.api.v1alpha1.KernelCounts;
import io.elasticjupyter.event.FunctionResult;
import io.elasticjupyter.kubernetes.OwnerReferences;
import io.elasticjupyter.kubernetes.WatchedNamespaces;
import io.embeddedkubernetes.Request;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The cull of a gateway changes the kernels that it controls, and nothing else, whatever it lists. */
class OwnersOfKernelsTest extends CullingOnAnApi {

    /** References that do not make a JupyterKernel the controller of a pod, or a JupyterGateway that of a JupyterKernel. */
    private enum Forgery {
        NO_CONTROLLER(owner -> new OwnerReferenceBuilder(owner).withController(false).build()), ANOTHER_GROUP(
                owner -> new OwnerReferenceBuilder(owner).withApiVersion("example.com/v1alpha1").build()), ANOTHER_KIND(
                        owner -> new OwnerReferenceBuilder(owner).withKind("JupyterNotebook").build());

        private final UnaryOperator<OwnerReference> forge;

        Forgery(UnaryOperator<OwnerReference> forge) {
            this.forge = forge;
        }
    }

    @Test
    void aGatewayThatListsTheKernelOfAnotherOneDoesNotGetItCulled() {
        gateway("thief", 600);
        kernel("g", "1");
        kernel("thief", "2");
        listed("g", "1", "busy", Duration.ZERO);
        listed("thief", "1", "idle", AN_HOUR);
        listed("thief", "2", "idle", Duration.ZERO);

        CullResult result = cull("thief");

        assertThat(result.culled()).isEmpty();
        assertThat(result.kept()).extracting(CullResult.Kept::kernelId).containsExactly("2");
        assertThat(status("thief").kernels()).isEqualTo(new KernelCounts(1, 0, 1, 1, 1));
        assertThat(gateways.requests()).containsExactly("GET /default/thief/api/kernels");
        assertThat(pods()).containsExactly("jovyan-1", "jovyan-2");
        assertThat(kernelStatus("1")).as("the activity that another gateway reports is not written").isNull();
    }

    @Test
    void aKernelIsTheOrphanOfItsOwnGatewayOnly() {
        gateway("other", 600);
        kernel("g", "1");
        kernel("other", "2");
        listed("other", "1", "idle", Duration.ofMinutes(-7));
        listed("g", "2", "idle", Duration.ofMinutes(-7));

        assertThat(cull("g", laterRun()).culled()).extracting(CullResult.Culled::kernelId).containsExactly("1");
        assertThat(pods()).containsExactly("jovyan-2");
    }

    @Test
    void podsThatNoJupyterKernelControlsAreNeverTouched() {
        kernel("1");
        listed("g", "1", "idle", Duration.ofMinutes(-7));
        pod("helm-eg-user-kernel");
        pod("handmade");
        listed("g", "handmade", "idle", AN_HOUR);

        assertThat(cull("g", laterRun()).culled()).isEmpty();
        assertThat(pods()).containsExactly("jovyan-1", "jovyan-handmade", "jovyan-helm-eg-user-kernel");
        assertThat(deleted()).isEmpty();
    }

    @Test
    void aJupyterKernelThatNoGatewayControlsIsNotAnOrphan() {
        pod("1", OwnerReferences.controller(jupyterKernel("1", Optional.empty())));
        kernel("2");
        listed("g", "2", "idle", Duration.ofMinutes(-7));

        assertThat(cull("g", laterRun()).culled()).isEmpty();
        assertThat(pods()).containsExactly("jovyan-1", "jovyan-2");
    }

    @ParameterizedTest
    @EnumSource(Forgery.class)
    void aForgedOwnerOfAPodIsNone(Forgery forgery) {
        JupyterKernel kernel = jupyterKernel("1", Optional.of(owner("g")));
        pod("1", forgery.forge.apply(OwnerReferences.controller(kernel)));
        listed("g", "1", "idle", AN_HOUR);

        assertThat(cull("g", laterRun()).culled()).isEmpty();
        assertThat(gateways.requests()).isEmpty();
        assertThat(pods()).containsExactly("jovyan-1");
    }

    @ParameterizedTest
    @EnumSource(Forgery.class)
    void aForgedOwnerOfAJupyterKernelIsNone(Forgery forgery) {
        JupyterKernel kernel = jupyterKernel("1", Optional.of(forgery.forge.apply(owner("g"))));
        pod("1", OwnerReferences.controller(kernel));
        listed("g", "1", "idle", AN_HOUR);

        assertThat(cull("g", laterRun()).culled()).isEmpty();
        assertThat(gateways.requests()).isEmpty();
        assertThat(pods()).containsExactly("jovyan-1");
    }

    @Test
    void aPodOfAnotherNameIsNotTheOneOfItsOwner() {
        kernel("1");
        listed("g", "1", "busy", Duration.ofMinutes(-7));
        pod("forged", OwnerReferences.controller(client.resources(JupyterKernel.class).inNamespace("default")
                .withName("jovyan-1").get()));

        assertThat(cull("g", laterRun()).culled()).isEmpty();
        assertThat(pods()).containsExactly("jovyan-1", "jovyan-forged");
    }

    @ParameterizedTest
    @ValueSource(strings = {"x?watch=true", "x#y", "../../pods/jovyan-1", "jovyan-1"})
    void theNameInAnOwnerReferenceIsNotUsed(String name) {
        kernel("1");
        listed("g", "1", "busy", Duration.ofMinutes(-7));
        JupyterKernel victim = client.resources(JupyterKernel.class).inNamespace("default").withName("jovyan-1").get();
        JupyterKernel orphan = jupyterKernel("2", Optional.of(owner("g")));
        pod("2", new OwnerReferenceBuilder(OwnerReferences.controller(orphan)).withName(name).build());
        api.clearRequests();

        assertThat(cull("g", laterRun()).culled()).extracting(CullResult.Culled::kernelId).containsExactly("2");

        assertThat(api.requests()).filteredOn(request -> request.method().equals("DELETE")).extracting(Request::path)
                .allSatisfy(path -> assertThat(path).endsWith("/jovyan-2"));
        assertThat(client.resource(victim).get()).isNotNull();
        assertThat(pods()).containsExactly("jovyan-1");
    }

    @Test
    void anObjectThatHasTheNameByNowIsNotDeleted() {
        kernel("1");
        listed("g", "1", "idle", AN_HOUR);
        gateways.beforeRead(() -> {
            client.resources(JupyterKernel.class).inNamespace("default").withName("jovyan-1").delete();
            client.pods().inNamespace("default").withName("jovyan-1").delete();
            kernel("1");
            gateways.beforeRead(() -> {});
        });

        cull("g");

        assertThat(pods()).as("the restarted kernel").containsExactly("jovyan-1");
        assertThat(client.resources(JupyterKernel.class).inNamespace("default").list().getItems()).hasSize(1);
    }

    @Test
    void aGatewayThatIsBeingDeletedIsNotCulled() {
        kernel("1");
        listed("g", "1", "idle", AN_HOUR);
        var gateway = client.resources(JupyterGateway.class).inNamespace("default").withName("g");
        gateway.edit(it -> {
            it.getMetadata().setFinalizers(List.of("example.com/hold"));
            return it;
        });
        gateway.delete();
        try {
            for (String data : List.of("{}", "{\"namespace\":\"default\"}",
                    "{\"namespace\":\"default\",\"gateway\":\"g\"}")) {
                call(ping(data));
            }
            call(podAdded("jovyan-1"));

            assertThat(gateways.requests()).isEmpty();
            assertThat(pods()).containsExactly("jovyan-1");
        } finally {
            gateway.edit(it -> {
                it.getMetadata().setFinalizers(List.of());
                return it;
            });
        }
    }

    @Test
    void aPodAsksItsOwnGatewayAndAForeignPodNone() {
        gateway("other", 600);
        kernel("g", "1");
        kernel("other", "2");
        pod("foreign");

        call(podAdded("jovyan-1"));
        assertThat(gateways.requests()).containsExactly("GET /default/g/api/kernels");

        gateways.reset();
        api.clearRequests();
        call(podAdded("jovyan-foreign"));
        assertThat(gateways.requests()).isEmpty();
        assertThat(api.requests()).extracting(Request::method).containsExactly("GET", "GET", "GET");
    }

    /** The gateway is deleted, and another one gets its name, after the kernels were listed. */
    @Test
    void aPodDoesNotAskAnotherGatewayThatHasTheNameByNow() {
        kernel("g", "1");
        AtomicBoolean first = new AtomicBoolean(true);
        api.failNext(request -> {
            if (request.method().equals("GET") && request.path().endsWith("/jupytergateways/g")
                    && first.getAndSet(false)) {
                client.resources(JupyterGateway.class).inNamespace("default").withName("g").delete();
                gateway("g", 600);
            }
            return false;
        }, 500);

        assertThat(call(podAdded("jovyan-1")).data()).isEqualTo(Map.of("gateways", List.of()));
        assertThat(first).isFalse();
    }

    private static Object kernelStatus(String id) {
        return client.resources(JupyterKernel.class).inNamespace("default").withName("jovyan-" + id).get().getStatus();
    }

    private static FunctionResult call(CloudEvent event) {
        return new CullFunction(new WatchedNamespaces(client, Optional.empty()), Clock.systemUTC(),
                new SimpleMeterRegistry(),
                gateways.urlTemplate(), PingSink.BROKER).apply(event);
    }

    private static CloudEvent ping(String data) {
        return CloudEventBuilder.v1().withId("1").withSource(URI.create("/me")).withType("dev.knative.sources.ping")
                .withData("application/json", data.getBytes(StandardCharsets.UTF_8)).build();
    }

    private static CloudEvent podAdded(String name) {
        return CloudEventBuilder.v1().withId("1").withSource(URI.create("/me"))
                .withType("dev.knative.apiserver.ref.add")
                .withData("application/json",
                        "{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"namespace\":\"default\",\"name\":\"%s\"}"
                                .formatted(name).getBytes(StandardCharsets.UTF_8))
                .build();
    }
}
