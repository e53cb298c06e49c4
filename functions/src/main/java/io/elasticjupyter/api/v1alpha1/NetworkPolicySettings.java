package io.elasticjupyter.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPeer;
import java.util.List;

/**
 * The <a href="https://kubernetes.io/docs/concepts/services-networking/network-policies/">NetworkPolicies</a> of a resource's pods.
 *
 * @param enabled whether the resource has NetworkPolicies; null means true
 * @param from the peers that may connect, besides those that always may
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(value = "!has(self.from) || self.from.all(peer, has(peer.ipBlock) != (has(peer.podSelector) || has(peer.namespaceSelector)))", fieldPath = ".from", message = "each entry of from must set either ipBlock, or podSelector and namespaceSelector or one of them")
public record NetworkPolicySettings(
        @Default("true") @JsonPropertyDescription("Optional. Whether connections are restricted by NetworkPolicies. If false, the resource has none. Defaults to true.") Boolean enabled,
        @Size(max = 32) @JsonPropertyDescription("Optional. Additional peers that may connect to the HTTP port, as in the field 'from' of a NetworkPolicy: podSelector, namespaceSelector or both, or ipBlock. A podSelector alone selects pods in the namespace of the resource. Ignored if enabled is false.") List<NetworkPolicyPeer> from) {

    /** Returns whether a resource with these settings, which may be null, has NetworkPolicies. */
    public static boolean areEnabled(NetworkPolicySettings settings) {
        return settings == null || !Boolean.FALSE.equals(settings.enabled());
    }

    /** Returns the additional peers in settings, which may be null. */
    public static List<NetworkPolicyPeer> peers(NetworkPolicySettings settings) {
        return settings == null || settings.from() == null ? List.of() : settings.from();
    }
}
