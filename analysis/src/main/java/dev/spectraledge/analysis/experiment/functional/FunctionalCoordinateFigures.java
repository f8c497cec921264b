package dev.spectraledge.analysis.experiment.functional;

import dev.spectraledge.analysis.experiment.CurveFigure;
import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.Procedure;
import dev.spectraledge.analysis.report.plot.Axis;
import dev.spectraledge.analysis.report.plot.Figure;
import dev.spectraledge.analysis.report.plot.Line;
import dev.spectraledge.analysis.report.plot.Palette;
import java.util.Comparator;
import java.util.List;

/** How much each candidate explains over the steps, along the edge, along random directions and of dealt-out responses. */
final class FunctionalCoordinateFigures {
    private static final int SHOWN = 6;
    private static final String FIRST = "v1";
    private static final String SECOND = "v2";

    private FunctionalCoordinateFigures() {}

    static void draw(Findings findings, List<Candidate> candidates) {
        if (findings.items(Procedure.CONTROLLED, FunctionalCoordinate.GROUP_R2).isEmpty()) {
            return;
        }
        long last = findings.lastStep();
        List<String> shown = candidates.stream()
                .map(Candidate::name)
                .sorted(Comparator.comparingDouble(name -> -findings.value(
                                Procedure.CONTROLLED,
                                FunctionalCoordinate.GROUP_R2,
                                FunctionalCoordinate.EDGE + "/" + name,
                                last)
                        .orElse(0)))
                .limit(SHOWN)
                .toList();
        Axis steps = Axis.log("step");
        Axis share = Axis.linear("R² on other inputs", -0.1, 1);
        findings.figure(new Figure(
                "candidates",
                "Share of the response's variance that each grouping of the inputs explains on other inputs",
                2,
                List.of(
                        panel(findings, FunctionalCoordinate.GROUP_R2, FunctionalCoordinate.EDGE, shown)
                                .panel("Response along the edge, v1 and v2 together", steps, share),
                        panel(findings, FunctionalCoordinate.GROUP_R2, FIRST, shown)
                                .panel("Response along v1", steps, share),
                        panel(findings, FunctionalCoordinate.GROUP_R2, SECOND, shown)
                                .panel("Response along v2", steps, share),
                        panel(findings, FunctionalCoordinate.GROUP_R2, FunctionalCoordinate.RANDOM, shown)
                                .panel("Along random directions", steps, share),
                        panel(findings, FunctionalCoordinate.GROUP_R2, FunctionalCoordinate.SHUFFLED, shown)
                                .panel("Responses shuffled among inputs", steps, share),
                        panel(findings, FunctionalCoordinate.AGREEMENT, FunctionalCoordinate.EDGE, shown)
                                .panel(
                                        "Groups found without candidates",
                                        steps,
                                        Axis.linear("adjusted Rand index", -0.1, 1)))));
    }

    private static CurveFigure panel(Findings findings, String quantity, String what, List<String> candidates) {
        CurveFigure curves = CurveFigure.marked(findings);
        for (int index = 0; index < candidates.size(); index++) {
            curves.overSteps(
                    Procedure.CONTROLLED,
                    quantity,
                    what + "/" + candidates.get(index),
                    candidates.get(index),
                    index % Palette.GREY,
                    Line.Stroke.SOLID);
        }
        return curves;
    }
}
