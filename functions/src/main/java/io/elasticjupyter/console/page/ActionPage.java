package io.elasticjupyter.console.page;

import io.elasticjupyter.console.ActionRequest;
import io.elasticjupyter.console.policy.ConsoleAction;
import io.elasticjupyter.console.policy.ConsoleFilter;
import io.fabric8.kubernetes.api.model.ObjectReference;

/** The pages around an action: the question before it, and what was done or why not. */
public final class ActionPage {

    private ActionPage() {}

    /** Returns the page that asks for a confirmation. */
    public static String question(ConsoleAction action, ObjectReference object) {
        Html out = begin(action.label() + " " + object.getName() + "?");
        out.element("p", action.consequence())
                .open("form", "method", "post", "action", "/console/action")
                .open("input", "type", "hidden", "name", "action", "value", action.word())
                .open("input", "type", "hidden", "name", "namespace", "value", object.getNamespace())
                .open("input", "type", "hidden", "name", "name", "value", object.getName())
                .open("input", "type", "hidden", "name", "uid", "value", object.getUid());
        if (action == ConsoleAction.KEEP) {
            out.open("label").text("Hours ").open("input", "type", "number", "name", "hours", "value", "1", "min", "1",
                    "max", String.valueOf(ActionRequest.MOST_HOURS), "required", "").close("label");
        }
        out.element("button", action.label(), "type", "submit").text(" ")
                .element("a", "Cancel", "href", back(object.getNamespace())).close("form");
        return end(out);
    }

    /** Returns the page that says what was done, or why not. */
    public static String answer(String title, String text, String namespace) {
        Html out = begin(title);
        out.element("p", text, "role", "status").open("p")
                .element("a", "Back to the console", "href", back(namespace)).close("p");
        return end(out);
    }

    private static String back(String namespace) {
        return Links.of(Links.withNamespace(ConsoleFilter.ALL, namespace));
    }

    private static Html begin(String title) {
        Html out = Frame.begin(title, null);
        return out.open("header").element("h1", "Elastic Jupyter").close("header")
                .open("main", "id", "main", "tabindex", "-1", "class", "action").element("h2", title);
    }

    private static String end(Html out) {
        return Frame.end(out.close("main"));
    }
}
