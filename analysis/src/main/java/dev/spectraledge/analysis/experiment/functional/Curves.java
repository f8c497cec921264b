package dev.spectraledge.analysis.experiment.functional;

import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.Measurement;
import dev.spectraledge.analysis.experiment.Procedure;
import dev.spectraledge.analysis.report.plot.Axis;
import dev.spectraledge.analysis.report.plot.Line;
import dev.spectraledge.analysis.report.plot.Panel;
import dev.spectraledge.analysis.report.plot.Points;
import dev.spectraledge.analysis.report.plot.Reference;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/** A panel of curves made of findings, each with a mark at every value. */
final class Curves {
    private final Findings findings;
    private final List<Line> lines = new ArrayList<>();
    private final List<Points> points = new ArrayList<>();
    private final List<Reference> references = new ArrayList<>();

    Curves(Findings findings) {
        this.findings = findings;
    }

    /** The items of which a quantity was measured, in that order. */
    static List<String> items(Findings findings, Procedure procedure, String quantity) {
        return findings.measurements().stream()
                .filter(measurement -> measurement.procedure() == procedure
                        && measurement.quantity().equals(quantity))
                .map(Measurement::item)
                .distinct()
                .toList();
    }

    /** The last step at which anything was measured. */
    static long lastStep(Findings findings) {
        return findings.measurements().stream()
                .mapToLong(Measurement::step)
                .max()
                .orElseThrow();
    }

    /** How many numbered items of a quantity there are at a step. */
    static int count(Findings findings, String quantity, String itemPrefix, long step) {
        return (int) findings.measurements().stream()
                .filter(measurement -> measurement.quantity().equals(quantity)
                        && measurement.step() == step
                        && measurement.item().startsWith(itemPrefix))
                .count();
    }

    /** A quantity of an item over the steps; nothing where it was not measured. */
    Curves overSteps(Procedure procedure, String quantity, String item, String label, int colour, Line.Stroke stroke) {
        List<Measurement> curve = findings.curve(procedure, quantity, item);
        return curve(
                label,
                curve.stream().mapToDouble(Measurement::step).toArray(),
                curve.stream().mapToDouble(Measurement::value).toArray(),
                colour,
                stroke);
    }

    /** A quantity at one step over numbered items; those that were not measured are gaps. */
    Curves overItems(
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

    Curves curve(String label, double[] x, double[] y, int colour, Line.Stroke stroke) {
        if (x.length > 0) {
            lines.add(new Line(label, x, y, colour, stroke));
            points.add(new Points("", x, y, Collections.nCopies(x.length, label), colour, Points.Mark.DOT));
        }
        return this;
    }

    Curves reference(double value, String label) {
        Reference reference = new Reference(value, label);
        if (!references.contains(reference)) {
            references.add(reference);
        }
        return this;
    }

    Panel panel(String title, Axis x, Axis y) {
        return new Panel(title, x, y, List.of(), lines, points, List.of(), references, List.of(), true);
    }
}
