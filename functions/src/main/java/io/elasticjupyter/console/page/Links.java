package io.elasticjupyter.console.page;

import io.elasticjupyter.console.policy.ConsoleAction;
import io.elasticjupyter.console.policy.ConsoleFilter;
import io.elasticjupyter.console.policy.KernelState;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.StringJoiner;

/** The addresses of views: each filter is a query parameter, so that a view can be shared as a link. */
final class Links {

    /** The path of the page. */
    static final String PAGE = "/console";

    private Links() {}

    static String of(ConsoleFilter filter) {
        return of(filter, 0);
    }

    /** Returns the address of a view whose table of kernels begins with the row of that index. */
    static String of(ConsoleFilter filter, int from) {
        StringJoiner query = new StringJoiner("&", "?", "").setEmptyValue("");
        filter.namespace().ifPresent(value -> query.add(parameter("namespace", value)));
        filter.owner().ifPresent(value -> query.add(parameter("owner", value)));
        filter.state().ifPresent(value -> query.add(parameter("state", value.word())));
        if (from > 0) {
            query.add(parameter("from", String.valueOf(from)));
        }
        return PAGE + query;
    }

    private static String parameter(String name, String value) {
        return name + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8);
    }

    /** Returns the address of the question before an action. */
    static String of(ConsoleAction action, String namespace, String name) {
        return PAGE + "/action?" + parameter("action", action.word()) + "&" + parameter("namespace", namespace) + "&"
                + parameter("name", name);
    }

    static ConsoleFilter withNamespace(ConsoleFilter filter, String namespace) {
        return new ConsoleFilter(Optional.ofNullable(namespace), filter.owner(), filter.state());
    }

    static ConsoleFilter withOwner(ConsoleFilter filter, String owner) {
        return new ConsoleFilter(filter.namespace(), Optional.ofNullable(owner), filter.state());
    }

    static ConsoleFilter withState(ConsoleFilter filter, String state) {
        return new ConsoleFilter(filter.namespace(), filter.owner(),
                Optional.ofNullable(state).flatMap(KernelState::named));
    }
}
