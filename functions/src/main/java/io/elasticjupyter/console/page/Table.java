package io.elasticjupyter.console.page;

import io.elasticjupyter.console.policy.ConsoleAction;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Locale;

/**
 * Writes a table. Each cell has the title of its column, which a narrow screen shows before it.
 *
 * @param out writes it
 * @param columns the titles of the columns
 * @param now the time that the view is of
 */
record Table(Html out, List<String> columns, Instant now) {

    void begin(String id, String caption) {
        out.open("table", "aria-label", caption).open("thead").open("tr");
        columns.forEach(column -> out.element("th", column, "scope", "col", "class",
                column.toLowerCase(Locale.ROOT).replace(' ', '-')));
        out.close("tr").close("thead").open("tbody", "id", id);
    }

    void end() {
        out.close("tbody").close("table");
    }

    Row row(String... identity) {
        out.open("tr", "id", String.join("/", identity));
        return new Row(this);
    }

    /** Writes the cells of a row in the order of the columns. */
    static final class Row {

        private final Table table;
        private int column;

        private Row(Table table) {
            this.table = table;
        }

        private Html cell() {
            return table.out.open("td", "data-label", table.columns.get(column++));
        }

        Row text(String text) {
            cell().text(text == null ? "–" : text).close("td");
            return this;
        }

        Row link(String text, String address) {
            if (text == null) {
                return text(null);
            }
            cell().element("a", text, "href", address).close("td");
            return this;
        }

        /** A word that has a color of its own. */
        Row badge(String word) {
            cell().element("span", word, "class", "badge " + word.replace(' ', '-')).close("td");
            return this;
        }

        /** What the caller can do with a resource. */
        Row actions(String namespace, String name, List<ConsoleAction> actions) {
            cell();
            for (ConsoleAction action : actions) {
                table.out.element("a", action.label(), "href", Links.of(action, namespace, name), "aria-label",
                        action.label() + " " + name).text(" ");
            }
            table.out.close("td");
            return this;
        }

        /** The time since then, which the script updates. */
        Row since(String time) {
            return time(time, "since");
        }

        /** The time until then, which the script counts down. */
        Row until(String time) {
            return time(time, "until");
        }

        private Row time(String time, String relative) {
            Instant then = parse(time);
            if (then == null) {
                return text(null);
            }
            cell().element("time", relative.equals("since")
                    ? Words.since(then, table.now)
                    : Words.until(then, table.now), "datetime", then.toString(), "data-relative", relative, "title",
                    then.toString()).close("td");
            return this;
        }

        private static Instant parse(String time) {
            try {
                return time == null ? null : Instant.parse(time);
            } catch (DateTimeParseException e) {
                return null;
            }
        }

        void end() {
            table.out.close("tr");
        }
    }
}
