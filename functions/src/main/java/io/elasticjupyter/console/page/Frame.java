package io.elasticjupyter.console.page;

/** What all pages of the console have in common. Style and script are files of their own, as the Content-Security-Policy demands. */
final class Frame {

    private Frame() {}

    /** @param now the time that the page is of, by which the script corrects the clock of the browser; null for a page that is not live */
    static Html begin(String title, String now) {
        Html out = new Html();
        out.open("!DOCTYPE html").open("html", "lang", "en").open("head")
                .open("meta", "charset", "utf-8").element("title", title)
                .open("meta", "name", "viewport", "content", "width=device-width, initial-scale=1")
                .open("meta", "name", "color-scheme", "content", "light dark")
                .open("link", "rel", "icon", "href", "/console/icon.svg", "type", "image/svg+xml")
                .open("link", "rel", "stylesheet", "href", "/console/console.css");
        if (now != null) {
            out.open("script", "src", "/console/console.js", "defer", "").close("script");
        }
        return out.close("head").open("body", "data-now", now)
                .element("a", "Skip to the content", "class", "skip", "href", "#main");
    }

    static String end(Html out) {
        return out.close("body").close("html").toString();
    }
}
