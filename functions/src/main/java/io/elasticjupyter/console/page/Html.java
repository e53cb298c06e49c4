package io.elasticjupyter.console.page;

/**
 * Writes HTML. Text and the values of attributes are always escaped, so that no name or message of an object can add markup. Only the
 * names of elements and attributes are not, and these are constants.
 */
final class Html {

    private final StringBuilder out = new StringBuilder(16_384);

    /** Opens an element. The attributes are names and values in turn; one whose value is null is left out. */
    Html open(String name, String... attributes) {
        out.append('<').append(name);
        for (int i = 0; i < attributes.length; i += 2) {
            if (attributes[i + 1] != null) {
                out.append(' ').append(attributes[i]).append("=\"");
                escape(attributes[i + 1]);
                out.append('"');
            }
        }
        out.append('>');
        return this;
    }

    Html close(String name) {
        out.append("</").append(name).append('>');
        return this;
    }

    /** Writes text. */
    Html text(String text) {
        escape(text);
        return this;
    }

    /** Writes an element that contains text only. */
    Html element(String name, String text, String... attributes) {
        return open(name, attributes).text(text).close(name);
    }

    private void escape(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '&' -> out.append("&amp;");
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '"' -> out.append("&quot;");
                case '\'' -> out.append("&#39;");
                default -> out.append(isAllowed(c) ? c : '\uFFFD');
            }
        }
    }

    /** Directional controls could show a name in another order than it has. */
    private static boolean isAllowed(char c) {
        return (c >= ' ' || c == '\n' || c == '\t') && c != '\u007F'
                && !(c >= '\u202A' && c <= '\u202E') && !(c >= '\u2066' && c <= '\u2069');
    }

    @Override
    public String toString() {
        return out.toString();
    }
}
