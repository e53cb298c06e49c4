package io.elasticjupyter.benchmark;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Formats figures as a table that is also valid Markdown. */
final class FigureTable {

    private static final List<String> HEAD = List.of("benchmark", "case", "measure", "median", "least", "most",
            "rounds", "ratio", "to");
    private static final int FIRST_NUMBER = 3;
    private static final int LAST_NUMBER = 7;

    private FigureTable() {}

    static String of(List<Figure> figures) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(HEAD);
        figures.forEach(figure -> rows.add(row(figure)));
        int[] widths = new int[HEAD.size()];
        rows.forEach(row -> {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        });
        List<String> rule = new ArrayList<>();
        for (int i = 0; i < widths.length; i++) {
            rule.add(isNumber(i) ? "-".repeat(widths[i] - 1) + ":" : "-".repeat(widths[i]));
        }
        rows.add(1, rule);
        return rows.stream().map(row -> line(row, widths)).collect(Collectors.joining("\n"));
    }

    private static List<String> row(Figure figure) {
        boolean once = figure.values().size() == 1;
        return List.of(figure.benchmark(), figure.subject(), figure.measure(),
                number(figure.median()) + (figure.unit().isEmpty() ? "" : " " + figure.unit()),
                once ? "" : number(figure.least()),
                once ? "" : number(figure.most()),
                Integer.toString(figure.values().size()),
                figure.ratio().isPresent() ? number(figure.ratio().getAsDouble()) : "",
                figure.comparison().map(other -> other.with() + ": " + number(other.value())).orElse(""));
    }

    /** Formats a number with three significant digits, or fewer if it has fewer. */
    static String number(double value) {
        double size = Math.abs(value);
        if (size >= 100 || value == Math.rint(value)) {
            return String.format(Locale.ROOT, "%,.0f", value);
        }
        return String.format(Locale.ROOT, size >= 10 ? "%.1f" : size >= 1 ? "%.2f" : "%.3f", value);
    }

    private static String line(List<String> row, int[] widths) {
        StringBuilder line = new StringBuilder("|");
        for (int i = 0; i < widths.length; i++) {
            String padding = " ".repeat(widths[i] - row.get(i).length());
            line.append(' ').append(isNumber(i) ? padding + row.get(i) : row.get(i) + padding).append(" |");
        }
        return line.toString();
    }

    private static boolean isNumber(int column) {
        return column >= FIRST_NUMBER && column <= LAST_NUMBER;
    }
}
