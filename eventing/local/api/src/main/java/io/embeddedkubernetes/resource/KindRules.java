package io.embeddedkubernetes.resource;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** What a server does with the objects of one kind besides storing them. */
public interface KindRules {

    /** The names that objects may have. */
    enum NameForm {
        SUBDOMAIN, LABEL, PATH_SEGMENT
    }

    NameForm nameForm();

    /** Returns whether a definition has brought the kind. */
    boolean isCustom();

    /** Returns whether {@code metadata.generation} counts the changes of what is desired. */
    boolean hasGeneration();

    /** Returns whether a change outside of the spec counts too. */
    default boolean changesGeneration(JsonNode old, JsonNode next) {
        return false;
    }

    /** Returns whether the answer to a deletion is the object instead of a Status. */
    default boolean isReturnedWhenDeleted() {
        return false;
    }

    /**
     * Checks values that Go's types cannot hold.
     *
     * @throws StatusError 400
     */
    default void checkReadable(ResourceType type, JsonNode object) {}

    /** Sets fields that a client has left out; its manager does not come to own them. */
    void fillDefaults(ObjectNode object);

    /** Returns whether a client may set the status when it creates an object. */
    default boolean hasStatusOnCreate() {
        return false;
    }

    /** Sets what the server decides when an object is created. */
    default void fillOnCreate(ObjectNode object) {}

    /** Keeps what the server has decided on when an object is replaced. */
    default void keepDecided(ObjectNode old, ObjectNode next) {}

    /**
     * Checks an object.
     *
     * @param old the object before the change, or null when it is created
     * @param violations has what is wrong with the metadata, and gets the rest
     */
    void check(JsonNode object, JsonNode old, Violations violations);
}
