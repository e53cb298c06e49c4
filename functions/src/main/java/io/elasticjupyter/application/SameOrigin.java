package io.elasticjupyter.application;

import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.ErrorResponseException;

/**
 * Refuses a request that another site has made a browser send. A browser says where a request comes from, by
 * <a href="https://www.w3.org/TR/fetch-metadata/">{@code Sec-Fetch-Site}</a> or by {@code Origin}.
 */
final class SameOrigin {

    private SameOrigin() {}

    /** @throws ErrorResponseException with status 403 unless the request comes from a page of this server */
    static void require(HttpServletRequest request) {
        String site = request.getHeader("Sec-Fetch-Site");
        boolean same = site != null
                ? site.equals("same-origin")
                : isHost(request.getHeader(HttpHeaders.ORIGIN), request.getHeader(HttpHeaders.HOST));
        if (!same) {
            ProblemDetail problem = ProblemDetail.forStatusAndDetail(HttpStatus.FORBIDDEN,
                    "The request does not come from a page of the console. Send the form of the page, or leave this path"
                            + " to browsers and send the token as 'Authorization: Bearer TOKEN'.");
            problem.setTitle("Request of another site");
            throw new ErrorResponseException(HttpStatus.FORBIDDEN, problem, null);
        }
    }

    private static boolean isHost(String origin, String host) {
        try {
            return origin != null && host != null && host.equalsIgnoreCase(URI.create(origin).getRawAuthority());
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
