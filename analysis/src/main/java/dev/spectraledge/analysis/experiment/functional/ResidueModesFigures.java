package dev.spectraledge.analysis.experiment.functional;

import dev.spectraledge.analysis.experiment.CurveFigure;
import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.Procedure;
import dev.spectraledge.analysis.report.plot.Axis;
import dev.spectraledge.analysis.report.plot.Figure;
import dev.spectraledge.analysis.report.plot.Line;
import dev.spectraledge.analysis.report.plot.Palette;
import dev.spectraledge.analysis.report.plot.Panel;
import java.util.ArrayList;
import java.util.List;

/** The strongest frequency of the response along each direction over the steps, beside that along random ones. */
final class ResidueModesFigures {
    private static final int SHOWN = 4;

    private ResidueModesFigures() {}

    /** @param bases that are shown, a panel each */
    static void draw(Findings findings, List<String> bases) {
        if (findings.measurements().isEmpty()) {
            return;
        }
        List<Panel> panels = new ArrayList<>();
        for (String basis : bases) {
            CurveFigure curves = CurveFigure.marked(findings);
            for (int k = 0; k < SHOWN; k++) {
                curves.overSteps(
                        Procedure.PUBLISHED,
                        ResidueModes.CONCENTRATION,
                        "v" + (k + 1) + "/" + basis,
                        "v" + (k + 1),
                        k,
                        Line.Stroke.SOLID);
            }
            for (String chance : List.of("random", "random-95")) {
                curves.overSteps(
                        Procedure.CONTROLLED,
                        ResidueModes.CONCENTRATION,
                        basis + "/" + chance,
                        chance.equals("random") ? chance : "95 % of random",
                        Palette.GREY,
                        chance.equals("random") ? Line.Stroke.SOLID : Line.Stroke.DASHED);
            }
            panels.add(curves.panel(
                    "Strongest frequency by " + basis, Axis.linear("step"), Axis.linear("share of power", 0, 1)));
        }
        findings.figure(new Figure(
                "residues",
                "Share of the strongest frequency in the response to a small move along each direction",
                Math.min(2, panels.size()),
                panels));
    }
}
