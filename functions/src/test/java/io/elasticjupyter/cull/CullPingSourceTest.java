package io.elasticjupyter.cull;

import static org.assertj.core.api.Assertions.assertThat;

import io.elasticjupyter.api.v1alpha1.Conditions;
import io.elasticjupyter.api.v1alpha1.JupyterGateway;
import io.elasticjupyter.cull.CullPingSource.Armed;
import io.elasticjupyter.cull.policy.CullSchedule;
import io.elasticjupyter.kubernetes.OwnerReferences;
import io.embeddedkubernetes.Request;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.OwnerReference;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CullPingSourceTest extends CullingOnAnApi {

    private static final Instant SOON = Instant.now().truncatedTo(ChronoUnit.SECONDS).plusSeconds(60);
    private static final Instant LATER = SOON.plusSeconds(60);

    private final CullPingSource pingSources = new CullPingSource(client, "elastic-jupyter-culler", PingSink.BROKER,
            Clock.systemUTC());

    @BeforeEach
    void removeThem() {
        client.genericKubernetesResources(CullPingSource.PING_SOURCES).inNamespace("default").delete();
    }

    @Test
    void itIsWrittenOnlyIfItChanges() {
        assertThat(arm(Optional.empty(), Optional.of(SOON))).isEqualTo(new Armed(Optional.of(SOON), Optional.empty()));
        api.clearRequests();

        assertThat(arm(seen(), Optional.of(SOON)).at()).contains(SOON);

        assertThat(api.requests()).noneMatch(Request::changed);
        assertThat(arm(seen(), Optional.of(LATER)).at()).contains(LATER);
        assertThat(schedule()).isEqualTo(CullSchedule.cron(LATER));
        assertThat(arm(seen(), Optional.empty()).at()).isEmpty();
        assertThat(pingSource("g")).isNull();
    }

    @Test
    void anOlderRunDoesNotDeleteOrDelayTheScheduleOfANewerOne() {
        arm(Optional.empty(), Optional.of(LATER));
        Optional<GenericKubernetesResource> older = seen();
        arm(older, Optional.of(SOON));

        assertThat(arm(older, Optional.empty()).at()).contains(SOON);
        assertThat(arm(older, Optional.of(LATER)).at()).contains(SOON);
        assertThat(arm(Optional.empty(), Optional.of(LATER)).at()).as("there was none").contains(SOON);
        assertThat(schedule()).isEqualTo(CullSchedule.cron(SOON));
    }

    @Test
    void anOlderRunWithAnEarlierScheduleAppliesIt() {
        arm(Optional.empty(), Optional.of(LATER));
        Optional<GenericKubernetesResource> older = seen();
        arm(older, Optional.of(LATER.plusSeconds(60)));

        assertThat(arm(older, Optional.of(SOON)).at()).contains(SOON);
        assertThat(schedule()).isEqualTo(CullSchedule.cron(SOON));
    }

    @Test
    void itIsCreatedAgainIfAnOlderRunHasDeletedIt() {
        arm(Optional.empty(), Optional.of(LATER));
        Optional<GenericKubernetesResource> seen = seen();
        client.resource(seen.get()).delete();

        assertThat(arm(seen, Optional.of(SOON)).at()).contains(SOON);
        assertThat(schedule()).isEqualTo(CullSchedule.cron(SOON));
    }

    @Test
    void aScheduleThatHasPassedWhenItIsWrittenIsWrittenAgain() {
        AtomicReference<Instant> now = new AtomicReference<>(SOON.minusSeconds(5));
        AtomicInteger slow = new AtomicInteger(2);
        api.onRequest(request -> {
            if (request.method().equals("PATCH") && request.path().endsWith("/pingsources/g-cull")
                    && slow.getAndDecrement() > 0) {
                now.updateAndGet(then -> then.plusSeconds(11));
            }
        });
        Clock clock = ((InstantSource) now::get).withZone(ZoneOffset.UTC);

        Armed armed = new CullPingSource(client, "elastic-jupyter-culler", PingSink.BROKER, clock)
                .arm(gateway(), Optional.empty(), Optional.of(SOON));

        assertThat(armed.at()).hasValueSatisfying(at -> assertThat(at).isAfter(now.get().plusSeconds(1)));
        assertThat(schedule()).isEqualTo(CullSchedule.cron(armed.at().get()));
        slow.set(0);
    }

    @Test
    void thatOfSomebodyElseIsNeitherChangedNorDeleted() {
        GenericKubernetesResource foreign = client.resource("""
                apiVersion: sources.knative.dev/v1
                kind: PingSource
                metadata: {name: g-cull, namespace: default}
                spec: {schedule: "0 0 1 1 *", sink: {uri: "http://billing.example"}}
                """).create() instanceof GenericKubernetesResource made ? made : null;
        assertThat(foreign).isNotNull();
        kernel("1");
        listed("g", "1", "idle", Duration.ofSeconds(60));

        CullResult result = cull("g");

        assertThat(result.nextCull()).isNull();
        assertThat(Conditions.of(status("g")).find("CullScheduled")).hasValueSatisfying(condition -> {
            assertThat(condition.getStatus()).isEqualTo("False");
            assertThat(condition.getReason()).isEqualTo("NameTaken");
            assertThat(condition.getMessage()).contains("PingSource 'g-cull'").contains("Delete it");
        });
        client.pods().inNamespace("default").delete();
        cull("g");
        assertThat(pingSource("g").getMetadata().getResourceVersion())
                .isEqualTo(foreign.getMetadata().getResourceVersion());
        assertThat(Conditions.of(status("g")).find("CullScheduled")).as("none is needed").isEmpty();

        OwnerReference other = OwnerReferences.controller(gateway());
        other.setController(false);
        GenericKubernetesResource notOurs = pingSource("g");
        notOurs.getMetadata().setOwnerReferences(List.of(other));
        client.resource(notOurs).update();
        assertThat(arm(seen(), Optional.of(SOON)).problem()).isPresent();

        client.resource(pingSource("g")).delete();
        kernel("2");
        cull("g");
        assertThat(pingSource("g")).isNotNull();
        assertThat(Conditions.of(status("g")).find("CullScheduled")).isEmpty();
    }

    private Armed arm(Optional<GenericKubernetesResource> seen, Optional<Instant> next) {
        return pingSources.arm(gateway(), seen, next);
    }

    private static Optional<GenericKubernetesResource> seen() {
        return Optional.ofNullable(CullPingSource.list(client, "default").get("g-cull"));
    }

    private static String schedule() {
        return pingSource("g").get("spec", "schedule");
    }

    private static JupyterGateway gateway() {
        return client.resources(JupyterGateway.class).inNamespace("default").withName("g").get();
    }
}
