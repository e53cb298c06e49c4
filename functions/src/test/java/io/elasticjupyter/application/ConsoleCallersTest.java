package io.elasticjupyter.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elasticjupyter.console.Caller;
import io.elasticjupyter.console.NotSignedInException;
import jakarta.servlet.http.Cookie;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.mock.web.MockHttpServletRequest;

/** Who calls the console. */
class ConsoleCallersTest {

    private static final String SECRET = "0123456789abcdef0123456789abcdef";

    private static final ConsoleCallers CLOSED = new ConsoleCallers(Optional.empty(), false);
    private static final ConsoleCallers LOCAL = new ConsoleCallers(Optional.empty(), true);
    private static final ConsoleCallers BEHIND_PROXY = new ConsoleCallers(Optional.of(SECRET), false);

    private final MockHttpServletRequest request = new MockHttpServletRequest("GET", "/console");

    @Test
    void aTokenComesInTheHeaderOrInTheCookie() {
        request.setCookies(new Cookie("other", "x"), new Cookie("elastic-jupyter-token", "of-the-cookie"));
        assertThat(CLOSED.of(request)).isEqualTo(new Caller.Bearer("of-the-cookie"));
        request.addHeader("Authorization", "bearer of-the-header");
        assertThat(CLOSED.of(request)).isEqualTo(new Caller.Bearer("of-the-header"));
        assertThat(CLOSED.of(request).toString()).doesNotContain("of-the-header");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Basic YTpi", "Bearer ", "Bearer a b", "Bearer a\nX-Remote-User: root"})
    void otherHeadersAreNoToken(String header) {
        request.addHeader("Authorization", header);

        assertThatThrownBy(() -> CLOSED.of(request)).isInstanceOf(NotSignedInException.class);
    }

    @Test
    void aProxyNamesTheUserAndTheGroups() {
        request.addHeader("X-Console-Proxy-Secret", SECRET);
        request.addHeader("X-Forwarded-User", "ada");
        request.addHeader("X-Forwarded-Groups", "team, system:masters,");
        request.addHeader("X-Forwarded-Groups", "students");

        assertThat(BEHIND_PROXY.of(request)).isEqualTo(new Caller.Proxied("ada", List.of("team", "students",
                "system:authenticated")));
        assertThatThrownBy(() -> CLOSED.of(request)).isInstanceOf(NotSignedInException.class);
        assertThatThrownBy(() -> LOCAL.of(request)).isInstanceOf(NotSignedInException.class);
    }

    @Test
    void aProxyNamesExactlyOneUser() {
        request.addHeader("X-Console-Proxy-Secret", SECRET);
        assertThatThrownBy(() -> BEHIND_PROXY.of(request)).hasMessageContaining("X-Forwarded-User");
        request.addHeader("X-Forwarded-User", "ada");
        request.addHeader("X-Forwarded-User", "admin");
        assertThatThrownBy(() -> BEHIND_PROXY.of(request)).hasMessageContaining("several");
    }

    @Test
    void aShortSecretIsRefusedAtTheStart() {
        assertThatThrownBy(() -> new ConsoleCallers(Optional.of("short"), false))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("32");
        assertThat(new ConsoleCallers(Optional.of(""), false).proxySecret()).isEmpty();
    }

    @Test
    void onlyTheLocalRunNeedsNoCredentialAndOnlyUnderItsOwnName() {
        request.setServerName("localhost");
        assertThat(LOCAL.of(request)).isEqualTo(new Caller.Local());
        assertThatThrownBy(() -> CLOSED.of(request)).hasMessageContaining("Sign in");
        request.setServerName("rebound.example.com");
        assertThatThrownBy(() -> LOCAL.of(request)).hasMessageContaining("localhost");
    }
}
