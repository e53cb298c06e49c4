package io.elasticjupyter.cull.policy;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;

/**
 * Until when a kernel's owner keeps it, by the annotation {@value #ANNOTATION}, within the limit of the gateway.
 *
 * @param until the time until which the kernel is kept
 * @param fault why that is not the time in the annotation; empty if it is
 */
public record KeepUntil(Instant until, Optional<Fault> fault) {

    /** The annotation on a kernel's pod or JupyterKernel that keeps the kernel until a time (RFC 3339). */
    public static final String ANNOTATION = "elastic-jupyter.io/keep-until";

    /**
     * A fault of the annotation's value.
     *
     * @param reason one CamelCase word
     * @param message a sentence for users
     */
    public record Fault(String reason, String message) {}

    /**
     * Reads the value of the annotation. A kernel is kept for {@code cullKeepLimit} after its last activity at most, and for that
     * long if the value cannot be read: its owner wants to keep it, but not when.
     *
     * @param lastActivity when the kernel was last active, or when its pod was created
     */
    public static KeepUntil of(String value, Instant lastActivity, CullSettings settings) {
        Instant limit = lastActivity.plus(settings.cullKeepLimit());
        String effect = " The kernel is kept until " + limit + ", for cullKeepLimit ("
                + settings.cullKeepLimit().toSeconds() + " s) after its last activity.";
        try {
            Instant wanted = OffsetDateTime.parse(value).toInstant();
            return wanted.isAfter(limit)
                    ? new KeepUntil(limit,
                            Optional.of(
                                    new Fault("TooLate", "The annotation " + ANNOTATION + " is too late." + effect)))
                    : new KeepUntil(wanted, Optional.empty());
        } catch (DateTimeException e) {
            return new KeepUntil(limit, Optional.of(new Fault("NotATime", "The annotation " + ANNOTATION
                    + " is not a time: set it to one such as 2026-01-31T18:00:00Z." + effect)));
        }
    }
}
