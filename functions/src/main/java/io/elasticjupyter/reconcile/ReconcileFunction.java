package io.elasticjupyter.reconcile;

import io.cloudevents.CloudEvent;
import io.elasticjupyter.event.Answer;
import io.elasticjupyter.event.ResourceEvent;
import java.time.Clock;
import java.util.List;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A {@link ReconcileLoop} as a function from an ApiServerSource's event to one that says what was done.
 *
 * <p>The answer's type is {@value #TYPE}. It has the extensions {@code kind}, {@code namespace}, {@code name} and
 * {@code outcome}, so that a Trigger can choose by them, and a {@link ReconcileResult} as its data.
 */
public final class ReconcileFunction implements Function<CloudEvent, CloudEvent> {

    /** The type of the answers. */
    public static final String TYPE = "io.elasticjupyter.reconciled";

    private static final Logger log = LoggerFactory.getLogger(ReconcileFunction.class);

    private final String name;
    private final ReconcileLoop<?, ?> reconciler;
    private final List<ReconcileLoop<?, ?>> dependents;
    private final Clock clock;

    /**
     * The function of that name.
     *
     * @param dependents loops of kinds that refer to this one, and are reconciled after it
     */
    public ReconcileFunction(String name, ReconcileLoop<?, ?> reconciler, Clock clock,
            ReconcileLoop<?, ?>... dependents) {
        this.name = name;
        this.reconciler = reconciler;
        this.dependents = List.of(dependents);
        this.clock = clock;
    }

    @Override
    public CloudEvent apply(CloudEvent event) {
        long start = System.nanoTime();
        ResourceEvent resourceEvent = ResourceEvent.of(event);
        ReconcileResult report = reconciler.reconcile(resourceEvent);
        for (ReconcileLoop<?, ?> dependent : dependents) {
            report = report.with(dependent.reconcile(resourceEvent).dependents());
        }
        log.atInfo()
                .addKeyValue("function", name)
                .addKeyValue("kind", report.kind())
                .addKeyValue("namespace", report.namespace())
                .addKeyValue("name", report.name())
                .addKeyValue("outcome", report.outcome().toString())
                .addKeyValue("reason", report.reason())
                .addKeyValue("event", event.getId())
                .addKeyValue("millis", (System.nanoTime() - start) / 1_000_000)
                .log("{} {}/{} {}", report.kind(), report.namespace(), report.name(), report.outcome());
        return answer(report);
    }

    private CloudEvent answer(ReconcileResult report) {
        return Answer.of(TYPE, name, clock, report)
                .withSubject(report.namespace() + "/" + report.name())
                .withExtension("kind", report.kind())
                .withExtension("namespace", report.namespace())
                .withExtension("name", report.name())
                .withExtension("outcome", report.outcome().toString())
                .build();
    }
}
