package dev.spectraledge.analysis.report.plot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spectraledge.analysis.report.Xml;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

class SvgFigureTest {
    @Test
    void isWellFormedWhateverTheTexts() {
        Document svg = Xml.parse(SvgFigure.document(figure(new double[] {1, Double.NaN, 3}, "a < b & \"c\" \u0007")));
        assertThat(svg.getDocumentElement().getTagName()).isEqualTo("svg");
        assertThat(Xml.texts(svg, "text")).contains("a < b & \"c\" \uFFFD", "grok");
    }

    @Test
    void aGapSplitsTheLine() {
        String path = linePath(figure(new double[] {1, 2, Double.NaN, 4, 5}, "y"));
        assertThat(path.chars().filter(c -> c == 'M')).hasSize(2);
    }

    @Test
    void aLongSeriesStaysSmallAndKeepsItsExtremes() {
        double[] y = IntStream.range(0, 20_000).mapToDouble(i -> Math.sin(i)).toArray();
        y[7_777] = 50;
        String svg = SvgFigure.document(figure(y, "y"));
        assertThat(SvgFigure.element(figure(y, "y")).length()).isLessThan(60_000);
        assertThat(svg.length()).as("with its numbers").isLessThan(100_000);
        double topOfSpike = highestPoint(svg);
        y[7_777] = 0;
        assertThat(topOfSpike).isEqualTo(highestPoint(SvgFigure.document(figure(extremes(y, 50), "y"))));
    }

    @Test
    void standsAloneWithoutStyleSheet() {
        String svg = SvgFigure.document(figure(new double[] {1, 2, 3}, "y"));
        assertThat(svg).contains("stroke=\"#0072b2\"").doesNotContain("http://www.w3.org/1999", "href", "@import");
    }

    @Test
    void aBandWithoutANameHasNoKey() {
        String named = SvgFigure.document(withBand("range"));
        String nameless = SvgFigure.document(withBand(""));
        assertThat(Xml.texts(Xml.parse(named), "text")).contains("range");
        assertThat(rectangles(named)).isEqualTo(rectangles(nameless) + 1);
    }

    /** Lines one pixel apart: the names would be one on top of the other. */
    @Test
    void namesOfNeighbouringHorizontalLinesDoNotOverlap() {
        double[] x = {0, 1};
        Panel panel = new Panel(
                "title",
                Axis.linear("x"),
                Axis.linear("y", 0, 100),
                List.of(),
                List.of(Line.solid("series", x, x, Palette.BLUE)),
                List.of(),
                List.of(new Reference(50, "lower"), new Reference(50.5, "upper"), new Reference(10, "far")));
        Document svg = Xml.parse(SvgFigure.document(new Figure("test", "a test", 1, List.of(panel))));
        double textHeight = 11;
        assertThat(baseline(svg, "lower") - baseline(svg, "upper")).isGreaterThan(textHeight);
        assertThat(baseline(svg, "far") - baseline(svg, "lower")).isGreaterThan(textHeight);
    }

    private static double baseline(Document svg, String text) {
        return Xml.elements(svg, "text").stream()
                .filter(element -> element.getTextContent().equals(text))
                .mapToDouble(element -> Double.parseDouble(element.getAttribute("y")))
                .findFirst()
                .orElseThrow();
    }

    private static int rectangles(String svg) {
        return svg.split("<rect", -1).length - 1;
    }

    private static Figure withBand(String label) {
        double[] x = {0, 1, 2};
        Panel panel = new Panel(
                "title",
                Axis.linear("x"),
                Axis.linear("y"),
                List.of(new Band(label, x, new double[] {0, 0, 0}, new double[] {1, 1, 1}, Palette.BLUE, false)),
                List.of(Line.solid("series", x, x, Palette.BLUE)),
                List.of(),
                List.of());
        return new Figure("test", "a test", 1, List.of(panel));
    }

    /** A short series with the same extremes: each of its points is drawn. */
    private static double[] extremes(double[] y, double high) {
        double low = Arrays.stream(y).min().orElseThrow();
        return new double[] {low, high, low};
    }

    /** Smallest y coordinate of all filled or stroked series. */
    private static double highestPoint(String svg) {
        return Xml.elements(Xml.parse(svg), "path").stream()
                .filter(path -> path.getAttribute("class").matches("[lf]c\\d"))
                .filter(path -> path.getAttribute("d").length() > 20)
                .flatMap(path -> Pattern.compile("[ML]-?[\\d.]+ (-?[\\d.]+)")
                        .matcher(path.getAttribute("d"))
                        .results())
                .mapToDouble(match -> Math.rint(Double.parseDouble(match.group(1))))
                .min()
                .orElseThrow();
    }

    private static String linePath(Figure figure) {
        Element path = Xml.elements(Xml.parse(SvgFigure.document(figure)), "path").stream()
                .filter(element -> element.getAttribute("class").equals("lc0"))
                .findFirst()
                .orElseThrow();
        return path.getAttribute("d");
    }

    private static Figure figure(double[] y, String label) {
        double[] x = IntStream.range(0, y.length).asDoubleStream().toArray();
        Panel panel = new Panel(
                "title",
                Axis.linear("x"),
                Axis.linear(label),
                List.of(),
                List.of(Line.solid("series", x, y, Palette.BLUE)),
                List.of(new EventMark(1, "grok")),
                List.of());
        return new Figure("test", "a test", 1, List.of(panel));
    }
}
