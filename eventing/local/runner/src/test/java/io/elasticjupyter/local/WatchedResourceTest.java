package io.elasticjupyter.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.cloudevents.CloudEvent;
import io.elasticjupyter.local.ResourceEvents.Change;
import io.fabric8.knative.sources.v1.ApiServerSource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WatchedResourceTest {

    /** By its extensions, a Trigger tells the events of a source from those of another one about the same kind. */
    @Test
    void theExtensionsOfASourceAreOnItsEvents() {
        ApiServerSource source = Serialization.unmarshal("""
                apiVersion: sources.knative.dev/v1
                kind: ApiServerSource
                metadata: {name: s, namespace: n}
                spec:
                  mode: Reference
                  namespaceSelector: {}
                  resources:
                    - {apiVersion: v1, kind: Pod, selector: {matchLabels: {a: b}}}
                  ceOverrides: {extensions: {watch: waitingpods}}
                """, ApiServerSource.class);
        GenericKubernetesResource pod = new GenericKubernetesResourceBuilder().withApiVersion("v1").withKind("Pod")
                .withNewMetadata().withName("p").withNamespace("n").endMetadata().build();

        WatchedResource watched = WatchedResource.of(source).findFirst().orElseThrow();
        CloudEvent event = new ResourceEvents(URI.create("https://api"), watched.mode(), watched.extensions())
                .event(Change.UPDATE, pod);

        assertThat(event.getExtension("watch")).isEqualTo("waitingpods");
        assertThat(new TriggerFilter.Exact(Map.of("watch", "waitingpods", "kind", "Pod")).matches(event)).isTrue();
        assertThat(new TriggerFilter.Exact(Map.of("watch", "other")).matches(event)).isFalse();
        source.getSpec().setCeOverrides(null);
        assertThat(WatchedResource.of(source)).singleElement()
                .satisfies(each -> assertThat(each.extensions()).isEmpty());
    }
}
