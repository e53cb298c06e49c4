package io.elasticjupyter.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Draws the comparisons of a report as SVG, with two bars on one scale for each. */
final class Plot {

    private static final int WIDTH = 820;
    private static final int LEFT = 360;
    private static final int LONGEST = 300;
    private static final int BAR = 12;
    private static final int ROW = 46;
    private static final int TOP = 44;

    private Plot() {}

    static void write(Report report, Path file) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.writeString(file, svg(report));
    }

    static String svg(Report report) {
        List<Figure> compared = report.figures().stream().filter(figure -> figure.comparison().isPresent()).toList();
        StringBuilder svg = new StringBuilder("""
                <svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" font-family="sans-serif" font-size="12">
                <style>text{fill:#24292f}.ours{fill:#1f6feb}.other{fill:#afb8c1}.small{fill:#57606a;font-size:11px}
                @media(prefers-color-scheme:dark){text{fill:#e6edf3}.small{fill:#8b949e}.other{fill:#6e7681}}</style>
                <text x="12" y="22" font-size="14" font-weight="bold">The functions, compared</text>
                """.formatted(WIDTH, TOP + ROW * compared.size() + 12));
        int y = TOP;
        for (Figure figure : compared) {
            row(svg, figure, y);
            y += ROW;
        }
        return svg.append("</svg>\n").toString();
    }

    private static void row(StringBuilder svg, Figure figure, int y) {
        double ours = figure.median();
        double other = figure.comparison().orElseThrow().value();
        double scale = Math.max(ours, other) == 0 ? 0 : LONGEST / Math.max(ours, other);
        svg.append("""
                <text x="12" y="%d">%s</text><text class="small" x="12" y="%d">%s</text>
                """.formatted(y + 11, escape(figure.measure()), y + 27,
                escape(figure.benchmark() + ": " + figure.subject())));
        bar(svg, "ours", y, ours * scale, FigureTable.number(ours) + unit(figure));
        bar(svg, "other", y + BAR + 3, other * scale,
                FigureTable.number(other) + unit(figure) + " " + figure.comparison().get().with());
    }

    private static void bar(StringBuilder svg, String style, int y, double length, String text) {
        svg.append("""
                <rect class="%s" x="%d" y="%d" width="%.1f" height="%d" rx="2"/><text class="small" x="%.1f" y="%d">%s</text>
                """.formatted(style, LEFT, y, Math.max(length, 1), BAR, LEFT + Math.max(length, 1) + 6, y + BAR - 2,
                escape(text)));
    }

    private static String unit(Figure figure) {
        return figure.unit().isEmpty() ? "" : " " + figure.unit();
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
