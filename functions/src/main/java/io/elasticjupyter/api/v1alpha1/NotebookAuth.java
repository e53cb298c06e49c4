package io.elasticjupyter.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.Locale;

/**
 * Who may open a notebook.
 *
 * @param mode whether anything is asked at all; null means {@link Mode#ENABLE}
 * @param token what to ask for; null with no password: a random one
 * @param password what to ask for, in plain text or hashed as {@code jupyter server password} does
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(value = "!(has(self.mode) && self.mode == 'disable' && (has(self.token) || has(self.password)))", message = "mode 'disable' asks for nothing: remove token and password, or set mode to 'enable'")
public record NotebookAuth(
        @Default("enable") @JsonPropertyDescription("'enable' asks for the token or password; 'disable' lets in everybody who can reach the notebook.") Mode mode,
        @Size(min = 1, max = 1024) @JsonPropertyDescription("The token to ask for. Without token and password a random one is made once and kept in the notebook's Secret.") String token,
        @Size(min = 1, max = 1024) @JsonPropertyDescription("The password to ask for, in plain text or as Jupyter hashes it ('argon2:...').") String password) {

    /** Whether the server asks who is there. */
    public enum Mode {
        /** Ask for the token or the password. */
        @JsonProperty("enable")
        ENABLE,
        /** Let everybody in. */
        @JsonProperty("disable")
        DISABLE;

        /** The word, as it stands in the resource. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
