package io.elasticjupyter.console;

import java.util.List;

/** Who looks at the console. */
public sealed interface Caller {

    /**
     * A caller with a token of the API server: everything is read with the token, so that the API server decides.
     *
     * @param token the token
     */
    record Bearer(String token) implements Caller {

        /** Leaves the token out, so that no log or message contains it. */
        @Override
        public String toString() {
            return "Bearer";
        }
    }

    /**
     * A caller whom a trusted proxy has authenticated: the console asks the API server whether this user may list what it reads.
     *
     * @param user the name of the user
     * @param groups the groups of the user
     */
    record Proxied(String user, List<String> groups) implements Caller {}

    /** Somebody on the machine of the local run: everything is read with the rights of the functions. */
    record Local() implements Caller {}
}
