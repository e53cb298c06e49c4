package io.elasticjupyter.event;

import java.util.regex.Pattern;

/**
 * The <a href="https://kubernetes.io/docs/concepts/overview/working-with-objects/names/">names</a> that Kubernetes accepts. The
 * names in an event become parts of the URLs of requests, so no other value may pass.
 */
final class ObjectNames {

    private static final String LABEL = "[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?";

    /** The name of a namespace: a DNS label (RFC 1123). */
    static final Pattern NAMESPACE = Pattern.compile(LABEL);

    /** The name of an object: a DNS subdomain (RFC 1123) of at most 253 characters. */
    static final Pattern NAME = Pattern.compile("(?=.{1,253}$)" + LABEL + "(\\." + LABEL + ")*");

    private ObjectNames() {}
}
