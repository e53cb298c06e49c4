package io.elasticjupyter.integration;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What several programs do for the same waiting pods on the same nodes, as the table and the picture of the page about reclaiming.
 *
 * @param pods the number of waiting pods
 * @param rows a row for each program
 */
record ReclaimComparison(int pods, List<Row> rows) {

    private static final String PAGE = "docs/reclaim.md";
    private static final String PICTURE = "docs/reclaim.svg";
    private static final String BEGIN = "<!-- written by ReclaimOnSchedulerTest -->\n";
    private static final String END = "<!-- end -->\n";

    private static final int LEFT = 230;
    private static final int LONGEST = 460;
    private static final int BAR = 16;
    private static final int ROW = 52;
    private static final int TOP = 62;

    /**
     * What a program does.
     *
     * @param name the name of the program
     * @param fits the pods that fit without a deletion
     * @param bound the pods that were bound after deletions
     * @param nothing the pods for which nothing was deleted
     * @param inVain the pods for which kernels were deleted, and that were not bound
     * @param deleted the kernels that were deleted
     * @param inUse how many of these were in use
     * @param longest the longest time from the deletion until a pod was bound, if it was measured
     */
    record Row(String name, long fits, long bound, long nothing, long inVain, long deleted, long inUse,
            Optional<Duration> longest) {

        private String line() {
            return "| %s | %d | %d | %d | %d | %d | %d | %s |%n".formatted(name, fits, bound, nothing, inVain, deleted,
                    inUse, longest.map(time -> time.toMillis() + " ms").orElse(""));
        }
    }

    /** Returns the rows as a Markdown table. */
    String table() {
        return "| | fits | bound after deletions | nothing deleted | in vain | kernels deleted | of these in use "
                + "| longest time until bound |\n| --- | --- | --- | --- | --- | --- | --- | --- |\n"
                + rows.stream().map(Row::line).collect(Collectors.joining());
    }

    /** Writes the table and the picture into the pages. */
    void write(Path repository) throws IOException {
        Path page = repository.resolve(PAGE);
        String text = Files.readString(page);
        int begin = text.indexOf(BEGIN) + BEGIN.length();
        int end = text.indexOf(END, begin);
        if (begin < BEGIN.length() || end < 0) {
            throw new IOException(PAGE + " has no lines '" + BEGIN.strip() + "' and '" + END.strip() + "'");
        }
        Files.writeString(page, text.substring(0, begin) + "\n" + table() + "\n" + text.substring(end));
        Files.writeString(repository.resolve(PICTURE), svg());
    }

    /** Returns the kernels that each program deletes as SVG, those in use in another colour. */
    private String svg() {
        long most = Math.max(1, rows.stream().mapToLong(Row::deleted).max().orElse(1));
        List<String> lines = new ArrayList<>();
        lines.add("""
                <svg xmlns="http://www.w3.org/2000/svg" width="820" height="%d" font-family="sans-serif" font-size="12">
                <style>text{fill:#24292f}.idle{fill:#1f6feb}.use{fill:#cf222e}.small{fill:#57606a;font-size:11px}
                @media(prefers-color-scheme:dark){text{fill:#e6edf3}.small{fill:#8b949e}}</style>
                <text x="12" y="22" font-size="14" font-weight="bold">Kernels deleted for %d waiting pods</text>
                <rect class="idle" x="12" y="34" width="10" height="10"/><text class="small" x="27" y="43">idle</text>
                <rect class="use" x="62" y="34" width="10" height="10"/><text class="small" x="77" y="43">in use</text>
                """.formatted(TOP + ROW * rows.size(), pods));
        int y = TOP;
        for (Row row : rows) {
            double idle = (double) LONGEST * (row.deleted() - row.inUse()) / most;
            double use = (double) LONGEST * row.inUse() / most;
            lines.add("""
                    <text x="12" y="%d">%s</text><text class="small" x="12" y="%d">%d pods bound after deletions</text>
                    <rect class="idle" x="%d" y="%d" width="%.1f" height="%d"/><rect class="use" x="%.1f" y="%d" \
                    width="%.1f" height="%d"/>
                    <text class="small" x="%.1f" y="%d">%d idle, %d in use</text>
                    """.formatted(y + 12, row.name(), y + 28, row.bound(), LEFT, y, idle, BAR, LEFT + idle, y, use, BAR,
                    LEFT + idle + use + 6, y + 12, row.deleted() - row.inUse(), row.inUse()));
            y += ROW;
        }
        return String.join("", lines) + "</svg>\n";
    }
}
