package io.elasticjupyter.local;

import io.cloudevents.CloudEvent;
import io.fabric8.knative.eventing.v1.SubscriptionsAPIFilter;
import io.fabric8.knative.eventing.v1.TriggerSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiPredicate;

/** The {@code filters} of a Trigger, in Knative's <a href="https://knative.dev/docs/eventing/triggers/">dialects</a>. */
sealed interface TriggerFilter {

    /** Returns whether an event passes. */
    boolean matches(CloudEvent event);

    /** Every listed attribute has exactly the given value. */
    record Exact(Map<String, String> values) implements TriggerFilter {
        @Override
        public boolean matches(CloudEvent event) {
            return each(values, event, String::equals);
        }
    }

    /** Every listed attribute starts with the given value. */
    record Prefix(Map<String, String> values) implements TriggerFilter {
        @Override
        public boolean matches(CloudEvent event) {
            return each(values, event, String::startsWith);
        }
    }

    /** Every listed attribute ends with the given value. */
    record Suffix(Map<String, String> values) implements TriggerFilter {
        @Override
        public boolean matches(CloudEvent event) {
            return each(values, event, String::endsWith);
        }
    }

    /** All nested filters pass. */
    record All(List<TriggerFilter> filters) implements TriggerFilter {
        @Override
        public boolean matches(CloudEvent event) {
            return filters.stream().allMatch(filter -> filter.matches(event));
        }
    }

    /** At least one nested filter passes. */
    record Any(List<TriggerFilter> filters) implements TriggerFilter {
        @Override
        public boolean matches(CloudEvent event) {
            return filters.stream().anyMatch(filter -> filter.matches(event));
        }
    }

    /** The nested filter does not pass. */
    record Not(TriggerFilter filter) implements TriggerFilter {
        @Override
        public boolean matches(CloudEvent event) {
            return !filter.matches(event);
        }
    }

    /** Returns the filter of a Trigger: all of its {@code filters} or, without them, the older {@code filter}. */
    static TriggerFilter of(TriggerSpec spec) {
        if (!spec.getFilters().isEmpty()) {
            return new All(all(spec.getFilters()));
        }
        if (spec.getFilter() != null) {
            return new Exact(spec.getFilter().getAttributes());
        }
        return new All(List.of());
    }

    private static TriggerFilter of(SubscriptionsAPIFilter expression) {
        if (expression.getCesql() != null) {
            throw new IllegalStateException("the local runner does not support the dialect 'cesql'; use another one");
        }
        List<TriggerFilter> dialects = new ArrayList<>();
        if (!expression.getExact().isEmpty()) {
            dialects.add(new Exact(expression.getExact()));
        }
        if (!expression.getPrefix().isEmpty()) {
            dialects.add(new Prefix(expression.getPrefix()));
        }
        if (!expression.getSuffix().isEmpty()) {
            dialects.add(new Suffix(expression.getSuffix()));
        }
        if (!expression.getAll().isEmpty()) {
            dialects.add(new All(all(expression.getAll())));
        }
        if (!expression.getAny().isEmpty()) {
            dialects.add(new Any(all(expression.getAny())));
        }
        if (expression.getNot() != null) {
            dialects.add(new Not(of(expression.getNot())));
        }
        // Knative's webhook rejects it too.
        if (dialects.size() != 1) {
            throw new IllegalStateException("a filter of a Trigger must have exactly one dialect: " + expression);
        }
        return dialects.getFirst();
    }

    private static List<TriggerFilter> all(List<SubscriptionsAPIFilter> expressions) {
        return expressions.stream().map(TriggerFilter::of).toList();
    }

    /** An event without the attribute does not pass. */
    private static boolean each(Map<String, String> values, CloudEvent event, BiPredicate<String, String> test) {
        return values.entrySet().stream().allMatch(wanted -> {
            Object value = attribute(event, wanted.getKey());
            return value != null && test.test(value.toString(), wanted.getValue());
        });
    }

    private static Object attribute(CloudEvent event, String name) {
        return event.getAttributeNames().contains(name) ? event.getAttribute(name) : event.getExtension(name);
    }
}
