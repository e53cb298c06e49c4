package io.elasticjupyter.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.elasticjupyter.integration.FunctionsServer.Answer;
import io.elasticjupyter.kubernetes.OwnerReferences;
import io.elasticjupyter.local.ResourceEvents.Change;
import io.elasticjupyter.local.fake.FakeGateway;
import io.elasticjupyter.local.fake.FakeKernel;
import io.elasticjupyter.local.fake.MemoryKernels;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodConditionBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.scheduling.v1.PriorityClass;
import io.fabric8.kubernetes.api.model.scheduling.v1.PriorityClassBuilder;
import io.fabric8.kubernetes.api.model.storage.StorageClass;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Runs every function as its service account in a cluster, with only the rights of {@code deploy/rbac} and under the policies of
 * {@code deploy/admission}, and verifies that no right is missing and none is unnecessary. On the embedded API, which refuses
 * nothing, it compares the recorded requests with the rights.
 */
@OnEachCluster
class RightsTest {

    private static final String SYSTEM = "elastic-jupyter";

    private final Site site;
    private final Accounts accounts;
    private final List<FunctionsServer> servers = new ArrayList<>();
    private final MemoryKernels kernels = new MemoryKernels();
    private FakeGateway gateways;
    private final AtomicInteger attempts = new AtomicInteger();
    private Path auditLog;
    private int from;
    private String namespace;
    private FunctionsServer reconciler;
    private FunctionsServer culler;

    RightsTest(Site site) {
        this.site = site;
        this.accounts = new Accounts(site, SYSTEM);
    }

    @BeforeEach
    void accounts() throws IOException {
        assumeTrue(site.cluster().auditLog().isPresent(),
                "rights are compared with an audit log, which this cluster does not provide");
        auditLog = site.cluster().auditLog().get();
        namespace = site.namespace();
        site.namespace(SYSTEM);
        Stream.of("deploy/rbac", "deploy/admission").forEach(accounts::installAll);
        if (site.cluster().isReal()) {
            accounts.awaitPolicies();
        }
        gateways = FakeGateway.start(kernels);
        from = Right.lines(auditLog);
        reconciler = as("reconciler");
        culler = as("culler", "--elastic-jupyter.gateway-url=" + gateways.urlTemplate());
    }

    @AfterEach
    void end() {
        servers.forEach(FunctionsServer::close);
        if (gateways != null) {
            gateways.close();
        }
    }

    @Test
    void ofTheReconciler() {
        everyChildOfEveryKind();
        podsThatAreNotReady();
        childrenThatAreReplaced();
        childrenThatAreNoLongerWanted();
        notebooksThatAreExposed();
        kernelsThatEnd();
        everyKindMarkedByTheDeadLetters();
        assertThat(reconciler.ping("resync", "{}").outcome()).isIn("changed", "unchanged");

        compare("reconciler");
    }

    @Test
    void ofTheCuller() {
        GenericKubernetesResource gateway = apply("""
                apiVersion: kubeflow.tkestack.io/v1alpha1
                kind: JupyterGateway
                metadata: {name: team}
                spec: {cullIdleTimeout: 60}
                """);
        // The gateway's Role lets the cull function read its token.
        send(reconciler, "reconcileGateway", gateway);
        List.of("idle", "used")
                .forEach(name -> send(reconciler, "reconcileKernel", kernel(name, "ownerReferences: ["
                        + Serialization.asJson(OwnerReferences.controller(gateway)) + "]")));
        listed("idle", Instant.now().minus(Duration.ofHours(1)));
        listed("used", Instant.now());

        assertThat(cull().body()).contains("\"kernelId\":\"idle\"");
        // The run covers all gateways, including those of other tests; in this one, the active kernel is kept.
        List<JsonNode> ofThisOne = new ArrayList<>();
        Documents.parse(cull("{}").body()).getFirst().path("gateways").forEach(report -> {
            if (report.path("namespace").asText().equals(namespace)) {
                ofThisOne.add(report);
            }
        });
        assertThat(ofThisOne).singleElement().satisfies(report -> {
            assertThat(report.path("culled")).isEmpty();
            assertThat(report.path("kept").findValuesAsText("kernelId")).containsExactly("used");
        });
        listed("used", Instant.now().plusSeconds(1));
        assertThat(cull().outcome()).isEqualTo("kept");
        listed("used", Instant.now().minus(Duration.ofHours(1)));
        assertThat(cull().outcome()).isEqualTo("culled");
        assertThat(cull().outcome()).isEqualTo("kept");
        assertThat(site.now(gateway).<Integer>get("status", "culling", "culled")).isEqualTo(2);
        assertThat(site.client().pods().inNamespace(namespace).list().getItems()).isEmpty();
        aNotebookThatIsDeleted(gateway);
        aPodThatWaits();

        compare("culler");
    }

    private void aNotebookThatIsDeleted(GenericKubernetesResource gateway) {
        apply("""
                apiVersion: kubeflow.tkestack.io/v1alpha1
                kind: JupyterKernel
                metadata: {name: of-notebook, labels: {kernel_id: of-notebook}, ownerReferences: [%s]}
                spec: {notebook: {namespace: %s, name: ada}, template: {spec: {containers: [{name: kernel, image: x}]}}}
                """.formatted(Serialization.asJson(OwnerReferences.controller(gateway)), namespace));
        GenericKubernetesResource notebook = apply("""
                apiVersion: kubeflow.tkestack.io/v1alpha1
                kind: JupyterNotebook
                metadata: {name: ada}
                """);
        site.client().resource(notebook).delete();
        Answer answer = culler.post("cullKernels", site.event(Change.DELETE, notebook));
        assertThat(answer.outcome()).as("%s", answer).isEqualTo("culled");
    }

    /** A kernel is culled for a pod. There is no scheduler, so that the function waits in vain until it is bound. */
    private void aPodThatWaits() {
        String resource = "example.com/" + namespace;
        // Room for the pods of other tests, too, which may be bound to this node.
        Map<String, Quantity> capacity = Map.of("cpu", new Quantity("8"), "pods", new Quantity("1000"), resource,
                new Quantity("1"));
        site.client().resource(new NodeBuilder().withNewMetadata().withName(namespace).endMetadata().withNewStatus()
                .withCapacity(capacity).withAllocatable(capacity).endStatus().build()).create();
        // A controller of nodes would remove the taint of a node that is ready.
        site.client().nodes().withName(namespace).edit(node -> new NodeBuilder(node).editSpec().withTaints()
                .endSpec().build());
        volumes();
        site.client().resource(new PriorityClassBuilder().withNewMetadata().withName(namespace).endMetadata()
                .withValue(1000).build()).create();
        GenericKubernetesResource gateway = site.client().genericKubernetesResources(
                "kubeflow.tkestack.io/v1alpha1", "JupyterGateway").inNamespace(namespace).withName("team").get();
        send(reconciler, "reconcileKernel", apply("""
                apiVersion: kubeflow.tkestack.io/v1alpha1
                kind: JupyterKernel
                metadata: {name: bound, labels: {kernel_id: bound}, ownerReferences: [%s]}
                spec: {template: {spec: {nodeName: %s, containers: [{name: kernel, image: x, resources: {limits: {%s: 1}}}]}}}
                """.formatted(Serialization.asJson(OwnerReferences.controller(gateway)), namespace, resource)));
        listed("bound", Instant.now().minus(Duration.ofMinutes(10)));
        apply("""
                apiVersion: v1
                kind: Pod
                metadata: {name: training, labels: {elastic-jupyter.io/reclaim: idle-kernels}}
                spec:
                  priorityClassName: %s
                  containers: [{name: main, image: x, resources: {limits: {%s: 1}}}]
                  volumes:
                    - {name: bound, persistentVolumeClaim: {claimName: bound}}
                    - {name: unbound, persistentVolumeClaim: {claimName: unbound}}
                """.formatted(namespace, resource));
        Pod pod = unschedulable("training");
        Answer answer = culler.post("reclaimKernels", site.event(Change.UPDATE,
                Serialization.unmarshal(Serialization.asJson(pod), GenericKubernetesResource.class)));
        assertThat(answer.outcome()).as("%s", answer).isEqualTo("reclaimed");
        site.client().resource(pod).withGracePeriod(0).delete();
        aPodThatWaitsForADevice();
        site.client().nodes().withName(namespace).delete();
        site.client().resources(PriorityClass.class).withName(namespace).delete();
        site.client().storage().v1().storageClasses().withName(namespace).delete();
        site.client().persistentVolumes().withName(namespace).delete();
    }

    /** Nothing is known about the device, but the claims and devices of the cluster are read. */
    private void aPodThatWaitsForADevice() {
        apply("""
                apiVersion: v1
                kind: Pod
                metadata: {name: device, labels: {elastic-jupyter.io/reclaim: idle-kernels}}
                spec:
                  priorityClassName: %s
                  resourceClaims: [{name: gpu, resourceClaimName: missing}]
                  containers: [{name: main, image: x}]
                """.formatted(namespace));
        Answer answer = culler.post("reclaimKernels", site.event(Change.UPDATE, Serialization.unmarshal(
                Serialization.asJson(unschedulable("device")), GenericKubernetesResource.class)));
        assertThat(answer.outcome()).as("%s", answer).isEqualTo("waiting");
        site.client().pods().inNamespace(namespace).withName("device").withGracePeriod(0).delete();
    }

    private Pod unschedulable(String name) {
        return site.client().pods().inNamespace(namespace).withName(name).editStatus(it -> {
            it.getStatus().setConditions(List.of(new PodConditionBuilder().withType("PodScheduled").withStatus("False")
                    .withReason("Unschedulable").build()));
            return it;
        });
    }

    /** A claim that is bound, and one that is bound once a node is chosen. */
    private void volumes() {
        site.client().resource(Serialization.unmarshal("""
                apiVersion: v1
                kind: PersistentVolume
                metadata: {name: %s}
                spec: {capacity: {storage: 1Gi}, accessModes: [ReadWriteOnce], hostPath: {path: /data}}
                """.formatted(namespace), PersistentVolume.class)).create();
        site.client().resource(Serialization.unmarshal("""
                apiVersion: storage.k8s.io/v1
                kind: StorageClass
                metadata: {name: %s}
                provisioner: example.com/none
                volumeBindingMode: WaitForFirstConsumer
                """.formatted(namespace), StorageClass.class)).create();
        apply("""
                apiVersion: v1
                kind: PersistentVolumeClaim
                metadata: {name: bound, annotations: {pv.kubernetes.io/bind-completed: "yes"}}
                spec: {accessModes: [ReadWriteOnce], volumeName: %s, resources: {requests: {storage: 1Gi}}}
                """.formatted(namespace));
        apply("""
                apiVersion: v1
                kind: PersistentVolumeClaim
                metadata: {name: unbound}
                spec: {accessModes: [ReadWriteOnce], storageClassName: %s, resources: {requests: {storage: 1Gi}}}
                """.formatted(namespace));
    }

    @Test
    void thatTheApiServerChecksWithinAnotherRequest() {
        assumeTrue(site.cluster().isReal(), "only a real API server has authorization");
        JsonNode role = role("elastic-jupyter-reconciler");
        Set<Right> inPassing = new TreeSet<>(Right.of(role));
        inPassing.removeIf(right -> !right.isCheckedImplicitly());
        assertThat(inPassing).hasSizeGreaterThan(4);
        for (Right right : inPassing) {
            accounts.install(without(role, right));
            GenericKubernetesResource refused = await().atMost(Duration.ofSeconds(30)).until(() -> {
                GenericKubernetesResource resource = needs(right);
                Answer answer = send(resource);
                return answer.outcome().equals("rejected") ? resource : null;
            }, resource -> resource != null);
            assertThat(Site.condition(site.now(refused), "Ready").path("reason").asText()).as("without %s", right)
                    .isEqualTo("Forbidden");
            accounts.install(role);
            await().atMost(Duration.ofSeconds(30)).untilAsserted(
                    () -> assertThat(send(refused).outcome()).as("with %s again", right).isIn("created", "updated"));
        }
    }

    private void compare(String account) {
        String user = accounts.user(account);
        Set<Right> granted = Right.of(role("elastic-jupyter-" + account));
        granted.removeIf(Right::isCheckedImplicitly);
        await().atMost(Duration.ofSeconds(10)).untilAsserted(
                () -> assertThat(Right.used(auditLog, from, user)).as("used rights").containsAll(granted));
        assertThat(Right.refused(auditLog, from, user)).as("missing rights").isEmpty();
        // The embedded API refuses nothing.
        granted.addAll(grantedInTheNamespace(account));
        assertThat(granted).as("granted rights").containsAll(Right.used(auditLog, from, user));
    }

    /** Returns the rights in the Roles that gateways grant to an account. */
    private Set<Right> grantedInTheNamespace(String account) {
        Set<Right> granted = new TreeSet<>();
        site.client().rbac().roleBindings().inNamespace(namespace).list().getItems().stream()
                .filter(binding -> binding.getRoleRef().getKind().equals("Role"))
                .filter(binding -> binding.getSubjects().stream()
                        .anyMatch(subject -> subject.getName().equals(account)))
                .map(binding -> site.client().rbac().roles().inNamespace(namespace)
                        .withName(binding.getRoleRef().getName()).get())
                .forEach(role -> granted.addAll(Right.of(
                        Serialization.unmarshal(Serialization.asJson(role), JsonNode.class))));
        return granted;
    }

    private void everyChildOfEveryKind() {
        List<GenericKubernetesResource> all = new ArrayList<>();
        for (JsonNode document : Documents.parse("""
                apiVersion: kubeflow.tkestack.io/v1alpha1
                kind: JupyterKernelTemplate
                metadata: {name: scipy}
                spec: {template: {spec: {containers: [{name: kernel, image: "elyra/kernel-py:3.3.0"}]}}}
                ---
                apiVersion: kubeflow.tkestack.io/v1alpha1
                kind: JupyterKernelSpec
                metadata: {name: scipy}
                spec: {template: {name: scipy}}
                ---
                apiVersion: kubeflow.tkestack.io/v1alpha1
                kind: JupyterGateway
                metadata: {name: team}
                spec: {kernels: [scipy]}
                ---
                apiVersion: kubeflow.tkestack.io/v1alpha1
                kind: JupyterNotebook
                metadata: {name: ada}
                spec: {gateway: {name: team}, storage: {size: 1Gi}}
                ---
                apiVersion: kubeflow.tkestack.io/v1alpha1
                kind: JupyterKernel
                metadata: {name: jovyan-1}
                spec: {templateRef: {name: scipy}}
                """)) {
            all.add(site.apply(namespace, document));
        }
        all.forEach(each -> assertThat(send(each).outcome()).isIn("created", "updated", "unchanged"));
        all.forEach(each -> assertThat(send(each).outcome()).isIn("updated", "unchanged"));
    }

    /** A child that differs in an immutable field is deleted and created again. */
    private void podsThatAreNotReady() {
        site.client().apps().deployments().inNamespace(namespace).withName("ada")
                .editStatus(deployment -> new DeploymentBuilder(deployment).editOrNewStatus().withReplicas(1)
                        .endStatus().build());
        send(site.client().genericKubernetesResources("kubeflow.tkestack.io/v1alpha1", "JupyterNotebook")
                .inNamespace(namespace).withName("ada").get());
    }

    private void childrenThatAreReplaced() {
        GenericKubernetesResource gateway = apply("""
                apiVersion: kubeflow.tkestack.io/v1alpha1
                kind: JupyterGateway
                metadata: {name: moved}
                """);
        String owner = """
                labels: {app.kubernetes.io/managed-by: elastic-jupyter},
                ownerReferences: [{apiVersion: kubeflow.tkestack.io/v1alpha1, kind: JupyterGateway, name: moved, uid: %s,
                  controller: true}]""".formatted(gateway.getMetadata().getUid()).replace("\n", " ");
        apply("""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: RoleBinding
                metadata: {name: moved, %s}
                roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
                """.formatted(owner));
        apply("""
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: moved, %s}
                spec:
                  selector: {matchLabels: {app: old}}
                  template: {metadata: {labels: {app: old}}, spec: {containers: [{name: old, image: old}]}}
                """.formatted(owner));
        assertThat(send(gateway).body()).contains("\"kind\":\"RoleBinding\",\"name\":\"moved\",\"change\":\"replaced\"")
                .contains("\"kind\":\"Deployment\",\"name\":\"moved\",\"change\":\"replaced\"");
    }

    private void childrenThatAreNoLongerWanted() {
        String yaml = """
                apiVersion: kubeflow.tkestack.io/v1alpha1
                kind: JupyterNotebook
                metadata: {name: open}
                spec: {networkPolicy: {enabled: %s}}
                """;
        send(apply(yaml.formatted(true)));
        assertThat(send(apply(yaml.formatted(false))).body())
                .contains("\"kind\":\"NetworkPolicy\",\"name\":\"open\",\"change\":\"deleted\"");
    }

    /** An Ingress and an HTTPRoute are created, changed and deleted. The cluster has the Gateway API only for this test. */
    private void notebooksThatAreExposed() {
        var routes = site.client().resource(Serialization.unmarshal("""
                apiVersion: apiextensions.k8s.io/v1
                kind: CustomResourceDefinition
                metadata:
                  name: httproutes.gateway.networking.k8s.io
                  annotations: {api-approved.kubernetes.io: "unapproved, for a test"}
                spec:
                  group: gateway.networking.k8s.io
                  scope: Namespaced
                  names: {kind: HTTPRoute, listKind: HTTPRouteList, plural: httproutes, singular: httproute}
                  versions:
                    - name: v1
                      served: true
                      storage: true
                      schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
                """, CustomResourceDefinition.class));
        routes.create();
        routes.waitUntilCondition(RightsTest::isEstablished, 30, TimeUnit.SECONDS);
        try {
            String yaml = """
                    apiVersion: kubeflow.tkestack.io/v1alpha1
                    kind: JupyterNotebook
                    metadata: {name: exposed}
                    spec: {expose: {host: %s, %s}}
                    """;
            String ingress = "ingress: {}";
            String route = "httpRoute: {parentRef: {name: web}}";
            send(apply(yaml.formatted("a.example.com", ingress)));
            send(apply(yaml.formatted("b.example.com", ingress)));
            assertThat(send(apply(yaml.formatted("a.example.com", route))).body())
                    .contains("\"kind\":\"HTTPRoute\",\"name\":\"exposed\",\"change\":\"created\"")
                    .contains("\"kind\":\"Ingress\",\"name\":\"exposed\",\"change\":\"deleted\"");
            send(apply(yaml.formatted("b.example.com", route)));
            assertThat(send(apply(yaml.formatted("b.example.com", ingress))).body())
                    .contains("\"kind\":\"HTTPRoute\",\"name\":\"exposed\",\"change\":\"deleted\"");
        } finally {
            routes.delete();
        }
    }

    private static boolean isEstablished(CustomResourceDefinition definition) {
        return definition != null && definition.getStatus() != null && definition.getStatus().getConditions().stream()
                .anyMatch(condition -> condition.getType().equals("Established")
                        && condition.getStatus().equals("True"));
    }

    private void kernelsThatEnd() {
        GenericKubernetesResource kernel = kernel("ended", "ownerReferences: []");
        send(kernel);
        var pod = site.client().pods().inNamespace(namespace).withName("ended").editStatus(it -> {
            it.getStatus().setPhase("Running");
            return it;
        });
        site.client().resource(pod).withGracePeriod(0).delete();
        GenericKubernetesResource generic = Serialization.unmarshal(Serialization.asJson(pod),
                GenericKubernetesResource.class);
        Answer answer = reconciler.post("reconcileKernel", site.event(Change.DELETE, generic));
        assertThat(answer.outcome()).as("%s", answer).isEqualTo("finished");
    }

    private void everyKindMarkedByTheDeadLetters() {
        for (String kind : List.of("JupyterNotebook", "JupyterGateway", "JupyterKernelSpec", "JupyterKernelTemplate",
                "JupyterKernel")) {
            HasMetadata resource = site.client().genericKubernetesResources("kubeflow.tkestack.io/v1alpha1", kind)
                    .inNamespace(namespace).list().getItems().getFirst();
            CloudEvent given = CloudEventBuilder.v1(site.event(Change.UPDATE,
                    (GenericKubernetesResource) resource))
                    .withExtension("knativeerrordest", URI.create("http://reconciler/reconcile"))
                    .withExtension("knativeerrorcode", "503").build();
            Answer answer = reconciler.post("deadLetter", given);
            assertThat(answer.outcome()).as("%s", answer).isEqualTo("marked");
        }
    }

    private GenericKubernetesResource kernel(String name, String owners) {
        return apply("""
                apiVersion: kubeflow.tkestack.io/v1alpha1
                kind: JupyterKernel
                metadata: {name: %s, labels: {kernel_id: %s}, %s}
                spec: {template: {spec: {containers: [{name: kernel, image: "elyra/kernel-py:3.3.0"}]}}}
                """.formatted(name, name, owners));
    }

    /** Returns a new resource whose children cannot be created without a right. */
    private GenericKubernetesResource needs(Right right) {
        Map<String, String> specs = new LinkedHashMap<>(Map.of(
                "jupyternotebooks/finalizers", "JupyterNotebook {}",
                "jupytergateways/finalizers", "JupyterGateway {}",
                "clusterroles", "JupyterGateway {}",
                "jupyterkernelspecs/finalizers", "JupyterKernelSpec {image: x}",
                "jupyterkernels/finalizers",
                "JupyterKernel {template: {spec: {containers: [{name: kernel, image: x}]}}}"));
        String[] kindAndSpec = specs.get(right.resource()).split(" ", 2);
        return apply("""
                apiVersion: kubeflow.tkestack.io/v1alpha1
                kind: %s
                metadata: {name: refused-%d}
                spec: %s
                """.formatted(kindAndSpec[0], attempts.incrementAndGet(), kindAndSpec[1]));
    }

    private static JsonNode role(String name) {
        return Documents.under("deploy/rbac").stream().flatMap(file -> file.all().stream())
                .filter(it -> it.path("kind").asText().equals("ClusterRole"))
                .filter(it -> it.at("/metadata/name").asText().equals(name)).findFirst().orElseThrow();
    }

    private static JsonNode without(JsonNode role, Right right) {
        ObjectNode less = role.deepCopy();
        less.path("rules").forEach(rule -> {
            if (Right.of(less.objectNode().set("rules", less.arrayNode().add(rule))).contains(right)) {
                var resources = ((ObjectNode) rule).putArray("resources");
                Stream.concat(Stream.of("none"), Right.of(role).stream()
                        .filter(each -> each.verb().equals(right.verb()) && each.isCheckedImplicitly()
                                && each.group().equals(right.group()) && !each.equals(right))
                        .map(Right::resource)).forEach(resources::add);
            }
        });
        return less;
    }

    private FunctionsServer as(String account, String... arguments) {
        FunctionsServer server = accounts.start(account, arguments);
        servers.add(server);
        return server;
    }

    private GenericKubernetesResource apply(String yaml) {
        return site.apply(namespace, yaml);
    }

    private Answer send(GenericKubernetesResource resource) {
        return send(reconciler, Site.functionOf(resource), resource);
    }

    private Answer send(FunctionsServer server, String function, GenericKubernetesResource resource) {
        Answer answer = server.post(function, site.event(Change.ADD, resource));
        assertThat(answer.status()).as("%s", answer).isEqualTo(200);
        return answer;
    }

    private void listed(String id, Instant lastActivity) {
        kernels.put(namespace + "/team", FakeKernel.of(id, "idle", lastActivity, 0));
    }

    private Answer cull() {
        return cull("{\"gateway\": \"team\", \"namespace\": \"%s\"}".formatted(namespace));
    }

    private Answer cull(String data) {
        Answer answer = culler.ping("cullKernels", data);
        assertThat(answer.status()).as("%s", answer).isEqualTo(200);
        return answer;
    }
}
