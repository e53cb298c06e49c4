package io.elasticjupyter.console.page;

import io.elasticjupyter.console.policy.ConsoleFilter;
import io.elasticjupyter.console.policy.ConsoleView;
import io.elasticjupyter.console.policy.ConsoleView.Amounts;
import io.elasticjupyter.console.policy.ConsoleView.Choice;
import java.util.List;
import java.util.function.Function;
import java.util.function.LongFunction;

/**
 * The page of the console.
 *
 * @param view what it shows
 * @param filter which part of the cluster it is
 * @param from the index of the first kernel
 * @param signedIn whether the caller has signed in on the page, and can sign out
 * @param actions whether the caller can act, and not only look
 * @param guide what a newcomer types; null for none
 */
public record ConsolePage(ConsoleView view, ConsoleFilter filter, int from, boolean signedIn, boolean actions,
        Guide guide) {

    /** The number of values of a filter that are shown as links. The field for the value takes any. */
    private static final int MOST_LINKS = 12;

    private static final int BAR = 240;

    /** Returns the page as HTML. */
    public String html() {
        Html out = Frame.begin("Elastic Jupyter", view.time());
        out.open("header").element("h1", "Elastic Jupyter")
                .open("p", "id", "live", "role", "status").text("As of " + view.time() + ".").close("p");
        if (signedIn) {
            out.open("form", "method", "post", "action", "/console/sign-out")
                    .element("button", "Sign out", "type", "submit").close("form");
        }
        out.close("header");
        filters(out);
        out.open("main", "id", "main", "tabindex", "-1");
        if (guide != null) {
            guide.write(out);
        }
        scope(out);
        totals(out);
        ConsoleTables tables = new ConsoleTables(out, view, filter, actions);
        tables.kernels(from);
        tables.waiting();
        tables.notebooks();
        tables.gateways();
        tables.givenBack();
        tables.events();
        out.close("main").open("footer").open("p").text("States of kernels are as of the last culling run of their"
                + " gateway. The same as JSON: ").element("a", "/console/api/v1/cluster", "href",
                        Links.of(filter).replaceFirst("^/console", "/console/api/v1/cluster"))
                .text(", described by ").element("a", "openapi.json", "href", "/console/api/v1/openapi.json")
                .text(".").close("p").close("footer");
        return Frame.end(out);
    }

    private void scope(Html out) {
        if (view.namespaces() == null) {
            return;
        }
        out.element("p", view.namespaces().isEmpty()
                ? "There is no namespace in which you may list JupyterKernels. Ask an administrator of a namespace for"
                        + " Kubernetes' role 'view', or name a namespace."
                : "You see " + Words.count(view.namespaces().size(), "namespace", "namespaces") + ": "
                        + String.join(", ", view.namespaces()) + ".",
                "id", "scope");
    }

    private void totals(Html out) {
        out.open("section", "id", "totals", "aria-labelledby", "totals-title")
                .element("h2", "Held by kernels", "id", "totals-title").open("div", "class", "cards");
        card(out, "GPUs", view.totals().gpus(), String::valueOf);
        card(out, "CPUs", view.totals().cpuMillis(), Words::cpus);
        card(out, "Memory", view.totals().memoryBytes(), Words::memory);
        out.open("div", "class", "card").element("h3", "Kernels")
                .element("p", String.valueOf(view.totals().kernels()), "class", "number")
                .element("p", view.totals().busy() + " busy, " + view.totals().idle() + " idle").close("div");
        out.close("div").close("section");
    }

    private static void card(Html out, String title, Amounts amounts, LongFunction<String> words) {
        out.open("div", "class", "card").element("h3", title)
                .open("p", "class", "number").text(words.apply(amounts.held())).text(" ").element("span", "held")
                .close("p")
                .open("svg", "viewBox", "0 0 " + BAR + " 10", "preserveAspectRatio", "none", "aria-hidden", "true");
        long all = Math.max(1, amounts.held());
        long busy = amounts.busy() * BAR / all;
        bar(out, "busy", 0, busy);
        bar(out, "idle", busy, amounts.idle() * BAR / all);
        out.close("svg").element("p", words.apply(amounts.busy()) + " busy, " + words.apply(amounts.idle())
                + " idle, " + words.apply(amounts.waiting()) + " waiting").close("div");
    }

    private static void bar(Html out, String kind, long x, long width) {
        out.open("rect", "class", kind, "x", String.valueOf(x), "width", String.valueOf(width), "height", "10")
                .close("rect");
    }

    private void filters(Html out) {
        out.open("nav", "aria-label", "Filters");
        links(out, "State", filter.state().map(state -> state.word()).orElse(null), view.choices().states(),
                value -> Links.withState(filter, value));
        links(out, "Namespace", filter.namespace().orElse(null), view.choices().namespaces(),
                value -> Links.withNamespace(filter, value));
        links(out, "Owner", filter.owner().orElse(null), view.choices().owners(),
                value -> Links.withOwner(filter, value));
        out.open("form", "method", "get", "action", Links.PAGE, "data-keep", "");
        field(out, "namespace", "Namespace", filter.namespace().orElse(""));
        field(out, "owner", "Owner", filter.owner().orElse(""));
        filter.state().ifPresent(state -> out.open("input", "type", "hidden", "name", "state", "value", state.word()));
        out.element("button", "Show", "type", "submit").close("form").close("nav");
    }

    private static void links(Html out, String title, String chosen, List<Choice> choices,
            Function<String, ConsoleFilter> filter) {
        out.open("p", "class", "links").element("span", title + ":").text(" ")
                .element("a", "all", "href", Links.of(filter.apply(null)), "aria-current",
                        chosen == null ? "true" : null);
        for (Choice choice : choices.subList(0, Math.min(MOST_LINKS, choices.size()))) {
            out.text(" ").open("a", "href", Links.of(filter.apply(choice.value())), "aria-current",
                    choice.value().equals(chosen) ? "true" : null)
                    .text(choice.value() + " (" + choice.kernels() + ")").close("a");
        }
        if (choices.size() > MOST_LINKS) {
            out.text(" and " + (choices.size() - MOST_LINKS) + " more");
        }
        out.close("p");
    }

    private static void field(Html out, String name, String label, String value) {
        out.open("label").text(label + " ").open("input", "name", name, "value", value, "maxlength", "253",
                "autocomplete", "off").close("label");
    }
}
