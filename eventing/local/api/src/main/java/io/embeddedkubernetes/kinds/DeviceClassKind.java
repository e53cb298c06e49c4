package io.embeddedkubernetes.kinds;

import io.fabric8.kubernetes.api.model.resource.v1.DeviceClass;

/** Classes of devices. */
final class DeviceClassKind extends BuiltinKind {

    DeviceClassKind() {
        super(Served.inCluster("resource.k8s.io", "deviceclasses", DeviceClass.class));
    }
}
