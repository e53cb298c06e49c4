package io.embeddedkubernetes;

import static io.embeddedkubernetes.ApiClient.CONFIG_MAPS;
import static io.embeddedkubernetes.ApiClient.DEFINITIONS;
import static io.embeddedkubernetes.ApiClient.DEPLOYMENTS;
import static io.embeddedkubernetes.ApiClient.configMap;
import static io.embeddedkubernetes.ApiClient.yaml;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.embeddedkubernetes.json.JsonTrees;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is filled in, what is refused and what is shown of the built-in kinds. */
class BuiltinKindsTest extends ContractTest {

    private static final String PODS = "/api/v1/namespaces/{namespace}/pods";
    private static final String SECRETS = "/api/v1/namespaces/{namespace}/secrets";
    private static final String SERVICES = "/api/v1/namespaces/{namespace}/services";
    private static final String POLICIES = "/apis/networking.k8s.io/v1/namespaces/{namespace}/networkpolicies";
    private static final String CLAIMS = "/api/v1/namespaces/{namespace}/persistentvolumeclaims";
    private static final String MERGE = "application/merge-patch+json";
    private static final String NODES = "/api/v1/nodes";
    private static final String CLASSES = "/apis/scheduling.k8s.io/v1/priorityclasses";
    private static final String RBAC = "/apis/rbac.authorization.k8s.io/v1/namespaces/{namespace}/";

    private static ObjectNode deployment(String pod) {
        return yaml("""
                {apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {selector: {matchLabels: {app: web}},
                 template: {metadata: {labels: {app: web}}, spec: %s}}}""".formatted(pod));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "restartPolicy: Never | restartPolicy: Unsupported value: \"Never\": supported values: \"Always\"",
            "restartPolicy: OnFailure | restartPolicy: Unsupported value: \"OnFailure\": supported values: \"Always\"",
            "dnsPolicy: x | dnsPolicy: Unsupported value: \"x\": supported values: \"ClusterFirstWithHostNet\", \"ClusterFirst\", \"Default\", \"None\"",
            "activeDeadlineSeconds: 5 | activeDeadlineSeconds: Forbidden: activeDeadlineSeconds in ReplicaSet is not Supported",
            "nodeSelector: {a: 'b c'} | nodeSelector: Invalid value: \"b c\": a valid label must be an empty string or consist",
            "serviceAccountName: A_b | serviceAccountName: Invalid value: \"A_b\": a lowercase RFC 1123 subdomain must consist",
            "volumes: [{name: v, emptyDir: {}, secret: {secretName: x}}] | volumes[0].secret: Forbidden: may not specify more than 1 volume type",
            "volumes: [{name: v, secret: {}}] | volumes[0].secret.secretName: Required value",
            "volumes: [{name: v, persistentVolumeClaim: {}}] | volumes[0].persistentVolumeClaim.claimName: Required value",
            "volumes: [{name: UP}] | volumes[0].name: Invalid value: \"UP\": a lowercase RFC 1123 label must consist",
            "volumes: [{name: v}, {name: v}] | volumes[1].name: Duplicate value: \"v\"",
            "initContainers: [{name: one, image: x}] | initContainers[0].name: Duplicate value: \"one\""})
    void checksPodsInDeployments(String field, String message) {
        var refused = client.post(DEPLOYMENTS,
                deployment("{%s, containers: [{name: one, image: 'one:1'}]}".formatted(field.strip())));
        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.message())
                .startsWith("Deployment.apps \"web\" is invalid: spec.template.spec." + message.strip());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "resources: {requests: {memory: 2Gi}, limits: {memory: 1Gi}} | resources.requests: Invalid value: \"2Gi\": must be less than or equal to memory limit of 1Gi",
            "resources: {requests: {cpu: 200m}, limits: {cpu: 0.1}} | resources.requests: Invalid value: \"200m\": must be less than or equal to cpu limit of 100m",
            "resources: {requests: {memory: -1Gi}} | resources.requests[memory]: Invalid value: \"-1Gi\": must be greater than or equal to 0",
            "resources: {limits: {memory: -1Gi}} | resources.limits[memory]: Invalid value: \"-1Gi\": must be greater than or equal to 0",
            "resources: {requests: {nvidia.com/gpu: 1}, limits: {nvidia.com/gpu: 2}} | resources.requests: Invalid value: \"1\": must be equal to nvidia.com/gpu limit of 2",
            "resources: {requests: {nvidia.com/gpu: 1}} | resources.limits: Required value: Limit must be set for non overcommitable resources",
            "resources: {limits: {nvidia.com/gpu: 1500m}} | resources.limits[nvidia.com/gpu]: Invalid value: \"1500m\": must be an integer",
            "imagePullPolicy: Sometimes | imagePullPolicy: Unsupported value: \"Sometimes\": supported values: \"Always\", \"IfNotPresent\", \"Never\"",
            "livenessProbe: {} | livenessProbe: Required value: must specify a handler type",
            "env: [{name: a=b}] | env[0].name: Invalid value: \"a=b\": a valid environment variable name must consist only of printable ASCII characters other than '='",
            "env: [{value: b}] | env[0].name: Required value",
            "env: [{name: a, valueFrom: {}}] | env[0].valueFrom: Invalid value: \"\": must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`",
            "env: [{name: a, value: b, valueFrom: {fieldRef: {fieldPath: metadata.name}}}] | env[0].valueFrom: Invalid value: \"\": may not be specified when `value` is not empty",
            "env: [{name: a, valueFrom: {secretKeyRef: {name: a}}}] | env[0].valueFrom.secretKeyRef.key: Required value",
            "ports: [{containerPort: 0}] | ports[0].containerPort: Required value",
            "ports: [{containerPort: 99999}] | ports[0].containerPort: Invalid value: 99999: must be between 1 and 65535, inclusive",
            "ports: [{containerPort: 80, protocol: X}] | ports[0].protocol: Unsupported value: \"X\": supported values: \"SCTP\", \"TCP\", \"UDP\"",
            "ports: [{containerPort: 80, name: a_1}] | ports[0].name: Invalid value: \"a_1\": must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)",
            "volumeMounts: [{name: v, mountPath: /v}] | volumeMounts[0].name: Not found: \"v\""})
    void checksContainersInDeployments(String field, String message) {
        var refused = client.post(DEPLOYMENTS,
                deployment("{containers: [{name: one, image: 'one:1', %s}]}".formatted(field.strip())));
        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.message())
                .isEqualTo("Deployment.apps \"web\" is invalid: spec.template.spec.containers[0]." + message.strip());
    }

    @Test
    void checksTheMetadataOfTemplates() {
        var wrong = deployment("{containers: [{name: one, image: 'one:1'}]}");
        var metadata = (ObjectNode) JsonTrees.at(wrong, "spec", "template", "metadata");
        JsonTrees.child(metadata, "labels").put("x", "b c");
        assertThat(client.post(DEPLOYMENTS, wrong).message()).startsWith("Deployment.apps \"web\" is invalid: "
                + "spec.template.labels: Invalid value: \"b c\": a valid label must be an empty string or consist of");
        JsonTrees.child(metadata, "labels").put("x", "y".repeat(64));
        assertThat(client.post(DEPLOYMENTS, wrong).message()).startsWith("Deployment.apps \"web\" is invalid: "
                + "spec.template.labels: Invalid value: \"" + "y".repeat(64) + "\": must be no more than 63 bytes");
        JsonTrees.child(metadata, "labels").put("x", "y");
        JsonTrees.child(metadata, "annotations").put("x", "y".repeat(256 * 1024));
        assertThat(client.post(DEPLOYMENTS, wrong).message()).isEqualTo("Deployment.apps \"web\" is invalid: "
                + "spec.template.annotations: Too long: may not be more than 262144 bytes");
    }

    @Test
    void reportsAllThatAnEmptyDeploymentLacks() {
        assertThat(client.post(DEPLOYMENTS, yaml("{apiVersion: apps/v1, kind: Deployment, metadata: {}}")).message())
                .isEqualTo("Deployment.apps \"\" is invalid: [metadata.name: Required value: name or generateName is "
                        + "required, spec.selector: Required value, spec.template.metadata.labels: Invalid value: null: "
                        + "`selector` does not match template `labels`, spec.template.spec.containers: Required value]");
    }

    @Test
    void spellsAmountsInOneWay() {
        var created = client.post(DEPLOYMENTS, deployment("""
                {containers: [{name: one, image: 'one:1', resources: {limits: {cpu: 0.5, memory: 1024Mi,
                 ephemeral-storage: 1.5Gi, nvidia.com/gpu: 1, example.com/a: '2000', example.com/b: '1e3'},
                 requests: {cpu: 1m, memory: '512', ephemeral-storage: 0.5Ki, nvidia.com/gpu: 1, example.com/a: 2000,
                 example.com/b: 1000}}}]}"""));
        assertThat(created.status()).as(created.message()).isEqualTo(201);
        var resources = created.at("spec", "template", "spec", "containers").get(0).path("resources");
        assertThat(resources.path("limits")).isEqualTo(yaml("""
                {cpu: 500m, memory: 1Gi, ephemeral-storage: 1536Mi, nvidia.com/gpu: '1', example.com/a: 2k,
                 example.com/b: '1e3'}"""));
        assertThat(resources.path("requests")).isEqualTo(yaml("""
                {cpu: 1m, memory: '512', ephemeral-storage: '512', nvidia.com/gpu: '1', example.com/a: 2k,
                 example.com/b: 1k}"""));
        assertThat(client.post(DEPLOYMENTS,
                deployment("{containers: [{name: one, image: i, resources: {limits: {memory: lots}}}]}")).message())
                .isEqualTo("Deployment in version \"v1\" cannot be handled as a Deployment: quantities must match the "
                        + "regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'");
    }

    @Test
    void requestsTheLimitsOfAPod() {
        var pod = client.post(PODS, yaml("{metadata: {name: p}, spec: {containers: [{name: a, image: b, resources: "
                + "{limits: {cpu: 1, memory: 1Gi}}}]}}"));
        assertThat(JsonTrees.text(pod.at("spec", "containers").get(0), "resources", "requests", "memory"))
                .isEqualTo("1Gi");
        assertThat(pod.text("status", "qosClass")).isEqualTo("Guaranteed");
        assertThat(client.post(PODS, yaml("{metadata: {name: q}, spec: {restartPolicy: Sometimes, containers: "
                + "[{name: a, image: b}]}}")).message()).isEqualTo("Pod \"q\" is invalid: spec.restartPolicy: "
                        + "Unsupported value: \"Sometimes\": supported values: \"Always\", \"OnFailure\", \"Never\"");
    }

    @Test
    void refusesWhatIsTooLarge() {
        var large = client.post(DEPLOYMENTS, deployment("{containers: [{name: one, image: i, env: [{name: A, value: "
                + "'" + "x".repeat(2 * 1024 * 1024) + "'}]}]}"));
        assertThat(large.status()).isEqualTo(500);
        assertThat(large.message())
                .startsWith("rpc error: code = ResourceExhausted desc = trying to send message larger than max (209")
                .endsWith(" vs. 2097152)");
        assertThat(client.post(DEPLOYMENTS, deployment("{containers: [{name: one, image: i, env: [{name: A, value: '"
                + "x".repeat(1600 * 1024) + "'}]}]}")).message()).isEqualTo("etcdserver: request is too large");
        assertThat(client.post(CONFIG_MAPS, configMap("a", "{k: '" + "x".repeat(1024 * 1024 + 1) + "'}")).message())
                .isEqualTo("ConfigMap \"a\" is invalid: []: Too long: may not be more than 1048576 bytes");
        assertThat(client.post(SECRETS, yaml("{metadata: {name: s}, stringData: {k: '"
                + "x".repeat(1024 * 1024 + 2) + "'}}")).message())
                .isEqualTo("Secret \"s\" is invalid: data: Too long: may not be more than 1048576 bytes");
    }

    @Test
    void checksServicesRolesAndKeys() {
        assertThat(client.post(SERVICES, yaml("{metadata: {name: s}, spec: {type: Odd, ports: [{port: 80}]}}"))
                .message())
                .isEqualTo("Service \"s\" is invalid: spec.type: Unsupported value: \"Odd\": supported values: "
                        + "\"ClusterIP\", \"ExternalName\", \"LoadBalancer\", \"NodePort\"");
        assertThat(client.post(RBAC + "rolebindings", yaml("{metadata: {name: b}, subjects: [{kind: X, name: ''}], "
                + "roleRef: {kind: Role, name: ''}}")).message())
                .isEqualTo("RoleBinding.rbac.authorization.k8s.io \"b\" is "
                        + "invalid: [roleRef.name: Required value, subjects[0].name: Required value, subjects[0].kind: "
                        + "Unsupported value: \"X\": supported values: \"ServiceAccount\", \"User\", \"Group\"]");
        assertThat(client.post(RBAC + "roles", yaml("{metadata: {name: r}, rules: [{verbs: []}]}")).message())
                .isEqualTo(
                        "Role.rbac.authorization.k8s.io \"r\" is invalid: [rules[0].verbs: Required value: verbs must "
                                + "contain at least one value, rules[0].apiGroups: Required value: resource rules must supply at "
                                + "least one api group, rules[0].resources: Required value: resource rules must supply at least "
                                + "one resource]");
        assertThat(client.post(SECRETS, yaml("{metadata: {name: s}, data: {'a b': AAAA}}")).message())
                .startsWith(
                        "Secret \"s\" is invalid: data[a b]: Invalid value: \"a b\": a valid config key must consist");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {CONFIG_MAPS + "| Name:string/name Data:string Age:string",
            SECRETS + "| Name:string/name Type:string Data:string Age:string",
            "/api/v1/namespaces | Name:string/name Status:string Age:string",
            "/api/v1/namespaces/{namespace}/serviceaccounts | Name:string/name Age:string",
            NODES + "| Name:string/name Status:string Roles:string Age:string Version:string Internal-IP:string* External-IP:string* OS-Image:string* Kernel-Version:string* Container-Runtime:string*",
            CLASSES + "| Name:string/name Value:integer Global-Default:boolean Age:string PreemptionPolicy:string",
            SERVICES + "| Name:string/name Type:string Cluster-IP:string External-IP:string Port(s):string Age:string Selector:string*",
            PODS + "| Name:string/name Ready:string Status:string Restarts:string Age:string IP:string* Node:string* Nominated Node:string* Readiness Gates:string*",
            DEPLOYMENTS
                    + "| Name:string/name Ready:string Up-to-date:string Available:string Age:string Containers:string* Images:string* Selector:string*",
            CLAIMS + "| Name:string/name Status:string Volume:string Capacity:string Access Modes:string StorageClass:string VolumeAttributesClass:string Age:string VolumeMode:string*",
            "/api/v1/events | Last Seen:string Type:string Reason:string Object:string Subobject:string* Source:string* Message:string First Seen:string* Count:string* Name:string/name*",
            POLICIES + "| Name:string/name Pod-Selector:string Age:string",
            DEFINITIONS + "| Name:string/name Created At:date", RBAC + "roles | Name:string/name Created At:date",
            RBAC + "rolebindings | Name:string/name Role:string Age:string Users:string* Groups:string* ServiceAccounts:string*"})
    void hasTheColumnsOfARealServer(String path, String columns) {
        var shown = client.table(path.strip()).path("columnDefinitions").valueStream()
                .map(column -> JsonTrees.text(column, "name") + ":" + JsonTrees.text(column, "type")
                        + (JsonTrees.text(column, "format").isEmpty() ? "" : "/" + JsonTrees.text(column, "format"))
                        + (column.path("priority").asInt() > 0 ? "*" : ""))
                .collect(Collectors.joining(" "));
        assertThat(shown).isEqualTo(columns.strip());
    }

    private static ObjectNode claim(String spec) {
        return yaml("{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: home}, spec: %s}".formatted(spec));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "{resources: {requests: {storage: 1Gi}}} | spec.accessModes: Required value: at least 1 access mode is required",
            "{accessModes: [RWO], resources: {requests: {storage: 1Gi}}} | spec.accessModes: Unsupported value: \"RWO\"",
            "{accessModes: [ReadWriteOnce]} | spec.resources[storage]: Required value",
            "{accessModes: [ReadWriteOnce], resources: {requests: {storage: 0}}} | spec.resources[storage]: Invalid value: \"0\": must be greater than zero"})
    void checksClaims(String spec, String message) {
        var refused = client.post(CLAIMS, claim(spec.strip()));

        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.message())
                .startsWith("PersistentVolumeClaim \"home\" is invalid: " + message.strip());
    }

    @Test
    void aClaimWithoutAVolumeCannotBeChanged() {
        var created = client.post(CLAIMS,
                claim("{accessModes: [ReadWriteOnce], resources: {requests: {storage: 1024Mi}}}"));

        assertThat(created.status()).isEqualTo(201);
        assertThat(created.text("status", "phase")).isEqualTo("Pending");
        assertThat(created.text("spec", "volumeMode")).isEqualTo("Filesystem");
        assertThat(created.text("spec", "resources", "requests", "storage")).isEqualTo("1Gi");
        var refused = client.patch(CLAIMS + "/home", MERGE,
                "{\"spec\":{\"resources\":{\"requests\":{\"storage\":\"2Gi\"}}}}");
        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.message()).contains("spec: Forbidden: spec is immutable after creation except "
                + "resources.requests and volumeAttributesClassName for bound claims");
    }

    @Test
    void aNodeCanAllocateItsCapacityUnlessItsStatusSaysOtherwise() {
        var name = ApiServer.newNamespace();
        var created = client.post(NODES, yaml("""
                {metadata: {name: %s}, status: {capacity: {cpu: '4', pods: '110', nvidia.com/gpu: '2'}}}"""
                .formatted(name)));
        try {
            assertThat(created.status()).as(created.message()).isEqualTo(201);
            assertThat(created.at("status", "allocatable"))
                    .isEqualTo(yaml("{cpu: '4', pods: '110', nvidia.com/gpu: '2'}"));
            var changed = client.patch(NODES + "/" + name + "/status", MERGE,
                    "{\"status\": {\"allocatable\": {\"nvidia.com/gpu\": \"1\"}}}");
            assertThat(changed.status()).as(changed.message()).isEqualTo(200);
            assertThat(changed.at("status", "allocatable"))
                    .isEqualTo(yaml("{cpu: '4', pods: '110', nvidia.com/gpu: '1'}"));
        } finally {
            client.delete(NODES + "/" + name);
        }
    }

    @Test
    void aPodHasThePriorityOfItsClass() {
        var name = ApiServer.newNamespace();
        var spec = "{metadata: {name: one}, spec: {priorityClassName: %s, containers: [{name: one, image: 'one:1'}]}}"
                .formatted(name);
        assertThat(client.post(PODS, yaml(spec)).message())
                .isEqualTo("pods \"one\" is forbidden: no PriorityClass with name " + name + " was found");
        var created = client.post(CLASSES,
                yaml("{metadata: {name: %s}, value: 1000, preemptionPolicy: Never}".formatted(name)));
        try {
            assertThat(created.status()).as(created.message()).isEqualTo(201);
            var pod = client.post(PODS, yaml(spec));
            assertThat(pod.status()).as(pod.message()).isEqualTo(201);
            assertThat(pod.at("spec", "priority").asInt()).isEqualTo(1000);
            assertThat(pod.at("spec", "preemptionPolicy").asText()).isEqualTo("Never");
            assertThat(client.patch(CLASSES + "/" + name, MERGE, "{\"value\": 1}").message())
                    .isEqualTo("PriorityClass.scheduling.k8s.io \"" + name
                            + "\" is invalid: value: Forbidden: may not be changed in an update.");
        } finally {
            client.delete(CLASSES + "/" + name);
        }
    }

    @Test
    void fillsInAndChecksNetworkPolicies() {
        var created = client.post(POLICIES, yaml("""
                {metadata: {name: p}, spec: {podSelector: {matchLabels: {a: b}}, ingress: [{ports: [{port: 80}],
                 from: [{namespaceSelector: {}, podSelector: {matchLabels: {c: d}}}]}]}}"""));
        assertThat(created.status()).as(created.message()).isEqualTo(201);
        assertThat(created.at("spec", "policyTypes")).isEqualTo(yaml("{a: [Ingress]}").path("a"));
        assertThat(JsonTrees.text(created.at("spec", "ingress").get(0).path("ports").get(0), "protocol"))
                .isEqualTo("TCP");
        assertThat(created.at("metadata", "generation").asInt()).isEqualTo(1);
        assertThat(client.table(POLICIES).path("rows").get(0).path("cells").get(1).asText()).isEqualTo("a=b");
        assertThat(client.post(POLICIES, yaml("{metadata: {name: q}, spec: {podSelector: {}, ingress: "
                + "[{ports: [{port: 0}, {protocol: X}], from: [{}]}]}}")).message())
                .isEqualTo("NetworkPolicy.networking.k8s.io \"q\" is invalid: [spec.ingress[0].ports[0].port: "
                        + "Invalid value: 0: must be between 1 and 65535, inclusive, spec.ingress[0].ports[1].protocol: "
                        + "Unsupported value: \"X\": supported values: \"TCP\", \"UDP\", \"SCTP\", "
                        + "spec.ingress[0].from[0]: Required value: must specify a peer]");
        assertThat(client.post(POLICIES, yaml("{metadata: {name: q}, spec: {podSelector: {}, ingress: "
                + "[{from: [{podSelector: {}, ipBlock: {cidr: 10.0.0.0/8}}]}]}}")).message())
                .isEqualTo("NetworkPolicy.networking.k8s.io \"q\" is invalid: spec.ingress[0].from[0]: Forbidden: "
                        + "may not specify both ipBlock and another peer");
    }

    @Test
    void fillsTheCells() {
        client.post(DEPLOYMENTS, deployment("{containers: [{name: one, image: 'one:1'}]}"));
        var cells = client.table(DEPLOYMENTS).path("rows").get(0).path("cells");
        assertThat(cells.valueStream().map(cell -> cell.isNumber() ? cell.asText() + "#" : cell.asText()).toList())
                .satisfies(texts -> assertThat(texts.get(4)).matches("[0-9]+s")).containsSubsequence("web", "0/1", "0#",
                        "0#", "one", "one:1", "app=web");
        client.post(RBAC + "rolebindings", yaml("{metadata: {name: b}, subjects: [{kind: ServiceAccount, name: s, "
                + "namespace: n}, {kind: User, name: u}], roleRef: {kind: Role, name: r}}"));
        var binding = client.table(RBAC + "rolebindings").path("rows").get(0).path("cells");
        assertThat(binding.get(1).asText()).isEqualTo("Role/r");
        assertThat(binding.get(3).asText()).isEqualTo("u");
        assertThat(binding.get(5).asText()).isEqualTo("n/s");
    }
}
