package io.elasticjupyter.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xml.sax.InputSource;

class FigureTest {

    private static final Figure BARE = Figure.of("warm", "the calls alone", "time", "ms", 2, 4, 3);
    private static final Figure OURS = Figure.of("warm", "a notebook", "time", "ms", 9, 1.5, 4.5, 6)
            .beside("the calls <alone>", BARE);

    @Test
    void theMedianIsTheMiddleOrHalfwayBetweenTheTwoInTheMiddle() {
        assertThat(BARE.median()).isEqualTo(3);
        assertThat(OURS.median()).isEqualTo(5.25);
        assertThat(OURS.least()).isEqualTo(1.5);
        assertThat(OURS.most()).isEqualTo(9);
    }

    @Test
    void aRatioNeedsAComparison() {
        assertThat(OURS.ratio()).hasValue(1.75);
        assertThat(BARE.ratio()).isEmpty();
        assertThat(BARE.beside("nothing", Figure.of("", "", "", "", 0)).ratio()).isEmpty();
        assertThatThrownBy(() -> Figure.of("", "", "", "", List.of())).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theTableIsMarkdownWithNumbersAlignedToTheRight() {
        assertThat(FigureTable.of(List.of(BARE, OURS))).isEqualTo(
                """
                | benchmark | case            | measure |  median | least | most | rounds | ratio | to                   |
                | --------- | --------------- | ------- | ------: | ----: | ---: | -----: | ----: | -------------------- |
                | warm      | the calls alone | time    |    3 ms |     2 |    4 |      3 |       |                      |
                | warm      | a notebook      | time    | 5.25 ms |  1.50 |    9 |      4 |  1.75 | the calls <alone>: 3 |""");
    }

    @Test
    void aNumberHasThreeSignificantDigits() {
        assertThat(FigureTable.number(12_345.6)).isEqualTo("12,346");
        assertThat(FigureTable.number(12.345)).isEqualTo("12.3");
        assertThat(FigureTable.number(1.2345)).isEqualTo("1.23");
        assertThat(FigureTable.number(0.0123)).isEqualTo("0.012");
        assertThat(FigureTable.number(0)).isEqualTo("0");
    }

    @Test
    void writtenFiguresAreReadAgain(@TempDir Path folder) throws IOException {
        Report report = new Report(Map.of("api", "embedded"), List.of(BARE, OURS));
        Path file = folder.resolve("deeper/report.json");
        report.write(file);
        assertThat(Report.read(file)).isEqualTo(report);
        assertThat(file).content().contains("\"median\" : 5.25", "\"ratio\" : 1.75");
    }

    @Test
    void thePlotHasTwoBarsForEachComparisonOnOneScale() throws Exception {
        String svg = Plot.svg(new Report(Map.of(), List.of(BARE, OURS)));
        var document = DocumentBuilderFactory.newInstance().newDocumentBuilder()
                .parse(new InputSource(new java.io.StringReader(svg)));
        var bars = document.getElementsByTagName("rect");
        assertThat(bars.getLength()).isEqualTo(2);
        double ours = Double.parseDouble(bars.item(0).getAttributes().getNamedItem("width").getNodeValue());
        double other = Double.parseDouble(bars.item(1).getAttributes().getNamedItem("width").getNodeValue());
        assertThat(ours / other).isBetween(1.74, 1.76);
        assertThat(document.getDocumentElement().getTextContent()).contains("5.25 ms", "3 ms the calls <alone>");
    }
}
