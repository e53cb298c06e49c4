package io.elasticjupyter.application;

import jakarta.servlet.http.HttpServletResponse;
import java.util.Set;

/** The paths of the console, and the headers that protect the browser that shows it. */
final class ConsolePaths {

    /** The path of the page, and the beginning of all others. */
    static final String PAGE = "/" + OfferedFunctions.CONSOLE;

    /** What the page shows, as JSON. */
    static final String CLUSTER = PAGE + "/api/v1/cluster";

    /** The description of the JSON. */
    static final String OPEN_API = PAGE + "/api/v1/openapi.json";

    static final String STYLE = PAGE + "/console.css";
    static final String SCRIPT = PAGE + "/console.js";
    static final String ICON = PAGE + "/icon.svg";

    static final String SIGN_IN = PAGE + "/sign-in";
    static final String SIGN_OUT = PAGE + "/sign-out";

    /** The question before an action by GET, and the action by POST. */
    static final String ACTION = PAGE + "/action";

    /** The paths that are read by GET. */
    static final Set<String> READ = Set.of(PAGE, CLUSTER, OPEN_API, STYLE, SCRIPT, ICON, ACTION);

    /** The paths to which a form is sent by POST. */
    static final Set<String> WRITTEN = Set.of(SIGN_IN, SIGN_OUT, ACTION);

    private ConsolePaths() {}

    static boolean isConsole(String path) {
        return path.equals(PAGE) || path.startsWith(PAGE + "/");
    }

    /** Lets a browser load nothing but the console's own files, and show it in no frame. The controller may allow to store files. */
    static void protect(HttpServletResponse response) {
        response.setHeader("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self';"
                + " img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'");
        response.setHeader("X-Content-Type-Options", "nosniff");
        response.setHeader("Referrer-Policy", "same-origin");
        response.setHeader("Cross-Origin-Opener-Policy", "same-origin");
        response.setHeader("Cross-Origin-Resource-Policy", "same-origin");
        response.setHeader("Cache-Control", "no-store");
    }
}
