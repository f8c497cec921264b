package dev.spectraledge.analysis.experiment;

import dev.spectraledge.analysis.report.plot.Axis;
import dev.spectraledge.analysis.report.plot.Line;
import dev.spectraledge.analysis.report.plot.Panel;
import dev.spectraledge.analysis.report.plot.Reference;
import java.util.List;

/** Panels of measured curves over the steps of a run. */
public final class PhaseFigures {
    private static final int FEW = 12;

    private PhaseFigures() {}

    /**
     * A curve to draw.
     *
     * @param label in the legend
     * @param colour index into the palette
     * @param joined whether its points are joined by a line
     */
    public record Curve(
            Procedure procedure,
            String quantity,
            String item,
            String label,
            int colour,
            Line.Stroke stroke,
            boolean joined) {
        /** A published one. */
        public static Curve published(String quantity, String item, String label, int colour) {
            return new Curve(Procedure.PUBLISHED, quantity, item, label, colour, Line.Stroke.SOLID, true);
        }

        /** A controlled one, dashed. */
        public static Curve controlled(String quantity, String item, String label, int colour) {
            return new Curve(Procedure.CONTROLLED, quantity, item, label, colour, Line.Stroke.DASHED, true);
        }

        /** A controlled one, solid. */
        public static Curve solid(String quantity, String item, String label, int colour) {
            return new Curve(Procedure.CONTROLLED, quantity, item, label, colour, Line.Stroke.SOLID, true);
        }
    }

    /** Curves over steps, with a mark at each measurement of those that have few. */
    public static Panel panel(
            String title, Axis x, Axis y, Findings findings, List<Curve> curves, List<Reference> references) {
        CurveFigure figure = CurveFigure.plain(findings);
        for (Curve curve : curves) {
            List<Measurement> measured = findings.curve(curve.procedure(), curve.quantity(), curve.item()).stream()
                    .filter(measurement -> !y.logarithmic() || measurement.value() > 0)
                    .toList();
            double[] steps = measured.stream().mapToDouble(Measurement::step).toArray();
            double[] values = measured.stream().mapToDouble(Measurement::value).toArray();
            if (curve.joined()) {
                figure.curve(curve.label(), steps, values, curve.colour(), curve.stroke());
            }
            if (steps.length > 0 && steps.length <= FEW) {
                figure.dots(curve.joined() ? "" : curve.label(), curve.label(), steps, values, curve.colour());
            }
        }
        references.forEach(reference -> figure.reference(reference.y(), reference.label()));
        return figure.panel(title, x, y);
    }
}
