package io.elasticjupyter.embedded;

import static java.util.List.of;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Endpoints;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.KubernetesResource;
import io.fabric8.kubernetes.api.model.LimitRange;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.ResourceQuota;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectAccessReview;
import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectRulesReview;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReview;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBinding;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The built-in kinds, as data. */
final class BuiltinKinds {

    private static final String RBAC = "rbac.authorization.k8s.io";
    private static final String AUTHORIZATION = "authorization.k8s.io";
    private static final Set<String> STATUS = Set.of("status");
    private static final Set<String> STATUS_SCALE = Set.of("status", "scale");
    private static final Set<String> NONE = Set.of();
    private static final List<String> ALL = of("all");
    private static final ResourceType.Scale REPLICAS = new ResourceType.Scale(".spec.replicas", ".status.replicas",
            ".spec.selector");

    private static final List<String> POD_FIELDS = of("spec.nodeName", "spec.restartPolicy", "spec.schedulerName",
            "spec.serviceAccountName", "spec.hostNetwork", "status.phase", "status.podIP", "status.nominatedNodeName");
    private static final List<String> EVENT_FIELDS = of("involvedObject.kind", "involvedObject.namespace",
            "involvedObject.name", "involvedObject.uid", "involvedObject.apiVersion", "involvedObject.resourceVersion",
            "involvedObject.fieldPath", "reason", "reportingComponent", "source", "type");

    private BuiltinKinds() {}

    static List<ResourceType> list() {
        var kinds = new ArrayList<ResourceType>();
        kinds.add(kind("", "v1", "configmaps", ConfigMap.class, true, of("cm"), of(), NONE, of()));
        kinds.add(kind("", "v1", "endpoints", Endpoints.class, true, of("ep"), of(), NONE, of()));
        kinds.add(kind("", "v1", "events", Event.class, true, of("ev"), of(), NONE, EVENT_FIELDS));
        kinds.add(kind("", "v1", "limitranges", LimitRange.class, true, of("limits"), of(), NONE, of()));
        kinds.add(kind("", "v1", "namespaces", Namespace.class, false, of("ns"), of(), Set.of("status", "finalize"),
                of("status.phase")));
        kinds.add(kind("", "v1", "nodes", Node.class, false, of("no"), of(), STATUS, of("spec.unschedulable")));
        kinds.add(kind("", "v1", "persistentvolumeclaims", PersistentVolumeClaim.class, true, of("pvc"), of(), STATUS,
                of()));
        kinds.add(kind("", "v1", "persistentvolumes", PersistentVolume.class, false, of("pv"), of(), STATUS, of()));
        kinds.add(kind("", "v1", "pods", Pod.class, true, of("po"), ALL, STATUS, POD_FIELDS));
        kinds.add(kind("", "v1", "resourcequotas", ResourceQuota.class, true, of("quota"), of(), STATUS, of()));
        kinds.add(kind("", "v1", "secrets", Secret.class, true, of(), of(), NONE, of("type")));
        kinds.add(kind("", "v1", "serviceaccounts", ServiceAccount.class, true, of("sa"), of(), NONE, of()));
        kinds.add(kind("", "v1", "services", Service.class, true, of("svc"), ALL, STATUS,
                of("spec.clusterIP", "spec.type")));
        kinds.add(kind("apps", "v1", "daemonsets", DaemonSet.class, true, of("ds"), ALL, STATUS, of()));
        kinds.add(kind("apps", "v1", "deployments", Deployment.class, true, of("deploy"), ALL, STATUS_SCALE, of()));
        kinds.add(kind("apps", "v1", "replicasets", ReplicaSet.class, true, of("rs"), ALL, STATUS_SCALE, of()));
        kinds.add(kind("apps", "v1", "statefulsets", StatefulSet.class, true, of("sts"), ALL, STATUS_SCALE, of()));
        kinds.add(kind("batch", "v1", "cronjobs", CronJob.class, true, of("cj"), ALL, STATUS, of()));
        kinds.add(kind("batch", "v1", "jobs", Job.class, true, of(), ALL, STATUS, of()));
        kinds.add(kind(RBAC, "v1", "clusterrolebindings", ClusterRoleBinding.class, false, of(), of(), NONE, of()));
        kinds.add(kind(RBAC, "v1", "clusterroles", ClusterRole.class, false, of(), of(), NONE, of()));
        kinds.add(kind(RBAC, "v1", "rolebindings", RoleBinding.class, true, of(), of(), NONE, of()));
        kinds.add(kind(RBAC, "v1", "roles", Role.class, true, of(), of(), NONE, of()));
        kinds.add(kind("networking.k8s.io", "v1", "ingresses", Ingress.class, true, of("ing"), of(), STATUS, of()));
        kinds.add(
                kind("networking.k8s.io", "v1", "networkpolicies", NetworkPolicy.class, true, of("netpol"), of(), NONE,
                        of()));
        kinds.add(kind("coordination.k8s.io", "v1", "leases", Lease.class, true, of(), of(), NONE, of()));
        kinds.add(kind("discovery.k8s.io", "v1", "endpointslices", EndpointSlice.class, true, of(), of(), NONE, of()));
        kinds.add(kind("policy", "v1", "poddisruptionbudgets", PodDisruptionBudget.class, true, of("pdb"), of(), STATUS,
                of()));
        kinds.add(kind("apiextensions.k8s.io", "v1", "customresourcedefinitions", CustomResourceDefinition.class, false,
                of("crd", "crds"), of("api-extensions"), STATUS, of()));
        kinds.add(
                kind(AUTHORIZATION, "v1", "selfsubjectaccessreviews", SelfSubjectAccessReview.class, false, of(), of(),
                        NONE, of()));
        kinds.add(kind(AUTHORIZATION, "v1", "selfsubjectrulesreviews", SelfSubjectRulesReview.class, false, of(), of(),
                NONE, of()));
        kinds.add(kind(AUTHORIZATION, "v1", "subjectaccessreviews", SubjectAccessReview.class, false, of(), of(), NONE,
                of()));
        kinds.add(EventViews.newer(kinds.get(2)));
        return kinds;
    }

    private static ResourceType kind(String group, String version, String plural,
            Class<? extends KubernetesResource> model, boolean namespaced, List<String> shortNames,
            List<String> categories, Set<String> subresources, List<String> selectable) {
        var kind = model.getSimpleName();
        var store = group.isEmpty() ? plural : plural + "." + group;
        return new ResourceType(group, version, plural, kind.toLowerCase(Locale.ROOT), kind, namespaced, shortNames,
                categories, subresources, subresources.contains("scale") ? REPLICAS : null,
                () -> BuiltinSchemas.of(model), BuiltinColumns.of(store), selectable, null, store,
                ResourceType.View.SAME);
    }
}
