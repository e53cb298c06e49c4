package io.elasticjupyter.integration;

import io.elasticjupyter.local.BinaryApiServer;
import io.elasticjupyter.local.CustomResources;
import io.elasticjupyter.local.FreePort;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A real etcd and kube-apiserver, with RBAC, an audit log, and the admission check of {@code blockOwnerDeletion}; and with
 * Kubernetes' garbage collector if the directory contains kube-controller-manager. There is no Deployment controller: the tests
 * set the status of Deployments.
 */
final class BinaryCluster implements Cluster {

    private static final String AUDIT_POLICY = """
            apiVersion: audit.k8s.io/v1
            kind: Policy
            omitStages: [RequestReceived]
            rules:
              - level: Metadata
                userGroups: ["system:serviceaccounts:elastic-jupyter"]
              - level: None
            """;

    private final BinaryApiServer server;
    private final Path audit;
    private boolean collectsGarbage;

    private BinaryCluster(BinaryApiServer server, Path audit) {
        this.server = server;
        this.audit = audit;
    }

    static BinaryCluster start(Path assets) {
        try {
            Path audit = Files.createTempFile("elastic-jupyter-audit-", ".log");
            Path policy = Files.writeString(Files.createTempFile("elastic-jupyter-audit-", ".yaml"), AUDIT_POLICY);
            try {
                return new BinaryCluster(BinaryApiServer.start(assets, FreePort.any(),
                        "--audit-policy-file=" + policy,
                        "--audit-log-path=" + audit,
                        "--enable-admission-plugins=OwnerReferencesPermissionEnforcement",
                        "--service-cluster-ip-range=10.96.0.0/16"), audit);
            } finally {
                policy.toFile().deleteOnExit();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String title() {
        return "a real API server";
    }

    @Override
    public String kubeconfig() {
        return server.kubeconfig().orElseThrow();
    }

    @Override
    public void prepare(KubernetesClient client) {
        CustomResources.install(client);
        CustomResources.install(client, KnativeDefinitions.read());
        collectsGarbage = server.startControllers(List.of("garbage-collector-controller", "namespace-controller"));
    }

    @Override
    public boolean collectsGarbage() {
        return collectsGarbage;
    }

    @Override
    public Optional<Path> auditLog() {
        return Optional.of(audit);
    }

    @Override
    public Optional<Runnable> restart() {
        return Optional.of(server::restart);
    }

    @Override
    public void close() {
        server.close();
        audit.toFile().delete();
    }
}
