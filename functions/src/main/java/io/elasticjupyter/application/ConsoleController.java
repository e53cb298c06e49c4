package io.elasticjupyter.application;

import io.elasticjupyter.console.ActionRefusedException;
import io.elasticjupyter.console.ActionRequest;
import io.elasticjupyter.console.Caller;
import io.elasticjupyter.console.Console;
import io.elasticjupyter.console.ConsoleActions;
import io.elasticjupyter.console.NotSignedInException;
import io.elasticjupyter.console.page.ActionPage;
import io.elasticjupyter.console.page.ConsolePage;
import io.elasticjupyter.console.page.Guide;
import io.elasticjupyter.console.page.SignInPage;
import io.elasticjupyter.console.policy.ConsoleAction;
import io.elasticjupyter.console.policy.ConsoleFilter;
import io.elasticjupyter.console.policy.ConsoleView;
import io.elasticjupyter.console.policy.KernelState;
import io.elasticjupyter.kubernetes.ApiFailure;
import io.fabric8.kubernetes.client.KubernetesClientException;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.io.ClassPathResource;
import org.springframework.core.io.Resource;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseCookie;
import org.springframework.http.ResponseEntity;
import org.springframework.web.ErrorResponseException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * Serves the console: its page, the JSON that the page shows, and the files that belong to it. {@link FunctionRequestFilter} lets
 * requests pass only where the function {@code console} is offered, and adds the headers that protect a browser.
 */
@RestController
class ConsoleController {

    private static final Logger log = LoggerFactory.getLogger(ConsoleController.class);

    private static final String HTML = MediaType.TEXT_HTML_VALUE + ";charset=UTF-8";

    private static final Duration LONGEST_SESSION = Duration.ofHours(8);

    private final Console console;
    private final ConsoleActions actions;
    private final ConsoleCallers callers;
    private final ElasticJupyterProperties properties;

    ConsoleController(Console console, ConsoleActions actions, ConsoleCallers callers,
            ElasticJupyterProperties properties) {
        this.console = console;
        this.actions = actions;
        this.callers = callers;
        this.properties = properties;
    }

    @GetMapping(path = ConsolePaths.PAGE, produces = HTML)
    String page(@RequestParam Optional<String> namespace, @RequestParam Optional<String> owner,
            @RequestParam Optional<String> state, @RequestParam(defaultValue = "0") String from,
            HttpServletRequest request) {
        Caller caller = callers.of(request);
        ConsoleFilter filter = filter(namespace, owner, state);
        ConsoleView view = console.view(caller, filter);
        Guide guide = caller instanceof Caller.Local
                ? Guide.local(view, properties.gatewayUrl())
                : filter.equals(ConsoleFilter.ALL) ? Guide.ofCluster(view) : null;
        return new ConsolePage(view, filter, index(from), caller instanceof Caller.Bearer,
                !(caller instanceof Caller.Proxied), guide).html();
    }

    @GetMapping(path = ConsolePaths.CLUSTER, produces = MediaType.APPLICATION_JSON_VALUE)
    ConsoleView cluster(@RequestParam Optional<String> namespace, @RequestParam Optional<String> owner,
            @RequestParam Optional<String> state, HttpServletRequest request) {
        return console.view(callers.of(request), filter(namespace, owner, state));
    }

    @GetMapping(path = ConsolePaths.OPEN_API, produces = MediaType.APPLICATION_JSON_VALUE)
    Resource openApi() {
        return file("openapi.json");
    }

    @GetMapping(ConsolePaths.STYLE)
    ResponseEntity<Resource> style() {
        return stored("console.css", "text/css;charset=UTF-8");
    }

    @GetMapping(ConsolePaths.SCRIPT)
    ResponseEntity<Resource> script() {
        return stored("console.js", "text/javascript;charset=UTF-8");
    }

    @GetMapping(ConsolePaths.ICON)
    ResponseEntity<Resource> icon() {
        return stored("icon.svg", "image/svg+xml");
    }

    private static ResponseEntity<Resource> stored(String name, String type) {
        return ResponseEntity.ok().contentType(MediaType.parseMediaType(type))
                .cacheControl(CacheControl.maxAge(Duration.ofMinutes(10)).cachePublic()).body(file(name));
    }

    private static Resource file(String name) {
        return new ClassPathResource(name, Console.class);
    }

    /** Keeps the token in a cookie that scripts cannot read and that other sites' requests do not carry. */
    @PostMapping(ConsolePaths.SIGN_IN)
    ResponseEntity<Void> signIn(@RequestParam(defaultValue = "") String token, HttpServletRequest request) {
        SameOrigin.require(request);
        String stripped = token.strip();
        if (!ConsoleCallers.isToken(stripped)) {
            throw new NotSignedInException("That is not a token, or it is longer than a browser can keep: send it as"
                    + " 'Authorization: Bearer TOKEN', or use an authenticating proxy.");
        }
        return seeOther(cookie(stripped, request).maxAge(LONGEST_SESSION).build());
    }

    @PostMapping(ConsolePaths.SIGN_OUT)
    ResponseEntity<Void> signOut(HttpServletRequest request) {
        SameOrigin.require(request);
        return seeOther(cookie("", request).maxAge(0).build());
    }

    private static ResponseCookie.ResponseCookieBuilder cookie(String value, HttpServletRequest request) {
        boolean secure = request.isSecure() || "https".equalsIgnoreCase(request.getHeader("X-Forwarded-Proto"));
        return ResponseCookie.from(ConsoleCallers.COOKIE, value).path(ConsolePaths.PAGE).httpOnly(true)
                .sameSite("Strict")
                .secure(secure);
    }

    private static ResponseEntity<Void> seeOther(ResponseCookie cookie) {
        return ResponseEntity.status(HttpStatus.SEE_OTHER).location(URI.create(ConsolePaths.PAGE))
                .header(HttpHeaders.SET_COOKIE, cookie.toString()).build();
    }

    /** Asks for a confirmation. */
    @GetMapping(path = ConsolePaths.ACTION, produces = HTML)
    String question(@RequestParam String action, @RequestParam String namespace, @RequestParam String name,
            HttpServletRequest request) {
        ConsoleAction known = action(action);
        return ActionPage.question(known,
                actions.find(callers.of(request), known, namespace(namespace), resourceName(name)));
    }

    @PostMapping(path = ConsolePaths.ACTION, produces = HTML)
    String act(@RequestParam String action, @RequestParam String namespace, @RequestParam String name,
            @RequestParam String uid, @RequestParam(defaultValue = "1") String hours, HttpServletRequest request) {
        if (request.getHeader(HttpHeaders.AUTHORIZATION) == null) {
            SameOrigin.require(request);
        }
        ConsoleAction known = action(action);
        String done = actions.perform(callers.of(request), new ActionRequest(known, namespace(namespace),
                resourceName(name), uid, hours(hours)));
        return ActionPage.answer(known.label() + " " + name, done, namespace);
    }

    private static ConsoleAction action(String word) {
        return ConsoleAction.named(word)
                .orElseThrow(() -> badRequest("action is none. Set it to keep, cull, stop or start."));
    }

    /** The name becomes a part of the address of a request. */
    private static String resourceName(String name) {
        if (!name.matches("[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?")) {
            throw badRequest("name is not the name of a resource. Set it to lower case letters, digits, '-' and '.'.");
        }
        return name;
    }

    private static int hours(String hours) {
        if (!hours.matches("\\d{1,3}") || Integer.parseInt(hours) < 1
                || Integer.parseInt(hours) > ActionRequest.MOST_HOURS) {
            throw badRequest("hours is not a number from 1 to " + ActionRequest.MOST_HOURS + ".");
        }
        return Integer.parseInt(hours);
    }

    @ExceptionHandler
    ResponseEntity<String> refused(ActionRefusedException e, HttpServletRequest request) {
        return ResponseEntity.status(HttpStatus.CONFLICT).contentType(MediaType.parseMediaType(HTML)).body(
                ActionPage.answer("Nothing was done", e.getMessage(), request.getParameter("namespace")));
    }

    /** A browser gets the page to sign in, and other callers a problem. */
    @ExceptionHandler
    ResponseEntity<Object> notSignedIn(NotSignedInException e, HttpServletRequest request) {
        ResponseEntity.BodyBuilder response = ResponseEntity.status(HttpStatus.UNAUTHORIZED)
                .header(HttpHeaders.WWW_AUTHENTICATE, "Bearer realm=\"Kubernetes\"");
        if (!request.getServletPath().startsWith(ConsolePaths.PAGE + "/api/")) {
            return response.contentType(MediaType.parseMediaType(HTML)).body(new SignInPage(e.getMessage()).html());
        }
        ProblemDetail problem = ProblemDetail.forStatusAndDetail(HttpStatus.UNAUTHORIZED, e.getMessage());
        problem.setTitle("Not signed in");
        return response.contentType(MediaType.APPLICATION_PROBLEM_JSON).body(problem);
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> apiFailure(KubernetesClientException e) {
        log.warn("replied 503: {}", ApiFailure.reason(e).replaceAll("\\p{Cntrl}", " "));
        ProblemDetail problem = ProblemDetail.forStatusAndDetail(HttpStatus.SERVICE_UNAVAILABLE, ApiFailure.reason(e)
                .replaceFirst("[.]?$", ".")
                + " Try again; if it stays, look at the log of the console, and grant it the"
                + " rights in deploy/rbac/console.yaml.");
        problem.setTitle("The Kubernetes API server refused or did not answer");
        return ResponseEntity.status(HttpStatus.SERVICE_UNAVAILABLE).contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .body(problem);
    }

    private static ConsoleFilter filter(Optional<String> namespace, Optional<String> owner, Optional<String> state) {
        Optional<String> word = given(state);
        return new ConsoleFilter(given(namespace).map(ConsoleController::namespace), given(owner),
                word.map(each -> KernelState.named(each).orElseThrow(() -> badRequest("state is '" + each
                        + "'. Set it to busy, idle, starting, waiting, unknown, terminating or ended."))));
    }

    private static Optional<String> given(Optional<String> value) {
        return value.map(String::strip).filter(text -> !text.isEmpty());
    }

    /** The name becomes a part of the address of a request. */
    private static String namespace(String name) {
        if (!name.matches("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")) {
            throw badRequest("namespace is not the name of a namespace. Set it to lower case letters, digits and '-'.");
        }
        return name;
    }

    private static int index(String from) {
        if (!from.matches("\\d{1,7}")) {
            throw badRequest("from is not a number. Set it to the index of the first kernel to show.");
        }
        return Integer.parseInt(from);
    }

    private static ErrorResponseException badRequest(String detail) {
        ProblemDetail problem = ProblemDetail.forStatusAndDetail(HttpStatus.BAD_REQUEST, detail);
        problem.setTitle("No such view");
        return new ErrorResponseException(HttpStatus.BAD_REQUEST, problem, null);
    }
}
