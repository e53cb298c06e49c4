package io.elasticjupyter.local;

import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.fabric8.knative.duck.v1.DeliverySpec;
import io.fabric8.knative.eventing.v1.Broker;
import java.net.URI;
import java.net.http.HttpClient;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;

/**
 * Delivers the events on which a Broker gave up to its dead-letter sink, if it has one. Events that the sink rejects are lost.
 */
final class DeadLetters implements AutoCloseable {

    /** Limit of the encoded response body, as in Knative. */
    private static final int MOST_CHARACTERS = 1024;

    private final ExecutorService deliveries = Executors.newVirtualThreadPerTaskExecutor();
    private final Optional<RetryingCall> sink;
    private final Consumer<CloudEvent> replies;

    private DeadLetters(Optional<RetryingCall> sink, Consumer<CloudEvent> replies) {
        this.sink = sink;
        this.replies = replies;
    }

    static DeadLetters of(Broker broker, HttpClient http, URI functions, Consumer<Delivery> log,
            Consumer<CloudEvent> replies) {
        DeliverySpec delivery = broker.getSpec() == null ? null : broker.getSpec().getDelivery();
        return new DeadLetters(Optional.ofNullable(delivery).map(DeliverySpec::getDeadLetterSink)
                .map(sink -> new RetryingCall(
                        new FunctionCall(http, functions.resolve(sink.getUri()), broker.getMetadata().getNamespace()),
                        RetryPolicy.of(null, delivery), log, lost -> {})),
                replies);
    }

    /** Adds the attributes that Knative adds to a dead letter. */
    static CloudEvent letter(CloudEvent event, URI destination, int status, byte[] body) {
        String data = Base64.getEncoder().encodeToString(body);
        return CloudEventBuilder.from(event)
                .withExtension("knativeerrordest", destination.toString())
                .withExtension("knativeerrorcode", status)
                .withExtension("knativeerrordata", data.substring(0, Math.min(data.length(), MOST_CHARACTERS)))
                .build();
    }

    /** Adds a dead letter without waiting for its delivery. */
    void send(CloudEvent letter) {
        sink.ifPresent(call -> deliveries.submit(() -> {
            call.deliver(letter).ifPresent(replies);
            return null;
        }));
    }

    @Override
    public void close() {
        deliveries.shutdownNow();
    }
}
