package io.elasticjupyter.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.Locale;

/**
 * How users authenticate to a notebook server.
 *
 * @param mode whether authentication is required; null means {@link Mode#ENABLE}
 * @param token the token; generated when neither token nor password is set
 * @param password the password, in plain text or hashed by {@code jupyter server password}
 * @param tokenSecretRef the key of a Secret that holds the token
 * @param passwordSecretRef the key of a Secret that holds the password, in plain text or hashed
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(value = "!(has(self.mode) && self.mode == 'disable' && (has(self.token) || has(self.password) || has(self.tokenSecretRef) || has(self.passwordSecretRef)))", message = "token, password, tokenSecretRef and passwordSecretRef must not be set when mode is 'disable': remove them, or set mode to 'enable'")
@ValidationRule(value = "!(has(self.token) && has(self.tokenSecretRef))", message = "token and tokenSecretRef must not both be set: remove token")
@ValidationRule(value = "!(has(self.password) && has(self.passwordSecretRef))", message = "password and passwordSecretRef must not both be set: remove password")
public record NotebookAuth(
        @Default("enable") @JsonPropertyDescription("Optional. 'enable' requires the token or the password. 'disable' gives access to everyone who can reach the notebook. Defaults to 'enable'.") Mode mode,
        @Size(min = 1, max = 1024) @JsonPropertyDescription("Optional. Token that users must enter. Everyone who may read the resource can read it: prefer tokenSecretRef. If no token and no password is set, a random token is generated once and stored in the notebook's Secret.") String token,
        @Size(min = 1, max = 1024) @JsonPropertyDescription("Optional. Password that users must enter, in plain text or as Jupyter's hash ('argon2:...'). Everyone who may read the resource can read it: prefer passwordSecretRef.") String password,
        @JsonPropertyDescription("Optional. Key of a Secret, in the namespace of the notebook, that holds the token.") SecretKeyReference tokenSecretRef,
        @JsonPropertyDescription("Optional. Key of a Secret, in the namespace of the notebook, that holds the password, in plain text or as Jupyter's hash.") SecretKeyReference passwordSecretRef) {

    /** Whether authentication is required. */
    public enum Mode {
        /** Requires the token or the password. */
        @JsonProperty("enable")
        ENABLE,
        /** Requires nothing: everyone who can reach the notebook has access. */
        @JsonProperty("disable")
        DISABLE;

        /** Returns the value as it is written in the resource. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
