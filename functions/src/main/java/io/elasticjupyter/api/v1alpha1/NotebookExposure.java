package io.elasticjupyter.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.Map;

/**
 * How a notebook server is reached from outside the cluster.
 *
 * @param host the DNS name in the URL; null for all hosts of the Ingress
 * @param path the path in the URL, which is also the base URL of the server; null for {@code /}
 * @param scheme the scheme of the URL; null for {@code https} if {@code ingress} has no part in it or has a TLS Secret
 * @param port the port of the URL; null for the default of the scheme
 * @param ingress the Ingress that is created; null to create an HTTPRoute
 * @param httpRoute the HTTPRoute that is created; null to create an Ingress
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(value = "has(self.ingress) != has(self.httpRoute)", message = "exactly one of ingress and httpRoute must be set: set ingress: {} for the default Ingress class of the cluster, or httpRoute.parentRef to the name of a Gateway")
@ValidationRule(value = "has(self.host) || has(self.path)", message = "host or path must be set, because requests for the notebook are told from others by them")
@ValidationRule(value = "has(self.host) || !has(self.httpRoute)", fieldPath = ".host", message = "host must be set with httpRoute, because the URL of the notebook begins with it")
@ValidationRule(value = "!has(self.host) || self.host.matches('^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?([.][a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)*$') && !self.host.matches('^[0-9.]+$')", fieldPath = ".host", message = "host must be a DNS name in lower case without scheme, port, path and wildcard, such as ada.example.com")
@ValidationRule(value = "!has(self.path) || self.path.matches('^/([A-Za-z0-9._~-]+/)*([A-Za-z0-9._~-]+)?$') && !self.path.matches('/[.][.]?(/|$)')", fieldPath = ".path", message = "path must begin with /, and consist of letters, digits and the characters . _ ~ - between single slashes, such as /notebooks/ada")
public record NotebookExposure(
        @Size(min = 1, max = 253) @JsonPropertyDescription("Optional. DNS name in the URL, such as ada.example.com. Required with httpRoute. If unset, the Ingress takes the requests for all hosts, and the URL has the address that its controller reports.") String host,
        @Size(min = 1, max = 256) @JsonPropertyDescription("Optional. Path in the URL, such as /notebooks/ada. It is also the base URL of the server, so that a change restarts it. Defaults to /.") String path,
        @JsonPropertyDescription("Optional. Scheme of the URL in the status. Defaults to http for an Ingress without tlsSecretName, and to https otherwise.") Scheme scheme,
        @Min(1) @Max(65535) @JsonPropertyDescription("Optional. Port of the URL in the status, if users reach the Ingress controller or the Gateway on another one than 80 or 443.") Integer port,
        @JsonPropertyDescription("Optional. Creates an Ingress. Exactly one of ingress and httpRoute must be set.") IngressSettings ingress,
        @JsonPropertyDescription("Optional. Creates an HTTPRoute of the Gateway API. Exactly one of ingress and httpRoute must be set.") HttpRouteSettings httpRoute) {

    /** The scheme of a URL. */
    public enum Scheme {
        /** Without TLS. */
        http,
        /** With TLS. */
        https
    }

    /**
     * The <a href="https://kubernetes.io/docs/concepts/services-networking/ingress/">Ingress</a> of a notebook.
     *
     * @param className the IngressClass; null for the default of the cluster
     * @param tlsSecretName the Secret with the certificate; null to leave TLS to the controller
     * @param annotations the annotations of the Ingress; null for none
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record IngressSettings(
            @Size(min = 1, max = 253) @JsonPropertyDescription("Optional. Name of the IngressClass. Defaults to the default IngressClass of the cluster.") String className,
            @Size(min = 1, max = 253) @JsonPropertyDescription("Optional. Secret of type kubernetes.io/tls in the namespace of the notebook that holds the certificate of the host. If unset, the controller decides about TLS.") String tlsSecretName,
            @JsonPropertyDescription("Optional. Annotations of the Ingress, such as those of its controller or of cert-manager.") Map<String, String> annotations) {}

    /**
     * The <a href="https://gateway-api.sigs.k8s.io/api-types/httproute/">HTTPRoute</a> of a notebook.
     *
     * @param parentRef the Gateway to which the route is attached
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record HttpRouteSettings(
            @Required @JsonPropertyDescription("Required. Gateway of the Gateway API to which the route is attached.") GatewayParent parentRef) {}

    /**
     * A Gateway of the Gateway API, as in the {@code parentRefs} of an HTTPRoute.
     *
     * @param name the name of the Gateway
     * @param namespace the namespace of the Gateway; null for that of the notebook
     * @param sectionName the name of the Gateway's listener; null for all that admit the host
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record GatewayParent(
            @Required @Size(min = 1, max = 253) @JsonPropertyDescription("Required. Name of the Gateway (gateway.networking.k8s.io), which is not a JupyterGateway.") String name,
            @Size(min = 1, max = 63) @JsonPropertyDescription("Optional. Namespace of the Gateway. Its listener must admit routes from the namespace of the notebook. Defaults to the namespace of the notebook.") String namespace,
            @Size(min = 1, max = 253) @JsonPropertyDescription("Optional. Name of the listener of the Gateway. Defaults to all listeners that admit the host.") String sectionName) {}
}
