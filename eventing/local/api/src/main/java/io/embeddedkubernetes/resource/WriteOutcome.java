package io.embeddedkubernetes.resource;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** The outcome of a write. */
public sealed interface WriteOutcome {

    /** Returns the state after the write; of a deletion the last state. */
    ObjectNode object();

    /** Returns whether the write has changed what is stored. */
    boolean isStored();

    /** There was no such object before. */
    record Created(ObjectNode object, boolean isStored) implements WriteOutcome {}

    /** The object is still there, perhaps unchanged. */
    record Updated(ObjectNode object, boolean isStored) implements WriteOutcome {}

    /** The object is gone. */
    record Deleted(ObjectNode object, boolean isStored) implements WriteOutcome {}
}
