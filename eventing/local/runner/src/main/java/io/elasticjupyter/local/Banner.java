package io.elasticjupyter.local;

import java.io.PrintWriter;
import java.net.URI;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The first lines of output: the addresses of all parts, and the commands to try next.
 *
 * @param options the options
 * @param api the API server
 * @param version the version of the API server
 * @param functions the URL of the functions
 * @param gateways the URL template of the fake gateway, if it runs
 * @param wiring the eventing between the two
 * @param simulated whether Deployments and pods are reported as ready without containers
 */
record Banner(Options options, ApiServer api, String version, URI functions, Optional<String> gateways, Wiring wiring,
        boolean simulated) {

    void print(PrintWriter out) {
        String paths = wiring.triggers().stream().map(trigger -> trigger.getSpec().getSubscriber().getUri())
                .distinct().collect(Collectors.joining(", "));
        out.println();
        row(out, "API server", api.url() + "  Kubernetes " + version + ", " + api.title());
        row(out, "Functions", functions + "  " + paths);
        row(out, "Console",
                functions.resolve("/console") + "  open it in a browser: it says what to type, and shows what happens");
        row(out, "Eventing", "in this process, wired by eventing/knative");
        row(out, "Pods", pods());
        gateways.ifPresent(
                url -> row(out, "Gateways", url + "  simulated; POST /api/kernels starts a kernel"));
        out.println();
        out.println("In another terminal:");
        out.println();
        api.kubeconfig()
                .ifPresent(
                        yaml -> out.println("  export KUBECONFIG=" + options.kubeconfig.toAbsolutePath().normalize()));
        out.println("  kubectl apply -f deploy/samples/quickstart.yaml");
        out.println("  kubectl get jgw,jnb");
        out.println("  kubectl get jnb -w");
        out.println();
        out.println("See docs/local.md for more. Press Ctrl-C to stop. Every event is printed below:");
        out.println();
    }

    private String pods() {
        if (api.runsPods()) {
            return "the cluster's";
        }
        return simulated
                ? "simulated: no container runs, pods are reported as ready (--no-simulation)"
                : "none: no container runs, and Deployments do not become ready";
    }

    private static void row(PrintWriter out, String what, String value) {
        out.println("  %-11s %s".formatted(what, value));
    }
}
