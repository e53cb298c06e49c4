package io.elasticjupyter.embedded;

import java.util.List;

/**
 * How a write is meant.
 *
 * @param validation what an unknown field leads to: Strict, Warn or Ignore
 * @param warnings where warnings for the client are collected
 */
record WriteOptions(boolean dryRun, String manager, String validation, boolean force, List<String> warnings) {

    /** What the server itself does, such as collecting garbage. */
    static WriteOptions internal() {
        return new WriteOptions(false, "elastic-jupyter-local", "Ignore", true, new java.util.ArrayList<>());
    }

    /** The state after a write, and whether the store is now another. */
    record Written(com.fasterxml.jackson.databind.node.ObjectNode object, boolean created, boolean changed) {}
}
