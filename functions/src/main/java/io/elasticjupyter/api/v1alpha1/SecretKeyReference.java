package io.elasticjupyter.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/**
 * References a key of a Secret in the namespace of the referring resource.
 *
 * @param name the name of the Secret
 * @param key the key in the Secret's data
 */
public record SecretKeyReference(
        @Required @Size(min = 1, max = 253) @Pattern(ResourceNames.SUBDOMAIN) @JsonPropertyDescription("Required. Name of the Secret.") String name,
        @Required @Size(min = 1, max = 253) @Pattern("^[-._a-zA-Z0-9]+$") @JsonPropertyDescription("Required. Key in the data of the Secret.") String key) {}
