package dev.spectraledge.analysis.experiment.causal;

import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.PhaseFigures;
import dev.spectraledge.analysis.experiment.PhaseFigures.Curve;
import dev.spectraledge.analysis.report.plot.Axis;
import dev.spectraledge.analysis.report.plot.Figure;
import dev.spectraledge.analysis.report.plot.Palette;
import dev.spectraledge.analysis.report.plot.Reference;
import java.util.List;

/** Responses to edges over those to random directions, and how trainings go that are confined to some directions. */
final class EdgeTrainingFigure {
    private static final String RESPONSE = "response-over-random";
    private static final String ACCURACY = "test-accuracy";

    private EdgeTrainingFigure() {}

    static Figure of(Findings findings) {
        return new Figure(
                EdgeTraining.NAME,
                "Responses to a move along an edge, and trainings within it and beside it",
                2,
                List.of(
                        PhaseFigures.panel(
                                "Response over that to random directions",
                                Axis.linear("step"),
                                Axis.log("times"),
                                findings,
                                List.of(
                                        Curve.published(RESPONSE, "gradients/v1", "v1 of gradients", Palette.BLUE),
                                        Curve.published(RESPONSE, "gradients/last", "last of gradients", Palette.SKY),
                                        Curve.published(
                                                RESPONSE,
                                                "updates-of-snapshots/v1",
                                                "v1 of updates between snapshots",
                                                Palette.VERMILION),
                                        Curve.published(
                                                RESPONSE,
                                                "updates-of-a-step/v1",
                                                "v1 of single updates",
                                                Palette.ORANGE)),
                                List.of(new Reference(1, "random"))),
                        PhaseFigures.panel(
                                "Test accuracy, mean of three seeds",
                                Axis.linear("step"),
                                Axis.linear("test accuracy", 0, 1),
                                findings,
                                List.of(
                                        Curve.solid(
                                                ACCURACY, ConfinedTrainings.UNDISTURBED, "nothing done", Palette.GREY),
                                        Curve.published(
                                                ACCURACY, ConfinedTrainings.EDGE, "within the edge", Palette.BLUE),
                                        Curve.published(
                                                ACCURACY,
                                                ConfinedTrainings.RANDOM,
                                                "within random directions",
                                                Palette.VERMILION),
                                        Curve.published(
                                                ACCURACY, ConfinedTrainings.WITHOUT, "without the edge", Palette.GREEN),
                                        Curve.controlled(
                                                ACCURACY,
                                                ConfinedTrainings.SAME_NORM,
                                                "random, same length",
                                                Palette.ORANGE),
                                        Curve.controlled(
                                                ACCURACY,
                                                ConfinedTrainings.NONE,
                                                "no gradient of θ_A",
                                                Palette.PURPLE)),
                                List.of(new Reference(0.95, "")))));
    }
}
