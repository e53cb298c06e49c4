package io.elasticjupyter.local;

import io.cloudevents.CloudEvent;
import java.net.URI;
import java.net.http.HttpClient;
import java.util.List;
import java.util.function.Consumer;

/**
 * Replaces the Knative Broker and its Triggers: keeps events in memory and delivers each one to the functions whose Trigger
 * matches. An event in a function's response is added as a new event.
 */
final class Broker implements AutoCloseable {

    private final HttpClient http = FunctionCall.client();
    private final List<Subscription> subscriptions;
    private final DeadLetters deadLetters;

    Broker(Wiring wiring, URI functions, Consumer<Delivery> log) {
        var delivery = wiring.broker().getSpec() == null ? null : wiring.broker().getSpec().getDelivery();
        this.deadLetters = DeadLetters.of(wiring.broker(), http, functions, log, this::publish);
        this.subscriptions = wiring.triggers().stream()
                .map(trigger -> new Subscription(trigger, delivery,
                        new FunctionCall(http, functions.resolve(trigger.getSpec().getSubscriber().getUri()),
                                trigger.getMetadata().getNamespace()),
                        log, this::publish, deadLetters::send))
                .toList();
        subscriptions.forEach(Subscription::start);
    }

    /** Adds an event without waiting for its delivery. */
    void publish(CloudEvent event) {
        subscriptions.forEach(subscription -> subscription.offer(event));
    }

    @Override
    public void close() {
        subscriptions.forEach(Subscription::close);
        deadLetters.close();
        http.shutdownNow();
    }
}
