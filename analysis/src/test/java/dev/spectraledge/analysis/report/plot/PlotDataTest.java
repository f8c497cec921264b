package dev.spectraledge.analysis.report.plot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spectraledge.trainer.io.Json;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PlotDataTest {
    private static final double[] X = {0, 100, 200, 300};

    private static Figure figure(int columns, Line... lines) {
        Panel panel = new Panel(
                "Loss </script><script>alert(1)</script>",
                Axis.linear("training step"),
                Axis.log("nats"),
                List.of(),
                List.of(lines),
                List.of(new EventMark(200, "grok")),
                List.of(new Reference(0.5, "half")));
        return new Figure("training", "Loss & more", columns, List.of(panel));
    }

    private static Map<?, ?> parse(Figure figure) {
        return Json.parseObject(PlotData.json(figure), "figure");
    }

    private static Map<?, ?> firstPanel(Map<?, ?> document) {
        return (Map<?, ?>) ((List<?>) document.get("panels")).getFirst();
    }

    private static List<?> lines(Map<?, ?> document) {
        return (List<?>) firstPanel(document).get("lines");
    }

    @Test
    void holdsWhatTheDrawingShows() {
        double[] y = {4, 2.5, Double.NaN, 0.125};
        Map<?, ?> document = parse(figure(2, Line.solid("train", X, y, 0), Line.dashed("test", X.clone(), X, 1)));
        assertThat(document.get("name")).isEqualTo("training");
        assertThat((List<?>) document.get("positions")).hasSize(1).first().isEqualTo(List.of(0L, 100L, 200L, 300L));
        Map<?, ?> train = (Map<?, ?>) lines(document).getFirst();
        assertThat(train.get("y")).isEqualTo(Arrays.asList(4L, 2.5, null, 0.125));
        assertThat(((Map<?, ?>) lines(document).get(1)).get("stroke")).isEqualTo("dashed");
        Map<?, ?> panel = firstPanel(document);
        assertThat(panel.get("events")).isEqualTo(List.of(List.of(200L, "grok")));
        assertThat(panel.get("references")).isEqualTo(List.of(List.of(0.5, "half")));
        assertThat(((Map<?, ?>) panel.get("y")).get("log")).isEqualTo(true);
        assertThat(((Map<?, ?>) panel.get("y")).get("low")).isNull();
    }

    @Test
    void numbersHaveTheDigitsOfAFloat() {
        double[] y = {1.0 / 3, 123_456_789, 1e-35, 0.1};
        Map<?, ?> document = parse(figure(1, Line.solid("y", X, y, 0)));
        assertThat(((Map<?, ?>) lines(document).getFirst()).get("y"))
                .isEqualTo(List.of(0.33333334, 123_456_789L, 1e-35, 0.1));
    }

    @Test
    void aGapIsNotCrossed() {
        double[] x = {1, 2, 3, 100, 101};
        Map<?, ?> document = parse(figure(1, Line.solid("y", x, new double[] {5, 6, 7, 8, 9}, 0)));
        assertThat((List<?>) document.get("positions")).isEqualTo(List.of(List.of(1L, 2L, 3L, 51.5, 100L, 101L)));
        assertThat(((Map<?, ?>) lines(document).getFirst()).get("y"))
                .isEqualTo(Arrays.asList(5L, 6L, 7L, null, 8L, 9L));
    }

    @Test
    void longSeriesAreThinnedToTheColumnsOfTheDrawingWithTheirExtremes() {
        double[] x = IntStream.range(0, 100_000).asDoubleStream().toArray();
        double[] y = Arrays.stream(x)
                .map(step -> step == 54_321 ? 1000 : 1 + step % 7)
                .toArray();
        Map<?, ?> line =
                (Map<?, ?>) lines(parse(figure(2, Line.solid("y", x, y, 0)))).getFirst();
        List<?> high = (List<?>) line.get("high");
        assertThat(high).hasSizeBetween(200, SvgFigure.panelWidth(1)).anyMatch(value -> value.equals(1000L));
        assertThat((List<?>) line.get("low")).hasSameSizeAs(high).anyMatch(value -> value.equals(1L));
    }

    @Test
    void noTextCanEndTheElementThatHoldsIt() {
        String embedded = PlotData.embedded(PlotData.json(figure(1, Line.solid("<!-- ]]> & </script>", X, X, 0))));
        assertThat(embedded).doesNotContain("<", ">", "&");
        assertThat(((Map<?, ?>) lines(Json.parseObject(embedded, "figure")).getFirst()).get("label"))
                .isEqualTo("<!-- ]]> & </script>");
    }
}
