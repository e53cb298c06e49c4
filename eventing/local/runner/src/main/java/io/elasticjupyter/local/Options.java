package io.elasticjupyter.local;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The options of the command line. */
final class Options {

    @Option(names = "--cluster", order = 1, description = "Use the cluster of the current kubeconfig instead of starting an API server.")
    boolean cluster;

    @Option(names = "--port", order = 2, paramLabel = "PORT", defaultValue = "8080", description = "Port of the functions (default: ${DEFAULT-VALUE}).")
    int port;

    @Option(names = "--api-port", order = 3, paramLabel = "PORT", defaultValue = "6440", description = "Port of the API server (default: ${DEFAULT-VALUE}).")
    int apiPort;

    @Option(names = "--gateway-port", order = 4, paramLabel = "PORT", defaultValue = "8890", description = "Port of the fake gateway, where pods are simulated (default: ${DEFAULT-VALUE}).")
    int gatewayPort;

    @Option(names = "--kubeconfig", order = 5, paramLabel = "FILE", defaultValue = ".elastic-jupyter/kubeconfig", description = "Where to write the kubeconfig for kubectl (default: ${DEFAULT-VALUE}).")
    Path kubeconfig;

    @Option(names = "--gateway-url", order = 6, paramLabel = "URL", description = "URL template of the gateways, with {name} and {namespace}, for use outside the cluster, where the addresses of Services are unreachable.")
    String gatewayUrl;

    @Option(names = "--no-simulation", order = 7, description = "Do not simulate Deployments and pods. By default, they are reported as ready where no container can run.")
    boolean noSimulation;
}
