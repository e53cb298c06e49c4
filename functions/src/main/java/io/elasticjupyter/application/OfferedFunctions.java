package io.elasticjupyter.application;

import io.elasticjupyter.event.EventFunction;
import java.util.List;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;

/**
 * The functions that can be called in this process.
 *
 * @param byName the functions by their names
 * @param console whether the console is served, which is called by people and not by events
 */
record OfferedFunctions(NavigableMap<String, EventFunction> byName, boolean console) {

    /** The name by which the console is offered like a function. */
    static final String CONSOLE = "console";

    /**
     * Returns the functions that are offered.
     *
     * @param functions all functions
     * @param offered the names of those that are offered; empty: all of them
     * @throws IllegalArgumentException if a name is not that of a function
     */
    static OfferedFunctions of(List<EventFunction> functions, Set<String> offered) {
        NavigableMap<String, EventFunction> byName = new TreeMap<>();
        functions.forEach(function -> byName.put(function.name(), function));
        for (String name : offered) {
            if (!byName.containsKey(name) && !name.equals(CONSOLE)) {
                throw new IllegalArgumentException("elastic-jupyter.functions contains '" + name
                        + "', which is not a function. Set it to some of " + String.join(", ", byName.keySet()) + ", "
                        + CONSOLE + ".");
            }
        }
        if (!offered.isEmpty()) {
            byName.keySet().retainAll(offered);
        }
        return new OfferedFunctions(byName, offered.isEmpty() || offered.contains(CONSOLE));
    }
}
