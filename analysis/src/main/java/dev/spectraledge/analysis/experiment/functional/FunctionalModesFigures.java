package dev.spectraledge.analysis.experiment.functional;

import dev.spectraledge.analysis.experiment.CurveFigure;
import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.Procedure;
import dev.spectraledge.analysis.report.plot.Axis;
import dev.spectraledge.analysis.report.plot.Figure;
import dev.spectraledge.analysis.report.plot.Line;
import java.util.List;

/** Responses to each direction over the phases. */
final class FunctionalModesFigures {
    private static final int SHOWN = 4;
    private static final int GREY = 6;

    private FunctionalModesFigures() {}

    static void draw(Findings findings, List<ResponseSource> sources) {
        if (findings.measurements().isEmpty()) {
            return;
        }
        sources.forEach(source -> draw(findings, source));
    }

    private static void draw(Findings findings, ResponseSource source) {
        CurveFigure values = CurveFigure.marked(findings);
        for (int k = 0; k < SHOWN; k++) {
            String item = "v" + (k + 1);
            values.overSteps(Procedure.PUBLISHED, FunctionalModes.SINGULAR_VALUE, item, item, k, Line.Stroke.SOLID);
        }
        Axis steps = Axis.log("step");
        Axis share = Axis.linear("R²", 0, 1);
        String name = source.suffix().isEmpty() ? "modes" : source.suffix().substring(1);
        findings.figure(new Figure(
                name,
                "Singular values, and the response to a small move along each direction, as published and controlled",
                2,
                List.of(
                        values.panel("Singular values of the window", steps, Axis.log("σ_k")),
                        panel(findings, source, FunctionalModes.FUNCTIONAL_R2, Procedure.PUBLISHED)
                                .panel("Functional R², Ridge(1), as published", steps, share),
                        panel(findings, source, FunctionalModes.FUNCTIONAL_R2, Procedure.CONTROLLED)
                                .panel("Functional R², least squares, other sequences; grey: random", steps, share),
                        panel(findings, source, FunctionalModes.TOKEN_RATIO, Procedure.PUBLISHED)
                                .panel("Response to opening over closing brackets", steps, Axis.linear("ratio")),
                        panel(findings, source, FunctionalModes.CONCENTRATION, Procedure.PUBLISHED)
                                .panel(
                                        "Strongest frequency by position, ω = 0 included",
                                        steps,
                                        Axis.linear("share of power", 0, 1)),
                        panel(findings, source, FunctionalModes.RESPONSE, Procedure.CONTROLLED)
                                .panel("Mean response; grey: random", steps, Axis.log("f̄")))));
    }

    private static CurveFigure panel(Findings findings, ResponseSource source, String quantity, Procedure procedure) {
        CurveFigure curves = CurveFigure.marked(findings);
        for (int k = 0; k < SHOWN; k++) {
            String item = "v" + (k + 1) + source.suffix();
            curves.overSteps(procedure, quantity, item, "v" + (k + 1), k, Line.Stroke.SOLID);
        }
        if (procedure == Procedure.CONTROLLED) {
            String prefix = source.suffix().isEmpty() ? "" : source.suffix().substring(1) + "/";
            curves.overSteps(procedure, quantity, prefix + "random", "random", GREY, Line.Stroke.SOLID);
            curves.overSteps(procedure, quantity, prefix + "random-95", "95 % of random", GREY, Line.Stroke.DASHED);
        }
        return curves;
    }
}
