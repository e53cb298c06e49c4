package io.elasticjupyter.application;

import io.elasticjupyter.event.BadEventException;
import io.elasticjupyter.event.UnauthenticatedException;
import io.elasticjupyter.kubernetes.ApiFailure;
import io.fabric8.kubernetes.client.KubernetesClientException;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.web.ErrorResponse;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;

/**
 * Replies to calls that failed, by {@code application/problem+json} (<a href="https://www.rfc-editor.org/rfc/rfc9457">RFC 9457</a>).
 * A Knative Broker sends an event again after a status of 500 or more, and after 404 and 409, but not after 400, 401, 405, 413 and 422: those
 * are for requests that will never succeed.
 */
@RestControllerAdvice
class ProblemHandler {

    private static final Logger log = LoggerFactory.getLogger(ProblemHandler.class);

    /** Seconds after which the API server may be back. */
    private static final String RETRY_AFTER = "2";

    @ExceptionHandler
    ResponseEntity<ProblemDetail> badEvent(BadEventException e, HttpServletRequest request) {
        log.warn("replied 400: {}", oneLine(e.getMessage()));
        return problem(HttpStatus.BAD_REQUEST, "Not an event for this function", e.getMessage(), HttpHeaders.EMPTY,
                request);
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> unauthenticated(UnauthenticatedException e, HttpServletRequest request) {
        log.warn("replied 401: {}", e.getMessage());
        HttpHeaders headers = new HttpHeaders();
        headers.set(HttpHeaders.WWW_AUTHENTICATE, "EventKey");
        return problem(HttpStatus.UNAUTHORIZED, "The sender is not known", e.getMessage(), headers, request);
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> apiFailure(KubernetesClientException e, HttpServletRequest request) {
        String reason = ApiFailure.reason(e);
        if (!ApiFailure.isTransient(e)) {
            log.error("replied 422: {}", oneLine(reason));
            return problem(HttpStatus.UNPROCESSABLE_CONTENT, "The Kubernetes API server refused",
                    reason.replaceFirst("[.]?$", ".")
                            + " Sending the event again does not help: grant the functions the"
                            + " rights in deploy/rbac, and install the CRDs of the same version.",
                    HttpHeaders.EMPTY, request);
        }
        log.warn("replied 503: {}", oneLine(reason));
        HttpHeaders headers = new HttpHeaders();
        headers.set(HttpHeaders.RETRY_AFTER, RETRY_AFTER);
        return problem(HttpStatus.SERVICE_UNAVAILABLE, "The Kubernetes API server refused or did not answer",
                reason.replaceFirst("[.]?$", ".") + " Send the event again.", headers, request);
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> unreadable(HttpMessageNotReadableException e, HttpServletRequest request) {
        return problem(HttpStatus.BAD_REQUEST, "Not an event for this function",
                "The request's body cannot be read to its end. Send the event again.", HttpHeaders.EMPTY, request);
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> other(Throwable e, HttpServletRequest request) {
        if (e instanceof ErrorResponse response) {
            return problem(HttpStatus.valueOf(response.getStatusCode().value()), response.getBody().getTitle(),
                    response.getBody().getDetail(), response.getHeaders(), request);
        }
        log.error("replied 500", e);
        return problem(HttpStatus.INTERNAL_SERVER_ERROR, "Internal error",
                "This is a bug in the function; its log has the details.", HttpHeaders.EMPTY, request);
    }

    private static ResponseEntity<ProblemDetail> problem(HttpStatus status, String title, String detail,
            HttpHeaders headers, HttpServletRequest request) {
        ProblemDetail problem = ProblemDetail.forStatusAndDetail(status, detail);
        problem.setTitle(title);
        problem.setInstance(path(request));
        return ResponseEntity.status(status).headers(headers).contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .body(problem);
    }

    /** Returns the path that was called, without what a URI cannot have: Spring MVC would fail on it. */
    private static URI path(HttpServletRequest request) {
        try {
            return URI.create(request.getRequestURI());
        } catch (IllegalArgumentException e) {
            return URI.create("/");
        }
    }

    /** Keeps the log line one line, whatever the sender wrote. */
    private static String oneLine(String message) {
        return message.replaceAll("\\p{Cntrl}", " ");
    }
}
