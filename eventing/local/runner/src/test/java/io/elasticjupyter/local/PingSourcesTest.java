package io.elasticjupyter.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import io.elasticjupyter.local.FunctionStub.Answer;
import io.elasticjupyter.local.FunctionStub.Request;
import io.fabric8.knative.sources.v1.PingSource;
import io.fabric8.knative.sources.v1.PingSourceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** PingSources on the embedded API that send to a stub of the functions. */
class PingSourcesTest {

    private static final String DATA = "{\"gateway\":\"jupytergateway-elastic\"}";
    private static final String EVERY_SECOND = "* * * * * *";
    private static final String NEW_YEAR = "0 0 0 1 1 *";

    private static ApiServer api;
    private static KubernetesClient client;

    private final Wiring wiring = Wiring.read();
    private Broker broker;
    private final StringWriter printed = new StringWriter();

    @BeforeAll
    static void start() {
        api = EmbeddedApiServer.start(0);
        client = new KubernetesClientBuilder().withConfig(api.config()).build();
        assertThat(PingSourceDefinition.provide(client, api)).isTrue();
        assertThat(PingSourceDefinition.provide(client, api)).as("provided again").isTrue();
    }

    @AfterAll
    static void end() {
        client.close();
        api.close();
    }

    @AfterEach
    void deleteAll() {
        broker.close();
        client.resources(PingSource.class).inNamespace("default").delete();
    }

    @Test
    void sendsTheEventThatKnativeSends() throws Exception {
        RecordedRequest recorded = RecordedRequest.read("ping/01-pingsource.http");
        try (var stub = new FunctionStub(); var pings = start(stub, Clock.systemUTC())) {
            apply("cull-kernels", cron(Instant.now().plusSeconds(2)));
            Request request = stub.next();

            assertThat(request.path()).isEqualTo("/cullKernels");
            assertThat(request.body()).isEqualTo(recorded.body());
            assertThat(lasting(request.headers())).isEqualTo(lasting(recorded.headers()));
            assertThat(UUID.fromString(request.headers().get("ce-id"))).isNotNull();
            assertThat(OffsetDateTime.parse(request.headers().get("ce-time")).getOffset()).isEqualTo(ZoneOffset.UTC);
            assertThat(pings.next("default", "cull-kernels")).get()
                    .satisfies(
                            next -> assertThat(Duration.between(Instant.now(), next).toDays()).isBetween(363L, 366L));
            await().untilAsserted(() -> assertThat(printed.toString())
                    .containsPattern("PingSource default/cull-kernels +ping +→ /cullKernels +accepted"));
        }
    }

    @Test
    void anEventToTheBrokerIsDeliveredByATrigger() throws Exception {
        try (var stub = new FunctionStub(FunctionStub.Answer.status(503)); var pings = start(stub, Clock.systemUTC())) {
            pings.send(wiring.resync());

            assertThat(List.of(stub.next(), stub.next(), stub.next()))
                    .allSatisfy(request -> assertThat(request.headers()).containsEntry("ce-function", "resync"))
                    .extracting(Request::path).as("a failed delivery is retried")
                    .contains("/cullKernels", "/resync");
        }
    }

    @Test
    void aYearlyScheduleIsDueAtNewYear() throws Exception {
        Instant midnight = Instant.parse("2027-01-01T00:00:00Z");
        Clock justBefore = Clock.offset(Clock.systemUTC(), Duration.between(Instant.now(), midnight.minusSeconds(2)));
        try (var stub = new FunctionStub(); var pings = start(stub, justBefore)) {
            apply("g-cull", NEW_YEAR);
            assertThat(stub.next().headers().get("ce-time")).startsWith("2027-01-01T00:00:0");
            assertThat(pings.next("default", "g-cull")).contains(Instant.parse("2028-01-01T00:00:00Z"));
        }
    }

    @Test
    void aChangedScheduleRearmsThePingSource() throws Exception {
        try (var stub = new FunctionStub(); var pings = start(stub, Clock.systemUTC())) {
            apply("g-cull", cron(Instant.now().minusSeconds(60)));
            await().untilAsserted(() -> assertThat(pings.next("default", "g-cull")).isPresent());
            assertThat(stub.waiting()).isZero();
            apply("g-cull", cron(Instant.now().plusSeconds(2)));
            assertThat(stub.next()).isNotNull();
        }
    }

    @Test
    void aStatusUpdateDoesNotRearmThePingSource() throws Exception {
        Instant due = Instant.now().plusSeconds(3);
        try (var stub = new FunctionStub(); var pings = start(stub, Clock.systemUTC())) {
            PingSource source = apply("g-cull", cron(due));
            client.resource(
                    new PingSourceBuilder(source).withNewStatus().withObservedGeneration(1L).endStatus().build())
                    .updateStatus();
            assertThat(stub.next()).isNotNull();
            assertThat(pings.next("default", "g-cull")).isPresent();
            assertThat(stub.waiting()).isZero();
        }
    }

    @Test
    void aDeletedPingSourceSendsNoEvents() throws Exception {
        try (var stub = new FunctionStub(); var pings = start(stub, Clock.systemUTC())) {
            PingSource source = apply("g-cull", EVERY_SECOND);
            assertThat(stub.next()).isNotNull();
            assertThat(stub.next()).isNotNull();
            client.resource(source).delete();
            await().untilAsserted(() -> assertThat(pings.next("default", "g-cull")).isEmpty());

            apply("other-cull", EVERY_SECOND);
            Request request = stub.next();
            while (!request.headers().get("ce-source").endsWith("other-cull")) {
                request = stub.next(); // may have been in flight
            }
            assertThat(stub.next().headers().get("ce-source")).endsWith("other-cull");
            assertThat(stub.next().headers().get("ce-source")).endsWith("other-cull");
        }
    }

    @Test
    void retriesAndPrintsTheOutcome() throws Exception {
        var culled = new Answer(200, Map.of("ce-specversion", "1.0", "ce-id", "2", "ce-source", "/functions",
                "ce-type", "io.elasticjupyter.culled", "ce-outcome", "culled 1, kept 2"), "");
        try (var stub = new FunctionStub(Answer.status(503), culled); var pings = start(stub, Clock.systemUTC())) {
            apply("g-cull", cron(Instant.now().plusSeconds(2)));
            String id = stub.next().headers().get("ce-id");
            assertThat(stub.next().headers()).containsEntry("ce-id", id);
            await().untilAsserted(() -> assertThat(printed.toString().lines().toList()).hasSize(2)
                    .satisfies(lines -> assertThat(lines.getFirst()).contains("answered 503; retrying in 0"))
                    .satisfies(lines -> assertThat(lines.getLast()).matches(
                            "PingSource default/g-cull +ping +→ /cullKernels +culled 1, kept 2")));
            assertThat(pings.next("default", "g-cull")).isPresent();
        }
    }

    @Test
    void anInvalidScheduleIsReportedAndOthersContinue() throws Exception {
        try (var stub = new FunctionStub(); var pings = start(stub, Clock.systemUTC())) {
            apply("a-wrong", "@every 5s");
            apply("g-cull", EVERY_SECOND);
            assertThat(stub.next().headers().get("ce-source")).endsWith("g-cull");
            assertThat(pings.next("default", "a-wrong")).isEmpty();
            assertThat(printed.toString()).contains("PingSource default/a-wrong is never due: ");
        }
    }

    @Test
    void thePingSourcesOfTheManifestsAreArmedWithoutBeingApplied() throws Exception {
        Clock justBefore = Clock.offset(Clock.systemUTC(),
                Duration.between(Instant.now(), Instant.parse("2026-11-22T00:59:58Z")));
        try (var stub = new FunctionStub(); var pings = start(wiring, stub, justBefore)) {
            // One event; the order of its Triggers is not defined.
            assertThat(List.of(stub.next(), stub.next(), stub.next()))
                    .extracting(Request::path, request -> request.headers().get("ce-source"))
                    .containsExactlyInAnyOrder(
                            tuple("/cullKernels", "/apis/v1/namespaces/elastic-jupyter/pingsources/resync"),
                            tuple("/reclaimKernels", "/apis/v1/namespaces/elastic-jupyter/pingsources/resync"),
                            tuple("/resync", "/apis/v1/namespaces/elastic-jupyter/pingsources/resync"));
            assertThat(pings.next("elastic-jupyter", "resync")).contains(Instant.parse("2026-11-22T02:00:00Z"));
        }
    }

    @Test
    void aPingSourceWithAnotherSinkIsIgnored() throws Exception {
        try (var stub = new FunctionStub(); var pings = start(stub, Clock.systemUTC())) {
            PingSource foreign = new PingSourceBuilder(source("a-foreign", EVERY_SECOND)).editSpec().editSink()
                    .editRef().withNamespace("default").endRef().endSink().endSpec().build();
            client.resource(foreign).serverSideApply();
            apply("g-cull", EVERY_SECOND);
            assertThat(stub.next().headers().get("ce-source")).endsWith("g-cull");
            assertThat(pings.next("default", "a-foreign")).isEmpty();
        }
    }

    private PingSources start(FunctionStub stub, Clock clock) {
        return start(new Wiring(wiring.watched(), wiring.broker(), wiring.triggers()), stub, clock);
    }

    private PingSources start(Wiring wired, FunctionStub stub, Clock clock) {
        var lines = new EventLines(new PrintWriter(printed, true));
        broker = new Broker(wired, stub.url(), lines::print);
        return PingSources.start(client, wired, broker, stub.url(), lines, clock);
    }

    private static PingSource apply(String name, String schedule) {
        return client.resource(source(name, schedule)).forceConflicts().serverSideApply();
    }

    private static PingSource source(String name, String schedule) {
        return new PingSourceBuilder()
                .withNewMetadata().withName(name).withNamespace("default").endMetadata()
                .withNewSpec()
                .withSchedule(schedule)
                .withTimezone("UTC")
                .withContentType("application/json")
                .withData(DATA)
                .withNewSink()
                .withNewRef().withApiVersion("serving.knative.dev/v1").withKind("Service").withName("culler")
                .withNamespace("elastic-jupyter").endRef()
                .withUri("/cullKernels")
                .endSink()
                .endSpec()
                .build();
    }

    /** Returns the schedule in the form in which the functions write it. */
    private static String cron(Instant instant) {
        var at = instant.atOffset(ZoneOffset.UTC);
        return "%d %d %d %d %d *".formatted(at.getSecond(), at.getMinute(), at.getHour(), at.getDayOfMonth(),
                at.getMonthValue());
    }

    /** Returns the headers that are the same for every event, and the names of all attributes. */
    private static Map<String, String> lasting(Map<String, String> headers) {
        return Map.of("source", headers.get("ce-source"), "type", headers.get("ce-type"),
                "specversion", headers.get("ce-specversion"), "content-type", headers.get("content-type"),
                "kn-namespace", headers.get("kn-namespace"),
                "attributes", headers.keySet().stream().map(String::toLowerCase)
                        .filter(name -> name.startsWith("ce-")).sorted().toList().toString());
    }
}
