package io.elasticjupyter.local;

import java.io.PrintWriter;
import java.net.URI;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What a person reads first: where everything is, and what to type next.
 *
 * @param options as given
 * @param api where the resources are
 * @param version of the API server
 * @param functions where the functions are
 * @param gateways the URL template of the fake gateway, if there is one
 * @param wiring between the two
 * @param simulated whether Deployments are only said to run
 */
record Banner(Options options, ApiServer api, String version, URI functions, Optional<String> gateways, Wiring wiring,
        boolean simulated) {

    void print(PrintWriter out) {
        String paths = wiring.triggers().stream().map(trigger -> trigger.getSpec().getSubscriber().getUri())
                .distinct().collect(Collectors.joining(", "));
        out.println();
        row(out, "API server", api.url() + "  Kubernetes " + version + ", " + api.title());
        row(out, "Functions", functions + "  " + paths);
        row(out, "Eventing", "in this process, wired by eventing/knative");
        row(out, "Pods", pods());
        gateways.ifPresent(
                url -> row(out, "Gateways", url + "  simulated: /api/kernels, and /kernels/{id}/busy for you"));
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
        out.println("docs/local.md says more. Ctrl-C ends it. From here on, a line for every event:");
        out.println();
    }

    private String pods() {
        if (api.runsPods()) {
            return "the cluster's";
        }
        return simulated
                ? "simulated: no container runs here, pods are only said to be ready (--no-simulation)"
                : "none: no container runs here, and Deployments stay as they are";
    }

    private static void row(PrintWriter out, String what, String value) {
        out.println("  %-11s %s".formatted(what, value));
    }
}
