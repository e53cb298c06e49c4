package io.elasticjupyter.console.policy;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/** Reads times of objects, which others may have written. */
final class Times {

    private Times() {}

    /** Returns the time; empty if the text is none. */
    static Optional<Instant> parse(String text) {
        try {
            return Optional.ofNullable(text).map(Instant::parse);
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }
}
