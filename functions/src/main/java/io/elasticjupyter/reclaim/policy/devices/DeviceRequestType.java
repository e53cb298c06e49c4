package io.elasticjupyter.reclaim.policy.devices;

import io.fabric8.kubernetes.api.model.resource.v1.DeviceSelector;
import io.fabric8.kubernetes.api.model.resource.v1.ExactDeviceRequest;
import java.util.List;

/**
 * What decides which devices satisfy a request of a ResourceClaim: a device that has been allocated for one satisfies all others that
 * are equal.
 *
 * @param deviceClass the name of the DeviceClass
 * @param selectors its CEL expressions, in their order
 */
record DeviceRequestType(String deviceClass, List<String> selectors) {

    DeviceRequestType {
        selectors = List.copyOf(selectors);
    }

    static DeviceRequestType of(ExactDeviceRequest request) {
        return new DeviceRequestType(request.getDeviceClassName(), request.getSelectors().stream()
                .map(DeviceRequestType::expression).toList());
    }

    private static String expression(DeviceSelector selector) {
        return selector.getCel() == null ? "" : selector.getCel().getExpression();
    }

    /**
     * Returns the name of the resource, which for all devices of a class is that of a <a href=
     * "https://kubernetes.io/docs/concepts/policy/resource-quotas/#quota-for-extended-resources">ResourceQuota</a>.
     */
    String resource() {
        return deviceClass + ".deviceclass.resource.k8s.io/devices"
                + (selectors.isEmpty() ? "" : " (" + String.join(" && ", selectors) + ")");
    }

    /** Returns the type as a phrase that follows "devices". */
    String text() {
        return "of the DeviceClass " + deviceClass + (selectors.isEmpty() ? "" : " with the same selectors");
    }
}
