package io.embeddedkubernetes.kinds;

import io.fabric8.kubernetes.api.model.resource.v1.ResourceClaim;

/** Claims of devices. Nothing allocates devices to them. */
final class ResourceClaimKind extends BuiltinKind {

    ResourceClaimKind() {
        super(Served.namespaced("resource.k8s.io", "resourceclaims", ResourceClaim.class).subresources("status"));
    }
}
