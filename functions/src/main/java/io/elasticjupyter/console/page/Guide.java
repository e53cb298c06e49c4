package io.elasticjupyter.console.page;

import io.elasticjupyter.console.policy.ConsoleView;
import java.util.ArrayList;
import java.util.List;

/**
 * What a newcomer types, and what of it has happened.
 *
 * @param intro where to type it
 * @param steps the steps
 */
public record Guide(String intro, List<Step> steps) {

    /**
     * One step.
     *
     * @param text what happens
     * @param command what to type; null for nothing
     * @param done whether it has happened
     */
    public record Step(String text, String command, boolean done) {}

    /**
     * Returns the guide for the local run, where no browser can open a notebook, and kernels are started by curl.
     *
     * @param gatewayUrl the address of gateways, with {@code {name}} and {@code {namespace}}
     */
    public static Guide local(ConsoleView view, String gatewayUrl) {
        String url = gatewayUrl.replace("{namespace}", "default").replace("{name}", "team-gateway");
        boolean culled = !view.givenBack().isEmpty();
        boolean kernel = culled || !view.kernels().isEmpty();
        List<Step> steps = new ArrayList<>();
        steps.add(new Step("Create a gateway, and a notebook whose kernels run on it.",
                "kubectl apply -f deploy/samples/kernels.yaml", !view.gateways().isEmpty()));
        steps.add(new Step("Wait until both are ready. This takes some seconds.", null,
                !view.gateways().isEmpty() && view.gateways().stream().anyMatch(gateway -> gateway.ready())));
        steps.add(new Step("Start a kernel, as the notebook does when its first cell runs.",
                "curl -s " + url + "/api/kernels -d "
                        + "'{\"name\":\"python-science\",\"env\":{\"KERNEL_USERNAME\":\"ada\"}}'",
                kernel));
        steps.add(new Step("Let kernels go after ten idle seconds, and watch the kernel below.",
                "kubectl patch jgw team-gateway --type merge -p '{\"spec\":{\"cullIdleTimeout\":10}}'", culled));
        return new Guide(
                "Type this in another terminal, in which you have set KUBECONFIG as the run has printed. This page shows"
                        + " what happens.",
                steps);
    }

    /** Returns the guide for a cluster in which the caller sees nothing yet; null if there is something. */
    public static Guide ofCluster(ConsoleView view) {
        boolean empty = view.kernels().isEmpty() && view.gateways().isEmpty() && view.notebooks().isEmpty();
        return empty && view.notReadable().isEmpty()
                ? new Guide("There is nothing here yet.", List.of(new Step(
                        "Create a gateway, and a notebook whose kernels run on it.",
                        "kubectl apply -f deploy/samples/quickstart.yaml", false)))
                : null;
    }

    void write(Html out) {
        out.open("section", "id", "guide", "aria-labelledby", "guide-title")
                .element("h2", "First steps", "id", "guide-title").element("p", intro).open("ol");
        for (Step step : steps) {
            out.open("li", "class", step.done() ? "done" : null).open("p").text(step.text());
            if (step.done()) {
                out.text(" ").element("strong", "Done.");
            }
            out.close("p");
            if (step.command() != null) {
                out.element("pre", step.command(), "tabindex", "0");
            }
            out.close("li");
        }
        out.close("ol").close("section");
    }
}
