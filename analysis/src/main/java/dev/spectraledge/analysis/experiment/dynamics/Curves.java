package dev.spectraledge.analysis.experiment.dynamics;

import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.Measurement;
import dev.spectraledge.analysis.experiment.Procedure;
import dev.spectraledge.analysis.report.plot.Line;
import java.util.List;

/** Curves of what was found. */
final class Curves {
    private Curves() {}

    /** One quantity of one item over the steps. */
    static Line line(Findings findings, Procedure procedure, String quantity, String item, String label, int colour) {
        List<Measurement> curve = findings.curve(procedure, quantity, item);
        double[] steps = curve.stream().mapToDouble(Measurement::step).toArray();
        double[] values = curve.stream().mapToDouble(Measurement::value).toArray();
        return procedure == Procedure.PUBLISHED
                ? Line.solid(label, steps, values, colour)
                : Line.dashed(label, steps, values, colour);
    }

    /** Means of {@code width} neighbours, fewer at the ends; as many values as before. */
    static double[] rollingMean(double[] values, int width) {
        double[] means = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            int from = Math.max(0, i - width / 2);
            int to = Math.min(values.length, i + width / 2 + 1);
            for (int j = from; j < to; j++) {
                means[i] += values[j] / (to - from);
            }
        }
        return means;
    }
}
