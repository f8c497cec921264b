package dev.spectraledge.analysis.experiment.dynamics;

import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.PhaseFigures;
import dev.spectraledge.analysis.experiment.Procedure;
import dev.spectraledge.analysis.report.plot.Axis;
import dev.spectraledge.analysis.report.plot.Figure;
import dev.spectraledge.analysis.report.plot.Palette;
import dev.spectraledge.analysis.report.plot.Panel;
import dev.spectraledge.analysis.report.plot.Reference;
import java.util.ArrayList;
import java.util.List;

/** Picture of {@link ThreeBasis}. */
final class ThreeBasisFigure {
    private static final int[] COLOURS = {Palette.BLUE, Palette.GREEN, Palette.VERMILION};

    private ThreeBasisFigure() {}

    static Figure of(Findings findings) {
        Reference chance = new Reference(1, "chance");
        return new Figure(
                "ratios",
                "How much of the commutator defect lies in three bases, against random subspaces and against what its norms in"
                        + " the blocks explain",
                2,
                List.of(
                        panel(
                                findings,
                                "Against random subspaces of all parameters, as published",
                                Axis.log("share / random share"),
                                Procedure.PUBLISHED,
                                "ratio",
                                List.of(chance)),
                        panel(
                                findings,
                                "Against random vectors with the blocks' norms, in double",
                                Axis.log("share / random share"),
                                Procedure.CONTROLLED,
                                "block-ratio",
                                List.of(chance)),
                        panel(
                                findings,
                                "Probability among bases of random orientation",
                                new Axis("p", true, 0.005, 1, List.of()),
                                Procedure.CONTROLLED,
                                "p-value",
                                List.of(new Reference(0.05, "5 %"))),
                        PhaseFigures.panel(
                                "What else is known of δ",
                                Axis.linear("step"),
                                Axis.linear("share", 0, 1),
                                findings,
                                List.of(
                                        PhaseFigures.Curve.controlled(
                                                "precision-overlap",
                                                "median",
                                                "cos of single and double",
                                                Palette.GREY),
                                        PhaseFigures.Curve.controlled(
                                                "attention-share", "median", "in attention", Palette.PURPLE),
                                        PhaseFigures.Curve.controlled(
                                                "feed-forward-share", "median", "in feed-forward", Palette.ORANGE),
                                        PhaseFigures.Curve.controlled(
                                                "residual",
                                                ThreeBasis.TRAJECTORY,
                                                "outside the trajectory's basis",
                                                Palette.SKY)),
                                List.of())));
    }

    private static Panel panel(
            Findings findings,
            String title,
            Axis axis,
            Procedure procedure,
            String quantity,
            List<Reference> references) {
        List<PhaseFigures.Curve> curves = new ArrayList<>();
        for (String basis : ThreeBasis.BASES) {
            int colour = COLOURS[curves.size()];
            curves.add(
                    procedure == Procedure.PUBLISHED
                            ? PhaseFigures.Curve.published(quantity, basis, basis, colour)
                            : PhaseFigures.Curve.controlled(quantity, basis, basis, colour));
        }
        return PhaseFigures.panel(title, Axis.linear("step"), axis, findings, curves, references);
    }
}
