package io.elasticjupyter.application;

import io.elasticjupyter.event.EventKey;
import io.elasticjupyter.event.ResourceEvent;
import io.elasticjupyter.event.UnauthenticatedException;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Set;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.web.ErrorResponseException;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.servlet.HandlerExceptionResolver;

/**
 * Passes a request on if it is a POST at the name of a function that can be called here, a GET of one of Actuator's endpoints, or a
 * request of the console where it is offered.
 * Without this filter, Spring Cloud Function would call any bean by its name and chains of functions, and would answer GET and
 * HEAD.
 */
final class FunctionRequestFilter extends OncePerRequestFilter {

    /** A Kubernetes object has at most 1.5 MiB, and an event carries one of them. */
    static final int MAX_BYTES = 3 * 1024 * 1024;

    private static final MediaType STRUCTURED = new MediaType("application", "cloudevents+json");

    private static final Set<String> ENDPOINTS = Set.of("/actuator/health", "/actuator/health/liveness",
            "/actuator/health/readiness", "/actuator/prometheus");

    private final OfferedFunctions offered;
    private final EventKey key;
    private final HandlerExceptionResolver problems;

    /**
     * Creates a filter.
     *
     * @param offered the functions that can be called, and whether the console is served
     * @param key the key that events need
     * @param problems writes the reply to a request that is refused
     */
    FunctionRequestFilter(OfferedFunctions offered, EventKey key, HandlerExceptionResolver problems) {
        this.offered = offered;
        this.key = key;
        this.problems = problems;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        try {
            requirePlainPath(request);
            if (ENDPOINTS.contains(request.getServletPath())) {
                requireEndpointMethod(request.getMethod());
                chain.doFilter(request, response);
            } else if (offered.console() && ConsolePaths.isConsole(request.getServletPath())) {
                ConsolePaths.protect(response);
                requireConsoleMethod(request);
                chain.doFilter(request, response);
            } else {
                requireCall(request);
                chain.doFilter(new FunctionRequest(request, MAX_BYTES, FunctionRequestFilter::tooLarge), response);
            }
        } catch (ErrorResponseException | UnauthenticatedException e) {
            problems.resolveException(request, response, null, e);
        }
    }

    /**
     * Refuses a path with dot segments, parameters or encoded characters: this filter reads the decoded and normalized path, and
     * Spring Cloud Function the one that was sent.
     */
    private static void requirePlainPath(HttpServletRequest request) {
        if (!request.getServletPath().equals(request.getRequestURI())) {
            throw noSuchPath();
        }
    }

    private static void requireEndpointMethod(String method) {
        if (!method.equals("GET") && !method.equals("HEAD")) {
            throw methodNotAllowed("GET, HEAD", "Send the request by GET.");
        }
    }

    private static void requireConsoleMethod(HttpServletRequest request) {
        String path = request.getServletPath();
        boolean isPost = request.getMethod().equals("POST");
        if (!ConsolePaths.READ.contains(path) && !ConsolePaths.WRITTEN.contains(path)) {
            throw problem(HttpStatus.NOT_FOUND, "No such path", "The console has the page " + ConsolePaths.PAGE
                    + ", and its JSON is described by " + ConsolePaths.OPEN_API + ".");
        }
        if (!ConsolePaths.READ.contains(path) && !isPost) {
            throw methodNotAllowed("POST", "Send the form of the page by POST.");
        }
        if (!isPost || !ConsolePaths.WRITTEN.contains(path)) {
            requireEndpointMethod(request.getMethod());
        }
    }

    private void requireCall(HttpServletRequest request) {
        String path = request.getServletPath();
        if (path.length() < 2 || path.lastIndexOf('/') > 0) {
            throw noSuchPath();
        }
        if (!request.getMethod().equals("POST")) {
            throw methodNotAllowed("POST", "Send the event by POST.");
        }
        if (!offered.byName().containsKey(path.substring(1))) {
            throw problem(HttpStatus.NOT_FOUND, "No such function", "There is no function '" + path.substring(1)
                    + "'. There are: " + String.join(", ", offered.byName().keySet()) + ".");
        }
        MediaType contentType = contentType(request.getHeader(HttpHeaders.CONTENT_TYPE));
        requireKey(request, contentType);
        if (request.getContentLengthLong() > MAX_BYTES) {
            throw tooLarge();
        }
    }

    /** Refuses a request without a key before its body is read. In structured mode, the key is in the body. */
    private void requireKey(HttpServletRequest request, MediaType contentType) {
        boolean structured = contentType != null && contentType.isCompatibleWith(STRUCTURED);
        if (key.isRequired() && !structured && request.getHeader("ce-" + EventKey.ATTRIBUTE) == null) {
            throw UnauthenticatedException.missing();
        }
    }

    private static MediaType contentType(String contentType) {
        try {
            return contentType == null ? null : MediaType.parseMediaType(contentType);
        } catch (InvalidMediaTypeException e) {
            throw problem(HttpStatus.BAD_REQUEST, "Not an event for this function",
                    "The request's Content-Type is not a media type. Send 'application/json', or"
                            + " 'application/cloudevents+json' if the body is the whole event.");
        }
    }

    private static ErrorResponseException tooLarge() {
        return problem(HttpStatus.CONTENT_TOO_LARGE, "Event too large", "The request's body is over " + MAX_BYTES
                + " bytes. Send a reference (type " + ResourceEvent.TYPE_PREFIX + "ref.*) instead of the object.");
    }

    private static ErrorResponseException noSuchPath() {
        return problem(HttpStatus.NOT_FOUND, "No such path", "Functions are called by POST at /<function>.");
    }

    private static ErrorResponseException methodNotAllowed(String allowed, String detail) {
        ErrorResponseException problem = problem(HttpStatus.METHOD_NOT_ALLOWED, "Method not allowed", detail);
        problem.getHeaders().set(HttpHeaders.ALLOW, allowed);
        return problem;
    }

    private static ErrorResponseException problem(HttpStatus status, String title, String detail) {
        ProblemDetail problem = ProblemDetail.forStatusAndDetail(status, detail);
        problem.setTitle(title);
        return new ErrorResponseException(status, problem, null);
    }
}
