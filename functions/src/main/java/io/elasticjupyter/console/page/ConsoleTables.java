package io.elasticjupyter.console.page;

import io.elasticjupyter.console.policy.ConsoleAction;
import io.elasticjupyter.console.policy.ConsoleFilter;
import io.elasticjupyter.console.policy.ConsoleView;
import io.elasticjupyter.console.policy.ConsoleView.EventRow;
import io.elasticjupyter.console.policy.ConsoleView.GatewayRow;
import io.elasticjupyter.console.policy.ConsoleView.GivenBackRow;
import io.elasticjupyter.console.policy.ConsoleView.KernelRow;
import io.elasticjupyter.console.policy.ConsoleView.NotebookRow;
import io.elasticjupyter.console.policy.ConsoleView.WaitingRow;
import io.elasticjupyter.console.policy.KernelState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/**
 * The tables of the page.
 *
 * @param out writes them
 * @param view what they show
 * @param filter which part of the cluster it is
 * @param actions whether the caller can act
 */
record ConsoleTables(Html out, ConsoleView view, ConsoleFilter filter, boolean actions) {

    /** The number of kernels on one page. */
    static final int MOST_KERNELS = 1000;

    private static final int MOST_ROWS = 500;

    private static final int BAR = 200;

    private Instant now() {
        return Instant.parse(view.time());
    }

    void kernels(int from) {
        section("kernels", "Kernels", view.kernels().size());
        if (view.kernels().isEmpty()) {
            empty("jupyterkernels", "No kernel matches.");
        } else {
            int first = Math.min(from, (view.kernels().size() - 1) / MOST_KERNELS * MOST_KERNELS);
            int last = Math.min(first + MOST_KERNELS, view.kernels().size());
            Table table = new Table(out, columns("Owner", "State", "GPUs", "Idle for", "Goes", "Why", "Notebook",
                    "Namespace", "Gateway", "Node", "CPUs", "Memory", "Kernel"), now());
            table.begin("kernel-rows", "Kernels");
            view.kernels().subList(first, last).forEach(kernel -> kernel(table, kernel));
            table.end();
            pages(first, last);
        }
        out.close("section");
    }

    private void kernel(Table table, KernelRow kernel) {
        Table.Row row = table.row("kernel", kernel.namespace(), kernel.name())
                .link(kernel.owner(), Links.of(Links.withOwner(filter, kernel.owner())))
                .badge(kernel.state())
                .text(String.valueOf(kernel.gpus()))
                .since(kernel.idleSince())
                .until(kernel.goesAt())
                .text(kernel.keepUntil() == null
                        ? kernel.why()
                        : "Kept until " + kernel.keepUntil() + ". " + kernel.why())
                .text(kernel.notebook() == null || kernel.namespace().equals(kernel.notebookNamespace())
                        ? kernel.notebook()
                        : kernel.notebookNamespace() + "/" + kernel.notebook())
                .link(kernel.namespace(), Links.of(Links.withNamespace(filter, kernel.namespace())))
                .text(kernel.gateway())
                .text(kernel.node())
                .text(kernel.cpuMillis() == null ? null : Words.cpus(kernel.cpuMillis()))
                .text(kernel.memoryBytes() == null ? null : Words.memory(kernel.memoryBytes()))
                .text(kernel.name());
        if (actions) {
            boolean possible = kernel.managed() && !kernel.state().equals(KernelState.TERMINATING.word());
            row.actions(kernel.namespace(), kernel.name(),
                    possible ? List.of(ConsoleAction.KEEP, ConsoleAction.CULL) : List.of());
        }
        row.end();
    }

    /** Returns the columns of a table whose resources a caller can act on. */
    private List<String> columns(String... titles) {
        return Stream.concat(Stream.of(titles), actions ? Stream.of("Actions") : Stream.empty()).toList();
    }

    private void pages(int first, int last) {
        if (view.kernels().size() <= MOST_KERNELS) {
            return;
        }
        out.open("p").text("Kernels " + (first + 1) + " to " + last + " of " + view.kernels().size() + ".");
        if (first > 0) {
            out.text(" ").element("a", "Previous", "href", Links.of(filter, first - MOST_KERNELS), "rel", "prev");
        }
        if (last < view.kernels().size()) {
            out.text(" ").element("a", "Next", "href", Links.of(filter, last), "rel", "next");
        }
        out.close("p");
    }

    void waiting() {
        section("waiting", "Pods that wait for a node", view.waiting().size());
        if (view.waiting().isEmpty()) {
            empty("pods", "None waits.");
        } else {
            Table table = new Table(out, List.of("Pod", "Namespace", "For", "GPUs", "CPUs", "Memory", "Why"), now());
            table.begin("waiting-rows", "Pods that wait for a node");
            for (WaitingRow pod : view.waiting().subList(0, Math.min(MOST_ROWS, view.waiting().size()))) {
                table.row("waiting", pod.namespace(), pod.name())
                        .text(pod.kernel() ? pod.name() + " (kernel)" : pod.name())
                        .link(pod.namespace(), Links.of(Links.withNamespace(filter, pod.namespace())))
                        .since(pod.since()).text(String.valueOf(pod.gpus())).text(Words.cpus(pod.cpuMillis()))
                        .text(Words.memory(pod.memoryBytes())).text(pod.why()).end();
            }
            table.end();
            more(view.waiting().size());
        }
        out.close("section");
    }

    void notebooks() {
        section("notebooks", "Notebooks", view.notebooks().size());
        if (view.notebooks().isEmpty()) {
            empty("jupyternotebooks", "There is none.");
        } else {
            Table table = new Table(out, columns("Notebook", "Namespace", "State", "Gateway", "Condition"), now());
            table.begin("notebook-rows", "Notebooks");
            for (NotebookRow notebook : view.notebooks().subList(0, Math.min(MOST_ROWS, view.notebooks().size()))) {
                Table.Row row = table.row("notebook", notebook.namespace(), notebook.name()).text(notebook.name())
                        .link(notebook.namespace(), Links.of(Links.withNamespace(filter, notebook.namespace())))
                        .badge(notebook.stopped() ? "stopped" : ready(notebook.ready()))
                        .text(notebook.gateway() == null || notebook.namespace().equals(notebook.gatewayNamespace())
                                ? notebook.gateway()
                                : notebook.gatewayNamespace() + "/" + notebook.gateway())
                        .text(notebook.condition());
                if (actions) {
                    row.actions(notebook.namespace(), notebook.name(),
                            List.of(notebook.stopped() ? ConsoleAction.START : ConsoleAction.STOP));
                }
                row.end();
            }
            table.end();
            more(view.notebooks().size());
        }
        out.close("section");
    }

    void gateways() {
        section("gateways", "Gateways", view.gateways().size());
        if (view.gateways().isEmpty()) {
            empty("jupytergateways", "There is none.");
        } else {
            Table table = new Table(out, List.of("Gateway", "Namespace", "State", "Kernels", "Busy", "Idle timeout",
                    "Next cull", "Condition"), now());
            table.begin("gateway-rows", "Gateways");
            for (GatewayRow gateway : view.gateways().subList(0, Math.min(MOST_ROWS, view.gateways().size()))) {
                table.row("gateway", gateway.namespace(), gateway.name()).text(gateway.name())
                        .link(gateway.namespace(), Links.of(Links.withNamespace(filter, gateway.namespace())))
                        .badge(ready(gateway.ready())).text(number(gateway.kernels())).text(number(gateway.busy()))
                        .text(gateway.idleTimeoutSeconds() == 0
                                ? "disabled"
                                : Words.duration(Duration.ofSeconds(gateway.idleTimeoutSeconds())))
                        .until(gateway.nextCull()).text(gateway.condition()).end();
            }
            table.end();
            more(view.gateways().size());
        }
        out.close("section");
    }

    void givenBack() {
        section("given-back", "Given back", view.givenBack().size());
        if (view.givenBack().isEmpty()) {
            empty("jupytergateways", "No kernel has been culled yet.");
        } else {
            long most = view.givenBack().stream().mapToLong(row -> row.culled() + row.forWaitingPods()).max().orElse(1);
            out.element("p", "Kernels that the gateways' status counts as culled, and what they had requested.");
            Table table = new Table(out, List.of("Namespace", "Kernels", "For waiting pods", "GPUs", "CPUs", "Memory",
                    "Had been idle for"), now());
            table.begin("given-back-rows", "Given back, by namespace");
            view.givenBack().forEach(row -> table.row("given-back", row.namespace())
                    .link(row.namespace(), Links.of(Links.withNamespace(filter, row.namespace())))
                    .text(String.valueOf(row.culled() + row.forWaitingPods()))
                    .text(String.valueOf(row.forWaitingPods())).text(String.valueOf(row.gpus()))
                    .text(Words.cpus(row.cpuMillis())).text(Words.memory(row.memoryBytes()))
                    .text(Words.duration(Duration.ofSeconds(row.idleSeconds()))).end());
            table.end();
            plot(most);
        }
        out.close("section");
    }

    /** A bar for each namespace. The table has the same numbers, so that screen readers skip the plot. */
    private void plot(long most) {
        out.open("div", "class", "plot", "aria-hidden", "true");
        for (GivenBackRow row : view.givenBack()) {
            long kernels = row.culled() + row.forWaitingPods();
            out.open("div").element("span", row.namespace())
                    .open("svg", "viewBox", "0 0 " + BAR + " 10", "width", String.valueOf(BAR), "height", "10")
                    .open("rect", "width", String.valueOf(Math.max(1, kernels * BAR / most)), "height", "10")
                    .close("rect").close("svg").element("span", String.valueOf(kernels)).close("div");
        }
        out.close("div");
    }

    void events() {
        section("events", "Last events", view.events().size());
        if (view.events().isEmpty()) {
            empty("events", "No kernel was culled within the time for which the cluster keeps Events, which is an hour"
                    + " by default.");
        } else {
            Table table = new Table(out, List.of("Ago", "Reason", "Object", "Namespace", "Message"), now());
            table.begin("event-rows", "Last events");
            for (EventRow event : view.events()) {
                table.row("event", event.namespace(), event.kind(), event.name(), event.reason(), event.time())
                        .since(event.time()).badge(event.warning() ? "warning" : event.reason())
                        .text(event.kind() + " " + event.name())
                        .link(event.namespace(), Links.of(Links.withNamespace(filter, event.namespace())))
                        .text(event.warning() ? event.reason() + ": " + event.message() : event.message()).end();
            }
            table.end();
        }
        out.close("section");
    }

    private void section(String id, String title, int rows) {
        out.open("section", "id", id, "aria-labelledby", id + "-title")
                .open("h2", "id", id + "-title").text(title).text(" ")
                .element("span", String.valueOf(rows), "class", "count").close("h2");
    }

    private void empty(String resource, String text) {
        out.element("p", view.notReadable().contains(resource)
                ? "You may not list " + resource + " here. Kubernetes' role 'view' shows what has no credentials, and"
                        + " 'edit' the notebooks, too."
                : text, "class", "empty");
    }

    private void more(int rows) {
        if (rows > MOST_ROWS) {
            out.element("p", "The first " + MOST_ROWS + " of " + rows + ". Choose a namespace to see the others.");
        }
    }

    private static String ready(boolean ready) {
        return ready ? "ready" : "not ready";
    }

    private static String number(Integer number) {
        return number == null ? null : String.valueOf(number);
    }
}
