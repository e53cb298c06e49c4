package io.embeddedkubernetes.kinds;

import io.embeddedkubernetes.resource.ResourceType;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingAdmissionPolicy;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingAdmissionPolicyBinding;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBinding;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import java.util.List;
import java.util.stream.Stream;

/** The kinds that are there without a definition. */
final class BuiltinKinds {

    private static final String RBAC = "rbac.authorization.k8s.io";

    private BuiltinKinds() {}

    static List<ResourceType> list() {
        var events = new EventKind().type();
        var kinds = Stream.of(new ConfigMapKind(), new NamespaceKind(), new NodeKind(), new PodKind(),
                new PersistentVolumeKind(), new PersistentVolumeClaimKind(), new StorageClassKind(),
                new ResourceClaimKind(), new DeviceClassKind(), new ResourceSliceKind(),
                new PriorityClassKind(), new SecretKind(),
                new ServiceAccountKind(), new ServiceKind(), new DeploymentKind(), new NetworkPolicyKind(),
                new IngressKind(),
                new RoleKind(BuiltinKind.Served.inCluster(RBAC, "clusterroles", ClusterRole.class)),
                new RoleKind(BuiltinKind.Served.namespaced(RBAC, "roles", Role.class)),
                new RoleBindingKind(BuiltinKind.Served.inCluster(RBAC, "clusterrolebindings",
                        ClusterRoleBinding.class)),
                new RoleBindingKind(BuiltinKind.Served.namespaced(RBAC, "rolebindings", RoleBinding.class)),
                new AdmissionPolicyKind(ValidatingAdmissionPolicy.class, "validatingadmissionpolicies"),
                new AdmissionPolicyKind(ValidatingAdmissionPolicyBinding.class, "validatingadmissionpolicybindings"),
                new CustomResourceDefinitionKind(), new SelfSubjectAccessReviewKind(),
                new SubjectAccessReviewKind()).map(BuiltinKind::type);
        return Stream.concat(kinds, Stream.of(events, EventKind.inEventsGroup(events))).toList();
    }
}
