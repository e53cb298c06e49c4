package io.elasticjupyter.console.policy;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What a kernel does, as of the last culling run of its gateway. */
public enum KernelState {
    /** It runs code. */
    BUSY,
    /** It waits for code. */
    IDLE,
    /** Its pod starts, or the kernel in it. */
    STARTING,
    /** It has no node yet, or no place at its gateway. */
    WAITING,
    /** Its pod runs, and no gateway has reported its activity. */
    UNKNOWN,
    /** It is being deleted. */
    TERMINATING,
    /** Its pod has ended. */
    ENDED;

    /** Returns the name as the page and the JSON show it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Returns the state with that name. */
    public static Optional<KernelState> named(String word) {
        return Arrays.stream(values()).filter(state -> state.word().equals(word)).findFirst();
    }

    /** Returns whether a kernel in this state holds what its pod requests. */
    public boolean holds() {
        return this != WAITING && this != ENDED;
    }
}
