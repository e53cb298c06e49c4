package io.elasticjupyter.api.v1alpha1;

/** Which names a resource may have, where its children's kinds are stricter than its own. */
final class ResourceNames {

    /** A Service of the same name is made, and Services are DNS labels (RFC 1035) that start with a letter. */
    static final String SERVICE_RULE = "self.metadata.name.size() <= 63 && self.metadata.name.matches('^[a-z]([-a-z0-9]*[a-z0-9])?$')";

    static final String SERVICE_MESSAGE = "metadata.name also names a Service: use at most 63 lower-case letters, digits and '-', starting with a letter and ending with a letter or digit";

    /** What Kubernetes calls a DNS subdomain name (RFC 1123). */
    static final String SUBDOMAIN = "^[a-z0-9]([-.a-z0-9]*[a-z0-9])?$";

    /**
     * The names that jupyter_client takes for the kernel of its own Python ({@code KernelManager.is_native} and
     * {@code NATIVE_KERNEL_NAME} in its version 6): Enterprise Gateway would start such a kernel in its own pod.
     */
    static final String NATIVE_KERNELS = "['python', 'python2', 'python3']";

    static final String NATIVE_KERNELS_MESSAGE = "a kernel named python, python2 or python3 would run inside the gateway's pod: use another name, such as python-science";

    private ResourceNames() {}
}
