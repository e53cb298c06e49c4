package io.elasticjupyter.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.elasticjupyter.local.FunctionStub.Answer;
import io.elasticjupyter.local.ResourceEvents.Change;
import io.elasticjupyter.local.ResourceEvents.Mode;
import io.fabric8.knative.duck.v1.DeliverySpecBuilder;
import io.fabric8.knative.eventing.v1.BrokerBuilder;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The Broker with the Triggers of {@code eventing/knative}, with shorter delays. */
class BrokerTest {

    private final Wiring wiring = impatient(Wiring.read());
    private final BlockingQueue<Delivery> log = new LinkedBlockingQueue<>();

    @Test
    void deliversEachKindToItsFunction() throws Exception {
        try (var stub = new FunctionStub(); var broker = new Broker(wiring, stub.url(), log::add)) {
            broker.publish(event("03-jupyternotebook-add.http"));
            assertThat(stub.next().path()).isEqualTo("/reconcileNotebook");
            broker.publish(event("02-jupytergateway-add.http"));
            assertThat(List.of(stub.next().path(), stub.next().path()))
                    .containsExactlyInAnyOrder("/reconcileNotebook", "/reconcileGateway");
            broker.publish(event("07-deployment-add.http"));
            assertThat(List.of(stub.next().path(), stub.next().path()))
                    .containsExactlyInAnyOrder("/reconcileNotebook", "/reconcileGateway");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {408, 429, 500, 502, 503})
    void retriesWhenARetryMaySucceed(int status) throws Exception {
        try (var stub = new FunctionStub(Answer.status(status), Answer.status(status));
                var broker = new Broker(wiring, stub.url(), log::add)) {
            broker.publish(event("03-jupyternotebook-add.http"));

            String id = stub.next().headers().get("ce-id");
            assertThat(stub.next().headers()).containsEntry("ce-id", id);
            assertThat(stub.next().headers()).containsEntry("ce-id", id);
            assertThat(next()).isEqualTo(new Delivery.Postponed(lastLogged.event(), "/reconcileNotebook",
                    "answered " + status, Duration.ofMillis(1)));
            assertThat(next()).isInstanceOfSatisfying(Delivery.Postponed.class,
                    postponed -> assertThat(postponed.pause()).isEqualTo(Duration.ofMillis(2)));
            assertThat(next()).isInstanceOf(Delivery.Accepted.class);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 404, 413})
    void doesNotRetryWhenTheEventIsInvalid(int status) throws Exception {
        var problem = new Answer(status, Map.of("content-type", "application/problem+json"),
                "{\"detail\": \"Send another.\"}");
        try (var stub = new FunctionStub(problem); var broker = new Broker(wiring, stub.url(), log::add)) {
            broker.publish(event("03-jupyternotebook-add.http"));

            assertThat(next()).isInstanceOf(Delivery.DeadLetter.class);
            assertThat(EventLines.line(lastLogged)).get().asString()
                    .startsWith("JupyterNotebook default/jupyternotebook-elastic")
                    .endsWith("dead letter: answered " + status + ": Send another.");
            assertThat(stub.next()).isNotNull();
            assertThat(stub.waiting()).isZero();
        }
    }

    @Test
    void givesUpAfterTheLastRetryAndDeliversTheNextEvent() throws Exception {
        Answer no = Answer.status(503);
        try (var stub = new FunctionStub(no, no, no, no); var broker = new Broker(wiring, stub.url(), log::add)) {
            broker.publish(event("03-jupyternotebook-add.http"));
            broker.publish(CloudEventBuilder.v1(event("03-jupyternotebook-add.http")).withId("next").build());

            for (int tries = 1; tries <= 3; tries++) {
                assertThat(next()).isInstanceOf(Delivery.Postponed.class);
            }
            assertThat(next()).isInstanceOf(Delivery.DeadLetter.class);
            assertThat(next()).isInstanceOf(Delivery.Accepted.class);
            assertThat(lastLogged.event().getId()).isEqualTo("next");
        }
    }

    @Test
    void retriesWhenTheFunctionsAreUnreachable() throws Exception {
        try (var broker = new Broker(wiring, URI.create("http://127.0.0.1:" + FreePort.any()), log::add)) {
            broker.publish(event("03-jupyternotebook-add.http"));
            assertThat(next()).isInstanceOfSatisfying(Delivery.Postponed.class,
                    postponed -> assertThat(postponed.reason()).startsWith("no answer"));
        }
    }

    @Test
    void aResponseThatIsNeitherEmptyNorAnEventIsAFailure() throws Exception {
        try (var stub = new FunctionStub(new Answer(200, Map.of("content-type", "text/plain"), "done"));
                var broker = new Broker(wiring, stub.url(), log::add)) {
            broker.publish(event("03-jupyternotebook-add.http"));
            assertThat(next()).isInstanceOf(Delivery.Postponed.class);
            assertThat(next()).isInstanceOf(Delivery.Accepted.class);
        }
    }

    @Test
    void aReplyIsPublishedButNotDeliveredToItsOwnFunction() throws Exception {
        var reply = new Answer(200, Map.of("ce-specversion", "1.0", "ce-id", "2", "ce-source", "/functions",
                "ce-type", "io.elasticjupyter.reconciled", "ce-kind", "JupyterNotebook", "ce-outcome", "created"), "");
        try (var stub = new FunctionStub(reply); var broker = new Broker(wiring, stub.url(), log::add)) {
            broker.publish(event("03-jupyternotebook-add.http"));
            assertThat(stub.next().headers()).containsEntry("ce-type", "dev.knative.apiserver.ref.add");
            assertThat(next()).isInstanceOf(Delivery.Accepted.class);
            assertThat(EventLines.line(lastLogged)).get().asString().endsWith("created");

            // Would arrive after the reply, if the reply were delivered.
            broker.publish(event("13-jupyternotebook-delete.http"));
            assertThat(stub.next().headers()).containsEntry("ce-type", "dev.knative.apiserver.ref.delete");
            assertThat(stub.waiting()).isZero();
        }
    }

    @Test
    void anUndeliveredEventGoesToTheDeadLetterSinkWithTheFailure() throws Exception {
        var delivery = new DeliverySpecBuilder(Wiring.read().broker().getSpec().getDelivery()).withRetry(0).build();
        var withSink = new Wiring(wiring.watched(),
                new BrokerBuilder(wiring.broker()).editSpec().withDelivery(delivery).endSpec().build(),
                wiring.triggers());
        try (var stub = new FunctionStub(new Answer(500, Map.of(), "broken"));
                var broker = new Broker(withSink, stub.url(), log::add)) {
            broker.publish(event("03-jupyternotebook-add.http"));

            assertThat(stub.next().path()).isEqualTo("/reconcileNotebook");
            assertThat(stub.next()).satisfies(letter -> {
                assertThat(letter.path()).isEqualTo("/deadLetter");
                assertThat(letter.headers()).containsEntry("ce-knativeerrordest", stub.url() + "/reconcileNotebook")
                        .containsEntry("ce-knativeerrorcode", "500").containsEntry("ce-knativeerrordata", "YnJva2Vu")
                        .containsEntry("ce-kind", "JupyterNotebook");
                assertThat(letter.body()).contains("jupyternotebook-elastic");
            });
        }
    }

    private Delivery lastLogged;

    private Delivery next() throws InterruptedException {
        lastLogged = log.poll(10, TimeUnit.SECONDS);
        return lastLogged;
    }

    private static CloudEvent event(String file) throws Exception {
        RecordedRequest recorded = RecordedRequest.read(file);
        Change change = recorded.headers().get("Ce-Type").endsWith("delete") ? Change.DELETE : Change.ADD;
        return new ResourceEvents(URI.create("https://127.0.0.1:6443"), Mode.REFERENCE).event(change,
                Serialization.unmarshal(recorded.body(), GenericKubernetesResource.class));
    }

    private static Wiring impatient(Wiring wiring) {
        var delivery = new DeliverySpecBuilder().withRetry(3).withBackoffPolicy("exponential")
                .withBackoffDelay("PT0.001S").build();
        var broker = new BrokerBuilder(wiring.broker()).editSpec().withDelivery(delivery).endSpec().build();
        return new Wiring(wiring.watched(), broker, wiring.triggers());
    }
}
