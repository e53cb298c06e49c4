package io.elasticjupyter.local;

import io.cloudevents.CloudEvent;
import io.fabric8.knative.duck.v1.DeliverySpec;
import io.fabric8.knative.eventing.v1.Trigger;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;

/** The delivery of one Trigger: events wait in a queue, and each is retried until it is accepted or dead-lettered. */
final class Subscription implements AutoCloseable {

    private final TriggerFilter filter;
    private final RetryingCall call;
    private final Consumer<CloudEvent> replies;
    private final BlockingQueue<CloudEvent> queue = new LinkedBlockingQueue<>();
    private final Thread worker;

    Subscription(Trigger trigger, DeliverySpec brokerDelivery, FunctionCall function, Consumer<Delivery> log,
            Consumer<CloudEvent> replies, Consumer<CloudEvent> deadLetters) {
        this.filter = TriggerFilter.of(trigger.getSpec());
        this.call = new RetryingCall(function, RetryPolicy.of(trigger.getSpec().getDelivery(), brokerDelivery), log,
                deadLetters);
        this.replies = replies;
        this.worker = Thread.ofVirtual().name("trigger " + trigger.getMetadata().getName()).unstarted(this::work);
    }

    void start() {
        worker.start();
    }

    void offer(CloudEvent event) {
        if (filter.matches(event)) {
            queue.add(event);
        }
    }

    @Override
    public void close() {
        worker.interrupt();
    }

    private void work() {
        try {
            while (true) {
                call.deliver(queue.take()).ifPresent(replies);
            }
        } catch (InterruptedException e) {
            // Closed: waiting events are lost, because the queue is in memory.
        }
    }
}
