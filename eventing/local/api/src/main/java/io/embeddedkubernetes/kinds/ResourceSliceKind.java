package io.embeddedkubernetes.kinds;

import io.fabric8.kubernetes.api.model.resource.v1.ResourceSlice;

/** The devices of a node. */
final class ResourceSliceKind extends BuiltinKind {

    ResourceSliceKind() {
        super(Served.inCluster("resource.k8s.io", "resourceslices", ResourceSlice.class));
    }
}
