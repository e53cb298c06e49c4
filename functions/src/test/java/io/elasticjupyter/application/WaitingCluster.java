package io.elasticjupyter.application;

import io.elasticjupyter.api.v1alpha1.JupyterGateway;
import io.elasticjupyter.api.v1alpha1.JupyterKernel;
import io.elasticjupyter.fixtures.ResourceFixture;
import io.elasticjupyter.kubernetes.OwnerReferences;
import io.elasticjupyter.local.fake.FakeKernel;
import io.elasticjupyter.local.fake.MemoryKernels;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.NodeSelectorRequirement;
import io.fabric8.kubernetes.api.model.PersistentVolumeBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodConditionBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.io.File;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * Nodes with GPUs, kernels on them, and pods that wait for GPUs.
 *
 * @param client the client of the API server
 * @param kernels the kernels of the gateways
 */
record WaitingCluster(KubernetesClient client, MemoryKernels kernels) {

    static final String GPU = "nvidia.com/gpu";

    static final ResourceDefinitionContext PING_SOURCES = new ResourceDefinitionContext.Builder()
            .withGroup("sources.knative.dev").withVersion("v1").withKind("PingSource").withPlural("pingsources")
            .withNamespaced(true).build();

    /** Removes all that a test has left. */
    void empty() {
        kernels.clear();
        client.resources(CustomResourceDefinition.class).load(new File("src/test/resources/knative/pingsource.yaml"))
                .createOr(it -> it.update());
        client.resources(Node.class).delete();
        client.persistentVolumes().delete();
        client.persistentVolumeClaims().inNamespace("default").delete();
        client.genericKubernetesResources(PING_SOURCES).inNamespace("default").delete();
        for (var type : List.of(JupyterKernel.class, JupyterGateway.class, Event.class)) {
            client.resources(type).inNamespace("default").delete();
        }
        client.pods().inNamespace("default").withGracePeriod(0).delete();
    }

    void node(String name, int gpus) {
        client.resource(new NodeBuilder().withNewMetadata().withName(name)
                .addToLabels("kubernetes.io/hostname", name).endMetadata().withNewStatus()
                .addToAllocatable("cpu", new Quantity("8")).addToAllocatable("memory", new Quantity("32Gi"))
                .addToAllocatable("pods", new Quantity("110"))
                .addToAllocatable(GPU, new Quantity(String.valueOf(gpus))).endStatus().build()).create();
    }

    JupyterGateway gateway(String name, String spec) {
        return client.resources(JupyterGateway.class).load(new java.io.ByteArrayInputStream("""
                apiVersion: kubeflow.tkestack.io/v1alpha1
                kind: JupyterGateway
                metadata: {name: %s, namespace: default}
                spec: %s
                """.formatted(name, spec).getBytes(java.nio.charset.StandardCharsets.UTF_8))).create();
    }

    /** Creates a kernel with a GPU on a node. */
    void kernel(JupyterGateway gateway, String id, String node, String state, Duration idle) {
        JupyterKernel kernel = ResourceFixture.aKernel(id).inNamespace("default").withLabel("kernel_id", id)
                .withTemplateRef("t").build();
        kernel.getMetadata().setOwnerReferences(List.of(OwnerReferences.controller(gateway)));
        client.resource(new PodBuilder(pod(id, 1)).editMetadata()
                .withLabels(Map.of("kernel_id", id, "component", "kernel", "app", "enterprise-gateway"))
                .withOwnerReferences(OwnerReferences.controller(client.resource(kernel).create())).endMetadata()
                .editSpec().withNodeName(node).endSpec().build()).create();
        active(gateway, id, state, idle);
    }

    /** Sets what a gateway says about a kernel. */
    void active(JupyterGateway gateway, String id, String state, Duration idle) {
        kernels.put("default/" + gateway.getMetadata().getName(),
                FakeKernel.of(id, state, Instant.now().minus(idle), 1));
    }

    /** Creates a pod that waits for GPUs, with the label and the condition that no node has room for it. */
    Pod waiting(String name, int gpus) {
        return waiting(waitingPod(name, gpus));
    }

    Pod waitingPod(String name, int gpus) {
        return new PodBuilder(pod(name, gpus)).editMetadata()
                .addToLabels("elastic-jupyter.io/reclaim", "idle-kernels").endMetadata().editSpec().withPriority(1000)
                .endSpec().build();
    }

    /** Creates a volume that only one node can use, and a claim that is bound to it. */
    void boundClaim(String name, String node) {
        client.resource(new PersistentVolumeBuilder().withNewMetadata().withName(name).endMetadata().withNewSpec()
                .withNewNodeAffinity().withNewRequired().addNewNodeSelectorTerm()
                .withMatchExpressions(new NodeSelectorRequirement("kubernetes.io/hostname", "In", List.of(node)))
                .endNodeSelectorTerm()
                .endRequired().endNodeAffinity().endSpec().build()).create();
        client.resource(new PersistentVolumeClaimBuilder().withNewMetadata().withNamespace("default").withName(name)
                .addToAnnotations("pv.kubernetes.io/bind-completed", "yes").endMetadata().withNewSpec()
                .withAccessModes("ReadWriteOnce").withVolumeName(name).withNewResources()
                .addToRequests("storage", new Quantity("1Gi")).endResources().endSpec().build()).create();
    }

    Pod waiting(Pod pod) {
        client.resource(pod).create();
        return client.pods().inNamespace("default").withName(pod.getMetadata().getName()).editStatus(it -> {
            it.getStatus().setConditions(List.of(new PodConditionBuilder().withType("PodScheduled").withStatus("False")
                    .withReason("Unschedulable").withMessage("0/1 nodes are available").build()));
            return it;
        });
    }

    Pod pod(String name, int gpus) {
        return new PodBuilder().withNewMetadata().withName(name).withNamespace("default").endMetadata()
                .withNewSpec().addNewContainer().withName("main").withImage("x").withNewResources()
                .addToRequests(GPU, new Quantity(String.valueOf(gpus)))
                .addToLimits(GPU, new Quantity(String.valueOf(gpus))).endResources().endContainer().endSpec().build();
    }

    /** Passes each kernel's pod that terminates to an action, once. */
    Watch schedule(Consumer<Pod> whenTerminating) {
        Set<String> seen = ConcurrentHashMap.newKeySet();
        return client.pods().inNamespace("default").withLabel("component", "kernel").watch(new Watcher<Pod>() {
            @Override
            public void eventReceived(Action action, Pod pod) {
                if ((action == Action.DELETED || pod.isMarkedForDeletion())
                        && seen.add(pod.getMetadata().getUid())) {
                    whenTerminating.accept(pod);
                }
            }

            @Override
            public void onClose(WatcherException cause) {
                // The test is over.
            }
        });
    }

    /** Binds the first pod that waits to the node of a kernel, as the scheduler does when there is room. */
    void bindFirst(Pod kernel) {
        client.pods().inNamespace("default").withLabel("elastic-jupyter.io/reclaim").list().getItems().stream()
                .filter(pod -> pod.getSpec().getNodeName() == null)
                .min(Comparator.comparing(pod -> pod.getMetadata().getName()))
                .ifPresent(pod -> client.resource(pod).edit(it -> new PodBuilder(it).editSpec()
                        .withNodeName(kernel.getSpec().getNodeName()).endSpec().build()));
    }

    /** Returns the names of the kernels that have a JupyterKernel and a pod that does not terminate. */
    List<String> kernelsLeft() {
        List<String> pods = client.pods().inNamespace("default").withLabel("component", "kernel").list().getItems()
                .stream().filter(pod -> !pod.isMarkedForDeletion()).map(pod -> pod.getMetadata().getName()).toList();
        return client.resources(JupyterKernel.class).inNamespace("default").list().getItems().stream()
                .map(kernel -> kernel.getMetadata().getName()).filter(pods::contains).sorted().toList();
    }

    /** Returns the Events about an object, as reason and message. */
    List<String> events(String name) {
        return client.v1().events().inNamespace("default").list().getItems().stream()
                .filter(event -> Objects.equals(event.getInvolvedObject().getName(), name))
                .map(event -> event.getReason() + ": " + event.getMessage()).toList();
    }
}
