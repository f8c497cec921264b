package dev.spectraledge.analysis.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spectraledge.analysis.report.plot.Axis;
import dev.spectraledge.analysis.report.plot.Band;
import dev.spectraledge.analysis.report.plot.EventMark;
import dev.spectraledge.analysis.report.plot.Figure;
import dev.spectraledge.analysis.report.plot.Line;
import dev.spectraledge.analysis.report.plot.Panel;
import dev.spectraledge.analysis.report.plot.Points;
import dev.spectraledge.analysis.report.plot.Reference;
import dev.spectraledge.analysis.report.plot.SvgFigure;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Panels that are built from findings are, to the letter, those that are put together by hand. */
class CurveFigureTest {
    private static final Axis STEP = Axis.linear("step");
    private static final Axis SHARE = Axis.linear("R²", 0, 1);
    private static final double[] STEPS = {100, 200, 300};
    private static final double[] PUBLISHED = {0.1, 0.5, 0.9};
    private static final double[] CONTROLLED = {0.2, 0.3, 0.1};
    private static final List<EventMark> GROK = List.of(new EventMark(200, "grok"));

    private final Findings findings = findings();

    private static Findings findings() {
        Findings findings = new Findings();
        for (int row = 0; row < STEPS.length; row++) {
            findings.published("r2", "depth", (long) STEPS[row], PUBLISHED[row]);
            findings.controlled("r2", "depth", (long) STEPS[row], CONTROLLED[row]);
        }
        findings.published("power", "omega=0", 300, 0.7);
        findings.published("power", "omega=2", 300, 0.3);
        return findings;
    }

    private static String svg(Panel panel) {
        return SvgFigure.document(new Figure("name", "title", 1, List.of(panel)));
    }

    @Test
    void linesOverTheSteps() {
        Panel built = CurveFigure.plain(findings)
                .solid(Procedure.PUBLISHED, "r2", "depth", "published", 0)
                .dashed(Procedure.CONTROLLED, "r2", "depth", "controlled", 1)
                .events(GROK)
                .panel("Depth", STEP, SHARE);
        Panel byHand = new Panel(
                "Depth",
                STEP,
                SHARE,
                List.of(),
                List.of(Line.solid("published", STEPS, PUBLISHED, 0), Line.dashed("controlled", STEPS, CONTROLLED, 1)),
                GROK,
                List.of());
        assertThat(svg(built)).isEqualTo(svg(byHand));
    }

    @Test
    void marksAtEveryValueAndGapsWhereNothingWasMeasured() {
        Panel built = CurveFigure.marked(findings)
                .overItems(Procedure.PUBLISHED, "power", "omega=", 3, 300, "power", 2, Line.Stroke.SOLID)
                .reference(0.5, "even")
                .reference(0.5, "even")
                .panel("Spectrum", STEP, SHARE);
        double[] numbers = {0, 1, 2};
        double[] power = {0.7, Double.NaN, 0.3};
        Panel byHand = new Panel(
                "Spectrum",
                STEP,
                SHARE,
                List.of(),
                List.of(Line.solid("power", numbers, power, 2)),
                List.of(new Points("", numbers, power, List.of("power", "power", "power"), 2, Points.Mark.DOT)),
                List.of(),
                List.of(new Reference(0.5, "even")),
                List.of(),
                true);
        assertThat(svg(built)).isEqualTo(svg(byHand));
    }

    @Test
    void bandsAndCurvesThatAreNoFindings() {
        Band band = new Band("quartiles", STEPS, CONTROLLED, PUBLISHED, 0, false);
        Panel built = CurveFigure.plain(findings)
                .band(band)
                .curve("ω", STEPS, PUBLISHED, 3, Line.Stroke.STEPS)
                .panel("Decay", STEP, SHARE);
        Panel byHand = new Panel(
                "Decay",
                STEP,
                SHARE,
                List.of(band),
                List.of(Line.steps("ω", STEPS, PUBLISHED, 3)),
                List.of(),
                List.of());
        assertThat(svg(built)).isEqualTo(svg(byHand));
    }

    @Test
    void whatWasNotMeasuredIsNotNamed() {
        Panel panel = CurveFigure.marked(findings)
                .solid(Procedure.PUBLISHED, "r2", "nothing", "nothing", 0)
                .panel("Depth", STEP, SHARE);
        assertThat(panel.isEmpty()).isTrue();
    }

    @Test
    void findingsNameTheirItemsAndTheirLastStep() {
        assertThat(findings.items(Procedure.PUBLISHED, "power")).containsExactly("omega=0", "omega=2");
        assertThat(findings.items(Procedure.CONTROLLED, "power")).isEmpty();
        assertThat(findings.count("power", "omega=", 300)).isEqualTo(2);
        assertThat(findings.count("power", "omega=", 200)).isZero();
        assertThat(findings.lastStep()).isEqualTo(300);
    }
}
