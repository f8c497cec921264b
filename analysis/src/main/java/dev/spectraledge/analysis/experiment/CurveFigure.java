package dev.spectraledge.analysis.experiment;

import dev.spectraledge.analysis.report.plot.Axis;
import dev.spectraledge.analysis.report.plot.Band;
import dev.spectraledge.analysis.report.plot.EventMark;
import dev.spectraledge.analysis.report.plot.Line;
import dev.spectraledge.analysis.report.plot.Panel;
import dev.spectraledge.analysis.report.plot.Points;
import dev.spectraledge.analysis.report.plot.Reference;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/** Builds a panel of curves from findings. A curve of which nothing was measured is left out, and so is its name. */
public final class CurveFigure {
    private final Findings findings;
    private final boolean marked;
    private final List<Band> bands = new ArrayList<>();
    private final List<Line> lines = new ArrayList<>();
    private final List<Points> points = new ArrayList<>();
    private final List<EventMark> events = new ArrayList<>();
    private final List<Reference> references = new ArrayList<>();

    private CurveFigure(Findings findings, boolean marked) {
        this.findings = findings;
        this.marked = marked;
    }

    /** Lines alone. */
    public static CurveFigure plain(Findings findings) {
        return new CurveFigure(findings, false);
    }

    /** Lines with a mark at every value. */
    public static CurveFigure marked(Findings findings) {
        return new CurveFigure(findings, true);
    }

    /** A quantity of an item over the steps, solid. */
    public CurveFigure solid(Procedure procedure, String quantity, String item, String label, int colour) {
        return overSteps(procedure, quantity, item, label, colour, Line.Stroke.SOLID);
    }

    /** A quantity of an item over the steps, dashed. */
    public CurveFigure dashed(Procedure procedure, String quantity, String item, String label, int colour) {
        return overSteps(procedure, quantity, item, label, colour, Line.Stroke.DASHED);
    }

    /** A quantity of an item over the steps. */
    public CurveFigure overSteps(
            Procedure procedure, String quantity, String item, String label, int colour, Line.Stroke stroke) {
        List<Measurement> curve = findings.curve(procedure, quantity, item);
        return curve(
                label,
                curve.stream().mapToDouble(Measurement::step).toArray(),
                curve.stream().mapToDouble(Measurement::value).toArray(),
                colour,
                stroke);
    }

    /** A quantity at one step over items that are numbered from 0; those that were not measured are gaps. */
    public CurveFigure overItems(
            Procedure procedure,
            String quantity,
            String itemPrefix,
            int items,
            long step,
            String label,
            int colour,
            Line.Stroke stroke) {
        double[] values = IntStream.range(0, items)
                .mapToDouble(index -> findings.value(procedure, quantity, itemPrefix + index, step)
                        .orElse(Double.NaN))
                .toArray();
        return curve(label, IntStream.range(0, items).asDoubleStream().toArray(), values, colour, stroke);
    }

    /** Values that are no findings, or no single quantity. */
    public CurveFigure curve(String label, double[] x, double[] y, int colour, Line.Stroke stroke) {
        if (x.length > 0) {
            lines.add(new Line(label, x, y, colour, stroke));
            if (marked) {
                dots("", label, x, y, colour);
            }
        }
        return this;
    }

    /**
     * A mark at every value.
     *
     * @param legend name in the legend; where it is empty there is no entry
     * @param name shown where somebody points at a mark
     */
    public CurveFigure dots(String legend, String name, double[] x, double[] y, int colour) {
        points.add(new Points(legend, x, y, Collections.nCopies(x.length, name), colour, Points.Mark.DOT));
        return this;
    }

    public CurveFigure band(Band band) {
        bands.add(band);
        return this;
    }

    public CurveFigure events(Collection<EventMark> marks) {
        events.addAll(marks);
        return this;
    }

    /** A horizontal line, once if it is asked for several times. */
    public CurveFigure reference(double value, String label) {
        Reference reference = new Reference(value, label);
        if (!references.contains(reference)) {
            references.add(reference);
        }
        return this;
    }

    public Panel panel(String title, Axis x, Axis y) {
        return new Panel(title, x, y, bands, lines, points, events, references, List.of(), true);
    }
}
