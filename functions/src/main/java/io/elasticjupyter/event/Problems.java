package io.elasticjupyter.event;

import io.elasticjupyter.event.FunctionEndpoint.EventTooLargeException;
import io.elasticjupyter.event.FunctionEndpoint.UnknownFunctionException;
import io.fabric8.kubernetes.client.KubernetesClientException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.HttpRequestMethodNotSupportedException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.servlet.mvc.method.annotation.ResponseEntityExceptionHandler;
import org.springframework.web.servlet.resource.NoResourceFoundException;

/**
 * What goes wrong, as {@code application/problem+json} (RFC 9457). A Knative Broker tries again on 503 and gives up on other
 * codes, so only what a retry may cure is a 503.
 */
@RestControllerAdvice
class Problems extends ResponseEntityExceptionHandler {

    private static final Logger log = LoggerFactory.getLogger(Problems.class);

    /** Seconds after which the API server may be back. */
    private static final String RETRY_AFTER = "2";

    @ExceptionHandler
    ProblemDetail badEvent(BadEventException e) {
        log.warn("answered 400: {}", oneLine(e.getMessage()));
        return problem(HttpStatus.BAD_REQUEST, "Not an event for this function", e.getMessage());
    }

    @ExceptionHandler
    ProblemDetail unknownFunction(UnknownFunctionException e) {
        return problem(HttpStatus.NOT_FOUND, "No such function", e.getMessage());
    }

    @ExceptionHandler
    ProblemDetail tooLarge(EventTooLargeException e) {
        return problem(HttpStatus.CONTENT_TOO_LARGE, "Event too large", e.getMessage());
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> api(KubernetesClientException e) {
        String reason = ApiFailure.reason(e);
        log.warn("answered 503: {}", oneLine(reason));
        return ResponseEntity.status(HttpStatus.SERVICE_UNAVAILABLE)
                .header(HttpHeaders.RETRY_AFTER, RETRY_AFTER)
                .body(problem(HttpStatus.SERVICE_UNAVAILABLE, "The Kubernetes API server did not do it",
                        reason.replaceFirst("[.]?$", ".") + " Send the event again."));
    }

    @ExceptionHandler
    ProblemDetail bug(RuntimeException e) {
        log.error("answered 500", e);
        return problem(HttpStatus.INTERNAL_SERVER_ERROR, "A bug", "This is a bug in the function; its log says more.");
    }

    @Override
    protected ResponseEntity<Object> handleNoResourceFoundException(NoResourceFoundException e, HttpHeaders headers,
            HttpStatusCode status, WebRequest request) {
        return ResponseEntity.status(status)
                .body(problem(HttpStatus.NOT_FOUND, "No such path", "Functions are called by POST at /<function>."));
    }

    @Override
    protected ResponseEntity<Object> handleHttpRequestMethodNotSupported(HttpRequestMethodNotSupportedException e,
            HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        return ResponseEntity.status(status).headers(headers)
                .body(problem(HttpStatus.METHOD_NOT_ALLOWED, "Method not allowed", "Send the event by POST."));
    }

    /** What a sender wrote may hold line breaks; an event is one line of the log. */
    private static String oneLine(String message) {
        return message.replaceAll("\\p{Cntrl}", " ");
    }

    private static ProblemDetail problem(HttpStatus status, String title, String detail) {
        ProblemDetail problem = ProblemDetail.forStatusAndDetail(status, detail);
        problem.setTitle(title);
        return problem;
    }
}
