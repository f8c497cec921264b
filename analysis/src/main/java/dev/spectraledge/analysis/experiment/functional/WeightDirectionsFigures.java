package dev.spectraledge.analysis.experiment.functional;

import dev.spectraledge.analysis.experiment.CurveFigure;
import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.Procedure;
import dev.spectraledge.analysis.report.plot.Axis;
import dev.spectraledge.analysis.report.plot.Figure;
import dev.spectraledge.analysis.report.plot.Line;
import java.util.List;

/** Depth, brackets and angles along the strongest directions of W_Q and W_K. */
final class WeightDirectionsFigures {
    private static final int GREY = 6;
    private static final List<String> MATRICES = List.of("W_Q", "W_K");

    private WeightDirectionsFigures() {}

    static void draw(Findings findings, int layers) {
        CurveFigure controlled = CurveFigure.marked(findings);
        CurveFigure separation = CurveFigure.marked(findings);
        CurveFigure cosines = CurveFigure.marked(findings);
        CurveFigure values = CurveFigure.marked(findings);
        CurveFigure depth = CurveFigure.marked(findings);
        for (int layer = 0; layer < layers; layer++) {
            Line.Stroke stroke = layer == 0 ? Line.Stroke.DASHED : Line.Stroke.SOLID;
            for (int matrix = 0; matrix < MATRICES.size(); matrix++) {
                String label = "layer " + layer + " " + MATRICES.get(matrix);
                String item = "layer_" + layer + "/" + MATRICES.get(matrix) + "/";
                depth.overSteps(Procedure.PUBLISHED, WeightDirections.DEPTH_R2, item + "all5", label, matrix, stroke);
                controlled.overSteps(
                        Procedure.CONTROLLED, WeightDirections.DEPTH_R2, item + "all5", label, matrix, stroke);
                separation.overSteps(
                        Procedure.PUBLISHED, WeightDirections.SEPARATION, item + "v1", label, matrix, stroke);
                values.overSteps(
                        Procedure.PUBLISHED, WeightDirections.SINGULAR_VALUE, item + "1", label, matrix, stroke);
            }
            controlled.overSteps(
                    Procedure.CONTROLLED,
                    WeightDirections.DEPTH_R2,
                    "layer_" + layer + "/random-95",
                    "layer " + layer + ", 95 % of random",
                    GREY,
                    stroke);
            cosines.overSteps(
                    Procedure.PUBLISHED,
                    WeightDirections.COSINE,
                    "layer_" + layer + "/W_Q-W_K/1,1",
                    "layer " + layer + " W_Q and W_K",
                    2,
                    stroke);
        }
        for (int matrix = 0; matrix < MATRICES.size(); matrix++) {
            cosines.overSteps(
                    Procedure.PUBLISHED,
                    WeightDirections.COSINE,
                    "layer_0-layer_1/" + MATRICES.get(matrix) + "/1,1",
                    MATRICES.get(matrix) + " of both layers",
                    matrix,
                    Line.Stroke.SOLID);
        }
        cosines.overSteps(
                Procedure.CONTROLLED, WeightDirections.COSINE, "random-95", "95 % of random", GREY, Line.Stroke.DASHED);
        Axis steps = Axis.log("step");
        findings.figure(new Figure(
                "directions",
                "The strongest input directions of W_Q and W_K: depth, brackets, and angles",
                2,
                List.of(
                        values.panel("Largest singular value", steps, Axis.linear("σ₁")),
                        depth.panel("Depth from five directions of the layer's output", steps, Axis.linear("R²", 0, 1)),
                        controlled.panel(
                                "Depth from five directions of what the matrix reads",
                                steps,
                                Axis.linear("R²", -0.2, 1)),
                        separation.panel("Brackets apart along v₁ of the output", steps, Axis.linear("Cohen's d")),
                        cosines.panel("Angle between first directions", steps, Axis.linear("|cos|", 0, 1)))));
    }
}
