package io.elasticjupyter.api.v1alpha1;

/** Validation rules for the names of resources and kernels. */
final class ResourceNames {

    /** The name is also that of a Service, which must be a DNS label as in RFC 1035. */
    static final String SERVICE_RULE = "self.metadata.name.size() <= 63 && self.metadata.name.matches('^[a-z]([-a-z0-9]*[a-z0-9])?$')";

    static final String SERVICE_MESSAGE = "metadata.name must consist of at most 63 lower-case letters, digits and '-', start with a letter, and end with a letter or digit, because it is also the name of a Service";

    /** A DNS subdomain name as in RFC 1123. */
    static final String SUBDOMAIN = "^[a-z0-9]([-.a-z0-9]*[a-z0-9])?$";

    /** A DNS label as in RFC 1123, which can also be the value of a label. */
    static final String LABEL = "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$";

    /**
     * The names that jupyter_client 6 reserves for the kernel of its own Python ({@code KernelManager.is_native} and
     * {@code NATIVE_KERNEL_NAME}). Enterprise Gateway starts a kernel with one of these names inside its own pod.
     */
    static final String NATIVE_KERNELS = "['python', 'python2', 'python3']";

    static final String NATIVE_KERNELS_MESSAGE = "python, python2 or python3, because Enterprise Gateway starts kernels of that name inside its own pod: use another name, such as python-science";

    private ResourceNames() {}
}
