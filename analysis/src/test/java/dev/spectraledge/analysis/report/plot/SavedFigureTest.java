package dev.spectraledge.analysis.report.plot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spectraledge.analysis.report.Xml;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SavedFigureTest {
    private static final double[] X = {1, 2, 3};
    private static final Figure FIGURE = new Figure(
            "named",
            "A & B",
            1,
            List.of(new Panel(
                    "<title> & \"quotes\" &lt;",
                    Axis.linear("step"),
                    Axis.linear("y"),
                    List.of(),
                    List.of(Line.solid("</metadata>", X, X, 0)),
                    List.of(),
                    List.of())));

    @Test
    void aSavedFigureKeepsItsNumbers() {
        String document = SvgFigure.document(FIGURE);
        Xml.parse(document);
        SavedFigure saved = SavedFigure.of(document);
        assertThat(saved.numbers()).contains(PlotData.json(FIGURE));
        assertThat(saved.drawing()).doesNotContain("<metadata").contains("<path");
        Xml.parse(saved.drawing());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"<svg/>", "<svg><metadata>{\"a\": </metadata></svg>", "<svg><metadata>[1]</metadata></svg>"})
    void aDrawingWithoutNumbersHasNone(String document) {
        assertThat(SavedFigure.of(document).numbers()).isEmpty();
        assertThat(SavedFigure.of(document).drawing())
                .isEqualTo(document.contains("metadata") ? "<svg></svg>" : document);
    }
}
