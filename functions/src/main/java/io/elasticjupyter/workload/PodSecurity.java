package io.elasticjupyter.workload;

import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.api.model.PodSecurityContextBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.SecurityContextBuilder;
import java.util.Objects;

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

    /**
     * Returns a security context with which the user {@code jovyan} can write to volumes, unless the given one says who can. The kubelet
     * changes the owner of the files only if that of the root of the volume differs, because that takes long for many files.
     *
     * @param given the security context of a pod; may be null
     */
    public static PodSecurityContext withWritableVolumes(PodSecurityContext given) {
        PodSecurityContext context = Objects.requireNonNullElseGet(given, PodSecurityContext::new);
        return new PodSecurityContextBuilder(context)
                .withFsGroup(Objects.requireNonNullElse(context.getFsGroup(), Long.valueOf(USERS)))
                .withFsGroupChangePolicy(Objects.requireNonNullElse(context.getFsGroupChangePolicy(), "OnRootMismatch"))
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
