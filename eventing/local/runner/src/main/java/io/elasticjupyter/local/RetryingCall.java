package io.elasticjupyter.local;

import io.cloudevents.CloudEvent;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Delivers events to one function, with retries, until each event is accepted or dead-lettered.
 *
 * @param function the function
 * @param retry the retry policy
 * @param log the receiver of the result of each attempt
 * @param deadLetters the receiver of events that could not be delivered
 */
record RetryingCall(FunctionCall function, RetryPolicy retry, Consumer<Delivery> log,
        Consumer<CloudEvent> deadLetters) {

    /** Returns the event in the function's last response, if any. */
    Optional<CloudEvent> deliver(CloudEvent event) throws InterruptedException {
        int retries = 0;
        while (true) {
            switch (function.call(event)) {
                case FunctionCall.Result.Accepted(var reply) -> {
                    log.accept(new Delivery.Accepted(event, function.path(), reply));
                    return reply;
                }
                case FunctionCall.Result.Failed(var reason, var mayWorkLater, var status, var body) -> {
                    if (!mayWorkLater || retries == retry.retries()) {
                        log.accept(new Delivery.DeadLetter(event, function.path(), reason));
                        deadLetters.accept(DeadLetters.letter(event, function.uri(), status, body));
                        return Optional.empty();
                    }
                    Duration pause = retry.pause(retries++);
                    log.accept(new Delivery.Postponed(event, function.path(), reason, pause));
                    Thread.sleep(pause);
                }
            }
        }
    }
}
