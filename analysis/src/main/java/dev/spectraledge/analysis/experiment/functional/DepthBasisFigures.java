package dev.spectraledge.analysis.experiment.functional;

import dev.spectraledge.analysis.experiment.CurveFigure;
import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.Procedure;
import dev.spectraledge.analysis.report.plot.Axis;
import dev.spectraledge.analysis.report.plot.Figure;
import dev.spectraledge.analysis.report.plot.Line;
import java.util.List;

/** Elevation over the steps, responses by depth, and blocks at the last step. */
final class DepthBasisFigures {
    private static final int GREY = 6;

    private DepthBasisFigures() {}

    static void draw(Findings findings) {
        List<String> directions = findings.items(Procedure.PUBLISHED, DepthBasis.ELEVATION).stream()
                .filter(item -> !item.contains("/"))
                .toList();
        if (directions.isEmpty()) {
            return;
        }
        long last = findings.lastStep();
        CurveFigure published = CurveFigure.marked(findings);
        CurveFigure controlled = CurveFigure.marked(findings);
        CurveFigure profiles = CurveFigure.marked(findings);
        CurveFigure blocks = CurveFigure.marked(findings);
        for (int index = 0; index < directions.size(); index++) {
            String item = directions.get(index);
            published.overSteps(Procedure.PUBLISHED, DepthBasis.ELEVATION, item, item, index, Line.Stroke.SOLID);
            controlled.overSteps(Procedure.CONTROLLED, DepthBasis.CONCENTRATION, item, item, index, Line.Stroke.SOLID);
            int depths = findings.count(DepthBasis.RESPONSE, item + "/depth=", last);
            profiles.overItems(
                    Procedure.PUBLISHED,
                    DepthBasis.RESPONSE,
                    item + "/depth=",
                    depths,
                    last,
                    item,
                    index,
                    Line.Stroke.SOLID);
            AttentionBlock[] all = AttentionBlock.values();
            double[] x = new double[all.length];
            double[] y = new double[all.length];
            for (int block = 0; block < all.length; block++) {
                x[block] = block + 1;
                y[block] = findings.value(
                                Procedure.PUBLISHED, DepthBasis.ELEVATION, item + "/" + all[block].title(), last)
                        .orElse(Double.NaN);
            }
            blocks.curve(item, x, y, index, Line.Stroke.SOLID);
        }
        controlled.overSteps(
                Procedure.CONTROLLED, DepthBasis.CONCENTRATION, "random", "random", GREY, Line.Stroke.SOLID);
        controlled.overSteps(
                Procedure.CONTROLLED,
                DepthBasis.CONCENTRATION,
                "random-95",
                "95 % of random",
                GREY,
                Line.Stroke.DASHED);
        published.reference(6, "most that is possible");
        published.reference(1, "even spectrum");
        Axis steps = Axis.log("step");
        findings.figure(new Figure(
                "depth",
                "Concentration of the response by depth at one frequency, as published and against random directions",
                2,
                List.of(
                        published.panel("Elevation, as published", steps, Axis.linear("F · bins", 0, 6.5)),
                        controlled.panel(
                                "F, depths of at least " + DepthBasis.FEWEST + " tokens, with random directions",
                                steps,
                                Axis.linear("F", 0, 1)),
                        profiles.panel(
                                "Response by depth at step " + last, Axis.linear("depth"), Axis.linear("f̄/max", 0, 1)),
                        blocks.panel(
                                "Elevation of W_Q, W_K, W_V, W_O at step " + last + ", as published",
                                Axis.linear("kind of matrix: 1 to 4"),
                                Axis.linear("F · bins", 0, 6)))));
    }
}
