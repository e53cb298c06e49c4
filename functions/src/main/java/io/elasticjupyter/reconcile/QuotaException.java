package io.elasticjupyter.reconcile;

import io.elasticjupyter.kubernetes.ApiFailure;
import io.elasticjupyter.kubernetes.ObjectId;
import io.fabric8.kubernetes.client.KubernetesClientException;

/**
 * Thrown when a <a href="https://kubernetes.io/docs/concepts/policy/resource-quotas/">ResourceQuota</a> has no room for a child. The
 * loop reports it on the resource, and the sender retries: a gateway waits for a kernel's pod for minutes, and another kernel may end.
 */
final class QuotaException extends KubernetesClientException {

    private final transient Readiness readiness;

    QuotaException(ObjectId child, KubernetesClientException refusal) {
        super("A quota has no room for " + child + ": " + ApiFailure.reason(refusal), refusal.getCode(),
                refusal.getStatus());
        this.readiness = Readiness.fault("QuotaExceeded", "A quota of the namespace has no room for " + child
                + ". It is created when there is room: delete what you do not need, or ask for a larger quota. "
                + ApiFailure.reason(refusal).lines().findFirst().orElse(""));
    }

    Readiness readiness() {
        return readiness;
    }
}
