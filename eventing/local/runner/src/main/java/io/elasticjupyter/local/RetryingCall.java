package io.elasticjupyter.local;

import io.cloudevents.CloudEvent;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Brings events to one function, each until it is taken or given up.
 *
 * @param function the function
 * @param retry how often to try again
 * @param log who is told what became of each try
 * @param deadLetters who gets what is given up
 */
record RetryingCall(FunctionCall function, RetryPolicy retry, Consumer<Delivery> log,
        Consumer<CloudEvent> deadLetters) {

    /** What the function answered in the end, if anything. */
    Optional<CloudEvent> deliver(CloudEvent event) throws InterruptedException {
        int retries = 0;
        while (true) {
            switch (function.call(event)) {
                case FunctionCall.Result.Taken(var reply) -> {
                    log.accept(new Delivery.Taken(event, function.path(), reply));
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
