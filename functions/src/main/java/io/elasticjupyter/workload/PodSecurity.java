package io.elasticjupyter.workload;

import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.api.model.PodSecurityContextBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.SecurityContextBuilder;

/**
 * The <a href="https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted">restricted</a> pod security
 * standard, for pods of Jupyter's own images.
 */
public final class PodSecurity {

    /** The user {@code jovyan} of Jupyter's images. */
    private static final long JOVYAN = 1000L;

    /** The group {@code users} of Jupyter's images. */
    private static final long USERS = 100L;

    private PodSecurity() {}

    /** Returns the security context of a pod whose image has the user {@code jovyan}. */
    public static PodSecurityContext restrictedPod() {
        return new PodSecurityContextBuilder()
                .withRunAsNonRoot(true)
                .withRunAsUser(JOVYAN)
                .withRunAsGroup(USERS)
                .withFsGroup(USERS)
                .withNewSeccompProfile().withType("RuntimeDefault").endSeccompProfile()
                .build();
    }

    /** Returns the security context of a container of such a pod. */
    public static SecurityContext restrictedContainer() {
        return new SecurityContextBuilder()
                .withAllowPrivilegeEscalation(false)
                .withNewCapabilities().withDrop("ALL").endCapabilities()
                .build();
    }

    /**
     * Returns whether a pod gets a token for the API server: as the pod specifies, and by default only if it names a
     * ServiceAccount.
     */
    public static Boolean automountServiceAccountToken(PodSpec pod) {
        boolean isUnset = pod.getServiceAccountName() == null && pod.getAutomountServiceAccountToken() == null;
        return isUnset ? Boolean.FALSE : pod.getAutomountServiceAccountToken();
    }
}
