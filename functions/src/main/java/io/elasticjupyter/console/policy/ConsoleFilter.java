package io.elasticjupyter.console.policy;

import java.util.Optional;

/**
 * Which part of the cluster a view is about.
 *
 * @param namespace the only namespace
 * @param owner the only owner of kernels
 * @param state the only state of kernels
 */
public record ConsoleFilter(Optional<String> namespace, Optional<String> owner, Optional<KernelState> state) {

    /** Everything. */
    public static final ConsoleFilter ALL = new ConsoleFilter(Optional.empty(), Optional.empty(), Optional.empty());

    boolean hasNamespace(String other) {
        return namespace.isEmpty() || namespace.get().equals(other);
    }

    boolean hasOwner(Optional<String> other) {
        return owner.isEmpty() || owner.equals(other);
    }

    boolean hasState(KernelState other) {
        return state.isEmpty() || state.get() == other;
    }
}
