package io.elasticjupyter.local;

import io.cloudevents.CloudEvent;
import io.fabric8.knative.duck.v1.DeliverySpec;
import io.fabric8.knative.eventing.v1.Trigger;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;

/** One Trigger at work: its events wait in line, and each is tried until it is taken or given up. */
final class Subscription implements AutoCloseable {

    private final TriggerFilter filter;
    private final RetryPolicy retry;
    private final FunctionCall function;
    private final Consumer<Delivery> log;
    private final Consumer<CloudEvent> replies;
    private final BlockingQueue<CloudEvent> queue = new LinkedBlockingQueue<>();
    private final Thread worker;

    Subscription(Trigger trigger, DeliverySpec brokerDelivery, FunctionCall function, Consumer<Delivery> log,
            Consumer<CloudEvent> replies) {
        this.filter = TriggerFilter.of(trigger.getSpec());
        this.retry = RetryPolicy.of(trigger.getSpec().getDelivery(), brokerDelivery);
        this.function = function;
        this.log = log;
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
                deliver(queue.take());
            }
        } catch (InterruptedException e) {
            // Closed: what still waits is lost, as with everything else that is in memory here.
        }
    }

    private void deliver(CloudEvent event) throws InterruptedException {
        int retries = 0;
        while (true) {
            switch (function.call(event)) {
                case FunctionCall.Result.Taken(var reply) -> {
                    log.accept(new Delivery.Taken(event, function.path(), reply));
                    reply.ifPresent(replies);
                    return;
                }
                case FunctionCall.Result.Failed(var reason, var mayWorkLater) -> {
                    if (!mayWorkLater || retries == retry.retries()) {
                        log.accept(new Delivery.DeadLetter(event, function.path(), reason));
                        return;
                    }
                    Duration pause = retry.pause(retries++);
                    log.accept(new Delivery.Postponed(event, function.path(), reason, pause));
                    Thread.sleep(pause);
                }
            }
        }
    }
}
