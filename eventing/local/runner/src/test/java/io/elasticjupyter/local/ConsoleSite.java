package io.elasticjupyter.local;

import io.elasticjupyter.api.v1alpha1.JupyterResource;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine;

/** An API server with the resources of two teams as the functions would leave them, and the console. No function changes them. */
final class ConsoleSite implements AutoCloseable {

    private static final List<String> OWNERS = List.of("ada", "grace", "lin");
    private static final int GIBIBYTES = 8;

    private final ApiServer api;
    private final KubernetesClient client;
    private final Functions console;
    private final Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);

    ConsoleSite(Path folder) {
        Options options = CommandLine.populateCommand(new Options());
        options.port = FreePort.any();
        options.apiPort = FreePort.any();
        options.kubeconfig = folder.resolve("kubeconfig");
        api = ApiServer.start(options, Map.of());
        client = new KubernetesClientBuilder().withConfig(api.config()).build();
        CustomResources.install(client);
        KubeconfigFile.write(options.kubeconfig, api.kubeconfig().orElseThrow());
        console = Functions.start(options, api, Optional.empty());
    }

    URI page(String query) {
        return console.url().resolve("/console" + query);
    }

    private void namespace(String name) {
        client.resource(new NamespaceBuilder().withNewMetadata().withName(name).endMetadata().build()).create();
    }

    private GenericKubernetesResource create(String namespace, String kind, String name, String metadata, String spec,
            String status) {
        GenericKubernetesResource created = client.genericKubernetesResources(JupyterResource.definition(kind))
                .inNamespace(namespace).resource(Serialization.unmarshal("""
                        apiVersion: kubeflow.tkestack.io/v1alpha1
                        kind: %s
                        metadata: {name: "%s", %s}
                        spec: {%s}
                        """.formatted(kind, name, metadata, spec), GenericKubernetesResource.class))
                .create();
        client.genericKubernetesResources(JupyterResource.definition(kind)).inNamespace(namespace).withName(name)
                .subresource("status").patch(PatchContext.of(PatchType.JSON_MERGE),
                        Serialization
                                .asJson(Map.of("status", Serialization.unmarshal("---\n{" + status + "}", Map.class))));
        return created;
    }

    /** A team with five kernels, one of them kept by its owner, a pod that waits, and kernels that were culled. */
    void smallTeam(String namespace) {
        namespace(namespace);
        String ready = "conditions: [{type: Ready, status: 'True', reason: Ready, message: '%s',"
                + " lastTransitionTime: '" + now + "'}]";
        GenericKubernetesResource gateway = create(namespace, "JupyterGateway", "gpu", "labels: {}",
                "cullIdleTimeout: 3600", ready.formatted("The gateway accepts requests.")
                        + ", kernels: {total: 5, busy: 2, idle: 3, gpus: 6, idleGpus: 3}, culling: {nextCull: '"
                        + now.plusSeconds(1200) + "', culled: 37, idleSeconds: 133200, reclaimed: {cpu: '74',"
                        + " memory: 296Gi, nvidia.com/gpu: '41'}, forWaitingPods: {culled: 4, idleSeconds: 3600,"
                        + " reclaimed: {nvidia.com/gpu: '4'}}}");
        for (String owner : OWNERS) {
            create(namespace, "JupyterNotebook", owner, "labels: {}", "gateway: {name: gpu}",
                    ready.formatted("The notebook server accepts requests."));
        }
        create(namespace, "JupyterNotebook", "draft", "labels: {}", "replicas: 0, gateway: {name: gpu}",
                "conditions: [{type: Ready, status: 'False', reason: Stopped, message: 'The notebook is stopped."
                        + " Set replicas to 1 to start it.', lastTransitionTime: '" + now + "'}]");
        team(namespace, gateway, "ada", "busy", 20, 2, "");
        team(namespace, gateway, "grace", "busy", 5, 1, "");
        team(namespace, gateway, "lin", "idle", 2400, 1, "");
        team(namespace, gateway, "lin", "idle", 600, 1, "");
        team(namespace, gateway, "ada", "idle", 5000, 1,
                "annotations: {elastic-jupyter.io/keep-until: '" + now.plusSeconds(7200) + "'}");
        waitingPod(namespace);
        culled(namespace, "mei-5f0c", 400);
        culled(namespace, "ada-81d2", 1500);
    }

    private void team(String namespace, GenericKubernetesResource gateway, String owner, String state, long idle,
            int gpus, String metadata) {
        String name = owner + "-" + Long.toHexString(4096 + idle);
        String node = "busy".equals(state) ? "node-a" : "node-b";
        GenericKubernetesResource kernel = create(namespace, "JupyterKernel", name, owned("JupyterGateway", gateway)
                + (metadata.isEmpty() ? "" : ", " + metadata),
                "user: " + owner + ", notebook: {name: " + owner
                        + ", namespace: " + namespace + "}, template: {spec: {containers: [{name: kernel, image: x}]}}",
                status(state, idle, gpus, node));
        client.resource(Serialization.unmarshal("""
                apiVersion: v1
                kind: Pod
                metadata: {name: %s, namespace: %s, labels: {component: kernel, kernel_id: %s}, %s}
                spec:
                  nodeName: %s
                  containers:
                    - {name: kernel, image: x, resources: {requests: {cpu: "2", memory: %dGi, nvidia.com/gpu: "%d"}, limits: {nvidia.com/gpu: "%d"}}}
                """.formatted(name, namespace, name, owned("JupyterKernel", kernel), node, GIBIBYTES, gpus, gpus),
                Pod.class)).create();
    }

    private static String owned(String kind, GenericKubernetesResource owner) {
        return "ownerReferences: [{apiVersion: kubeflow.tkestack.io/v1alpha1, kind: %s, name: %s, uid: %s, controller: true}]"
                .formatted(kind, owner.getMetadata().getName(), owner.getMetadata().getUid());
    }

    private String status(String state, long idle, int gpus, String node) {
        Instant last = now.minusSeconds(idle);
        return "phase: Running, nodeName: " + node + ", gpus: " + gpus + ", activity: {executionState: " + state
                + ", lastActivity: '" + last + "', dueTime: '" + last.plusSeconds(3600) + "'"
                + (state.equals("busy") ? "" : ", idleSince: '" + last + "'") + "}";
    }

    private void waitingPod(String namespace) {
        client.resource(Serialization.unmarshal("""
                apiVersion: v1
                kind: Pod
                metadata: {name: training, namespace: %s}
                spec: {containers: [{name: main, image: x, resources: {requests: {cpu: "8", memory: 64Gi, nvidia.com/gpu: "4"}, limits: {nvidia.com/gpu: "4"}}}]}
                """.formatted(namespace), Pod.class)).create();
        client.pods().inNamespace(namespace).withName("training").editStatus(pod -> {
            pod.setStatus(Serialization.unmarshal(
                    "---\n{phase: Pending, conditions: [{type: PodScheduled, status: 'False',"
                            + " reason: Unschedulable, message: '0/2 nodes are available: 2 Insufficient nvidia.com/gpu.'}]}",
                    io.fabric8.kubernetes.api.model.PodStatus.class));
            return pod;
        });
    }

    private void culled(String namespace, String kernel, long ago) {
        String time = now.minusSeconds(ago).toString();
        client.v1().events().inNamespace(namespace).resource(new EventBuilder().withNewMetadata().withName(kernel)
                .withNamespace(namespace).endMetadata().withNewInvolvedObject().withKind("JupyterKernel")
                .withName(kernel).withNamespace(namespace).endInvolvedObject().withType("Normal").withReason("Culled")
                .withMessage("Deleted after being idle for 3601 s. Reclaimed cpu 2, memory 8Gi, nvidia.com/gpu 1.")
                .withNewSource().withComponent("elastic-jupyter-culler").endSource().withFirstTimestamp(time)
                .withLastTimestamp(time).build()).create();
    }

    /** Kernels of one GPU each; every fourth is busy. */
    void kernels(String namespace, int count) {
        namespace(namespace);
        for (int i = 0; i < count; i++) {
            create(namespace, "JupyterKernel", "kernel-%04d".formatted(i), "labels: {}", "user: "
                    + OWNERS.get(i % OWNERS.size()) + ", template: {spec: {containers: [{name: kernel, image: x}]}}",
                    status(i % 4 == 0 ? "busy" : "idle", i, 1, "node-" + i % 40));
        }
    }

    /** Adds a kernel whose owner's name is markup. */
    void hostileKernel(String namespace) {
        create(namespace, "JupyterKernel", "hostile", "labels: {}",
                "user: '<img src=x onerror=\"document.title=1\"><script>document.title=1</script>',"
                        + " template: {spec: {containers: [{name: kernel, image: x}]}}",
                status("idle", 60, 1, "node-a"));
    }

    void delete(String namespace, String kernel) {
        client.genericKubernetesResources(JupyterResource.definition("JupyterKernel")).inNamespace(namespace)
                .withName(kernel).delete();
    }

    @Override
    public void close() {
        console.close();
        client.close();
        api.close();
    }
}
