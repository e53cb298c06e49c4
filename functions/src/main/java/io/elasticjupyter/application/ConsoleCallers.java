package io.elasticjupyter.application;

import io.elasticjupyter.console.Caller;
import io.elasticjupyter.console.NotSignedInException;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.springframework.http.HttpHeaders;

/**
 * Finds out who calls the console: by the token of the API server in the header {@code Authorization} or in the cookie of the sign-in
 * page, or by the headers of a proxy that knows the secret of the installation. Only the local run serves callers without any.
 *
 * @param proxySecret the secret that a trusted proxy sends; empty: no proxy is trusted
 * @param open whether callers on this machine need no credentials
 */
record ConsoleCallers(Optional<String> proxySecret, boolean open) {

    /** The cookie of the sign-in page. */
    static final String COOKIE = "elastic-jupyter-token";

    static final String PROXY_SECRET = "X-Console-Proxy-Secret";
    static final String USER = "X-Forwarded-User";
    static final String GROUPS = "X-Forwarded-Groups";

    private static final String BEARER = "Bearer ";

    private static final int MIN_LENGTH = 32;

    private static final Set<String> LOCAL_HOSTS = Set.of("localhost", "127.0.0.1", "[::1]");

    /** Names that Kubernetes gives to its own users and groups. */
    private static final String SYSTEM = "system:";

    /** The group of every user who has been authenticated. */
    private static final String AUTHENTICATED = "system:authenticated";

    ConsoleCallers {
        proxySecret = proxySecret.filter(secret -> !secret.isEmpty());
        if (proxySecret.filter(secret -> secret.length() < MIN_LENGTH).isPresent()) {
            throw new IllegalArgumentException("elastic-jupyter.console-proxy-secret is shorter than " + MIN_LENGTH
                    + " characters. Set it to at least " + MIN_LENGTH + " random ones, or do not set it.");
        }
    }

    /**
     * Returns who calls.
     *
     * @throws NotSignedInException if nobody is known to call
     */
    Caller of(HttpServletRequest request) {
        if (request.getHeader(PROXY_SECRET) != null) {
            return proxied(request);
        }
        Optional<Caller> bearer = bearer(request).or(() -> cookie(request)).map(Caller.Bearer::new);
        return bearer.orElseGet(() -> local(request));
    }

    private Caller proxied(HttpServletRequest request) {
        if (proxySecret.isEmpty() || !isEqual(request.getHeader(PROXY_SECRET), proxySecret.get())) {
            throw new NotSignedInException("The header " + PROXY_SECRET + " does not have the secret of this"
                    + " installation. Let the proxy send the value of the Secret console-proxy.");
        }
        String user = request.getHeader(USER);
        if (user == null || user.isBlank() || Collections.list(request.getHeaders(USER)).size() > 1) {
            throw new NotSignedInException("The proxy has sent no user, or several: let it set the header " + USER
                    + " to the name of the user, as the API server knows it.");
        }
        if (user.startsWith(SYSTEM)) {
            throw new NotSignedInException(
                    "The header " + USER + " names one of Kubernetes' own users. A proxy may only"
                            + " name users whose names do not begin with '" + SYSTEM + "'.");
        }
        List<String> groups = new ArrayList<>(Collections.list(request.getHeaders(GROUPS)).stream()
                .flatMap(header -> Stream.of(header.split(","))).map(String::strip)
                .filter(group -> !group.isEmpty() && !group.startsWith(SYSTEM)).distinct().toList());
        groups.add(AUTHENTICATED);
        return new Caller.Proxied(user, groups);
    }

    private static boolean isEqual(String sent, String expected) {
        return MessageDigest.isEqual(sent.getBytes(StandardCharsets.UTF_8), expected.getBytes(StandardCharsets.UTF_8));
    }

    private static Optional<String> bearer(HttpServletRequest request) {
        return Optional.ofNullable(request.getHeader(HttpHeaders.AUTHORIZATION))
                .filter(header -> header.regionMatches(true, 0, BEARER, 0, BEARER.length()))
                .map(header -> header.substring(BEARER.length()).strip()).filter(ConsoleCallers::isToken);
    }

    private static Optional<String> cookie(HttpServletRequest request) {
        return Stream.ofNullable(request.getCookies()).flatMap(Arrays::stream)
                .filter(cookie -> cookie.getName().equals(COOKIE)).map(Cookie::getValue)
                .filter(ConsoleCallers::isToken).findFirst();
    }

    /** Returns whether a text is a <a href="https://www.rfc-editor.org/rfc/rfc6750#section-2.1">bearer token</a>, which a header and a cookie can have. */
    static boolean isToken(String text) {
        return text.length() <= 4000 && text.matches("[A-Za-z0-9._~+/-]+=*");
    }

    /** A page of somebody else that a browser has open could reach the local run under another name that leads to this machine. */
    private Caller local(HttpServletRequest request) {
        if (!open) {
            throw new NotSignedInException("The console shows you what you may read. Sign in with a token of the API"
                    + " server, send it as 'Authorization: Bearer TOKEN', or come through the authenticating proxy of the"
                    + " cluster if it has one.");
        }
        if (!LOCAL_HOSTS.contains(request.getServerName())) {
            throw new NotSignedInException("The local run serves the console under the name 'localhost' only.");
        }
        return new Caller.Local();
    }
}
