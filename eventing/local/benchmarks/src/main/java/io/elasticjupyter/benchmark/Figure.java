package io.elasticjupyter.benchmark;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A measured figure.
 *
 * @param benchmark the name of the benchmark
 * @param subject the subject, such as "10,000 kernels"
 * @param measure the measure, such as "time"
 * @param unit the unit, such as "s"
 * @param values one value for each round
 * @param comparison the figure to compare with, if any
 */
record Figure(String benchmark, String subject, String measure, String unit, List<Double> values,
        Optional<Comparison> comparison) {

    /**
     * The same measure of another subject.
     *
     * @param with the other subject
     * @param value the median
     */
    record Comparison(String with, double value) {}

    Figure {
        if (values.isEmpty()) {
            throw new IllegalArgumentException("a figure needs a value");
        }
        values = List.copyOf(values);
    }

    static Figure of(String benchmark, String subject, String measure, String unit, double... values) {
        return new Figure(benchmark, subject, measure, unit, Arrays.stream(values).boxed().toList(), Optional.empty());
    }

    static Figure of(String benchmark, String subject, String measure, String unit, List<Double> values) {
        return new Figure(benchmark, subject, measure, unit, values, Optional.empty());
    }

    /** Returns this figure with the median of another for comparison. */
    Figure beside(String with, Figure other) {
        return new Figure(benchmark, subject, measure, unit, values,
                Optional.of(new Comparison(with, other.median())));
    }

    double median() {
        List<Double> sorted = values.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }

    double least() {
        return values.stream().mapToDouble(Double::doubleValue).min().orElseThrow();
    }

    double most() {
        return values.stream().mapToDouble(Double::doubleValue).max().orElseThrow();
    }

    /** Returns the ratio to the comparison; empty without one. */
    OptionalDouble ratio() {
        return comparison.filter(other -> other.value() != 0).map(other -> OptionalDouble.of(median() / other.value()))
                .orElseGet(OptionalDouble::empty);
    }
}
