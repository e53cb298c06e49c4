package io.elasticjupyter.event;

import io.cloudevents.CloudEvent;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.cloud.function.context.FunctionCatalog;

/**
 * Spring Cloud Function's catalog for functions that all take and give CloudEvents. Its own one converts what they do not need
 * converted, and loads at every start what it does so with (docs/performance.md).
 *
 * @param byName all of them
 */
public record EventFunctions(Map<String, Function<CloudEvent, CloudEvent>> byName) implements FunctionCatalog {

    /** A catalog of these. */
    public static EventFunctions of(Stream<EventFunction> functions) {
        return new EventFunctions(functions.collect(Collectors.toMap(EventFunction::name, EventFunction::function)));
    }

    @Override
    @SuppressWarnings("unchecked")
    public <T> T lookup(Class<?> type, String name, String... expectedOutputMimeTypes) {
        Function<CloudEvent, CloudEvent> function = byName.get(name);
        return type == null || type.isInstance(function) ? (T) function : null;
    }

    @Override
    public Set<String> getNames(Class<?> type) {
        return type == null || type.isAssignableFrom(Function.class) ? Set.copyOf(byName.keySet()) : Set.of();
    }

    @Override
    public int size() {
        return byName.size();
    }
}
