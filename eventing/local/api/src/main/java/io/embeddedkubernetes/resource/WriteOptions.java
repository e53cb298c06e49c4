package io.embeddedkubernetes.resource;

import java.util.ArrayList;
import java.util.List;

/**
 * How a write is meant.
 *
 * @param validation what an unknown field leads to: Strict, Warn or Ignore
 * @param warnings where warnings for the client are collected
 */
public record WriteOptions(boolean dryRun, String manager, String validation, boolean force, List<String> warnings) {

    /** Returns the options of the server's own writes, such as those of garbage collection. */
    public static WriteOptions internal() {
        return new WriteOptions(false, "embedded-kubernetes", "Ignore", true, new ArrayList<>());
    }
}
