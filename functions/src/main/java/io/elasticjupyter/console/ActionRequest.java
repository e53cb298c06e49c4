package io.elasticjupyter.console;

import io.elasticjupyter.console.policy.ConsoleAction;

/**
 * An action on one resource.
 *
 * @param action the action
 * @param namespace the namespace of the resource
 * @param name the name of the resource
 * @param uid the uid of the resource that the caller has seen, so that another one of the same name is left alone
 * @param hours for how many hours a kernel is kept
 */
public record ActionRequest(ConsoleAction action, String namespace, String name, String uid, int hours) {

    /** The longest time for which a kernel can be kept at once. */
    public static final int MOST_HOURS = 168;
}
