package io.elasticjupyter.console.page;

/**
 * The page for a caller who is not known.
 *
 * @param problem what is wrong, and the cure
 */
public record SignInPage(String problem) {

    /** Returns the page as HTML. */
    public String html() {
        Html out = Frame.begin("Sign in: Elastic Jupyter", null);
        out.open("header").element("h1", "Elastic Jupyter").close("header")
                .open("main", "id", "main", "tabindex", "-1", "class", "sign-in").element("h2", "Sign in")
                .element("p", problem, "role", "alert")
                .open("p").text("You see here what you may read with kubectl. Paste a token of the API server, for"
                        + " example that of a ServiceAccount with Kubernetes' role ")
                .element("code", "view").text(" in your namespace:").close("p")
                .element("pre", "kubectl create token NAME -n NAMESPACE", "tabindex", "0")
                .open("form", "method", "post", "action", "/console/sign-in")
                .open("label", "for", "token").text("Token").close("label")
                .open("input", "id", "token", "name", "token", "type", "password", "required", "", "autocomplete",
                        "off", "spellcheck", "false")
                .element("button", "Sign in", "type", "submit").close("form")
                .element("p", "The browser keeps the token in a cookie until it is closed, at most for eight hours. The"
                        + " console stores it nowhere.")
                .close("main");
        return Frame.end(out);
    }
}
