package dev.spectraledge.analysis.experiment.probe;

import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.Measurement;
import dev.spectraledge.analysis.experiment.Procedure;
import dev.spectraledge.analysis.report.plot.Axis;
import dev.spectraledge.analysis.report.plot.Line;
import dev.spectraledge.analysis.report.plot.Panel;
import java.util.List;

/** Findings as lines over the steps of the snapshots. */
final class Curves {
    private Curves() {}

    static Line solid(Findings findings, Procedure procedure, String quantity, String item, String label, int colour) {
        List<Measurement> curve = findings.curve(procedure, quantity, item);
        return Line.solid(label, steps(curve), values(curve), colour);
    }

    static Line dashed(Findings findings, Procedure procedure, String quantity, String item, String label, int colour) {
        List<Measurement> curve = findings.curve(procedure, quantity, item);
        return Line.dashed(label, steps(curve), values(curve), colour);
    }

    static Panel panel(String title, Axis x, Axis y, List<Line> lines) {
        return new Panel(title, x, y, List.of(), lines, List.of(), List.of());
    }

    private static double[] steps(List<Measurement> curve) {
        return curve.stream().mapToDouble(Measurement::step).toArray();
    }

    private static double[] values(List<Measurement> curve) {
        return curve.stream().mapToDouble(Measurement::value).toArray();
    }
}
