package dev.spectraledge.analysis.experiment.trajectory;

import dev.spectraledge.analysis.experiment.CurveFigure;
import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.Procedure;
import dev.spectraledge.analysis.report.plot.Axis;
import dev.spectraledge.analysis.report.plot.Figure;
import dev.spectraledge.analysis.report.plot.Line;
import dev.spectraledge.analysis.report.plot.Palette;
import dev.spectraledge.analysis.report.plot.Panel;
import java.util.List;
import java.util.stream.Stream;

/** Accuracies of models that are rebuilt of a few directions or edited, over what was left of them. */
final class ReconstructionFigure {
    private static final String ACCURACY = "test-accuracy";

    private ReconstructionFigure() {}

    static Figure of(Findings findings, List<Integer> counts, List<Double> factors) {
        return new Figure(
                Reconstruction.NAME,
                "Test accuracy of weights that are rebuilt of directions of their trajectory, or scaled",
                3,
                List.of(
                        panel(
                                "As published: directions of θ − θ₀, added to θ₀",
                                "directions",
                                counts,
                                "/k=",
                                findings,
                                Stream.of(AnchoredTrajectory.Components.values())
                                        .map(components ->
                                                new Curve(Procedure.PUBLISHED, components.key(), components.key()))
                                        .toList()),
                        panel(
                                "The same of other differences, uncentred",
                                "directions",
                                counts,
                                "/k=",
                                findings,
                                List.of(
                                        new Curve(Procedure.PUBLISHED, "uncentred", "θ − θ₀"),
                                        new Curve(Procedure.CONTROLLED, "zero/uncentred", "θ"),
                                        new Curve(
                                                Procedure.CONTROLLED,
                                                "decayed-start/uncentred",
                                                "θ − what decay left of θ₀"),
                                        new Curve(Procedure.CONTROLLED, "walk/start", "random walk to the same end"))),
                        panel(
                                "Scaled",
                                "factor",
                                factors,
                                "scaled/",
                                findings,
                                List.of(
                                        new Curve(Procedure.PUBLISHED, "", "θ − θ₀"),
                                        new Curve(Procedure.CONTROLLED, "zero/", "θ"),
                                        new Curve(
                                                Procedure.CONTROLLED,
                                                "decayed-start/",
                                                "θ − what decay left of θ₀")))));
    }

    private record Curve(Procedure procedure, String prefix, String label) {}

    private static Panel panel(
            String title,
            String axis,
            List<? extends Number> places,
            String between,
            Findings findings,
            List<Curve> curves) {
        long last = findings.lastStep();
        int[] colours = {Palette.BLUE, Palette.VERMILION, Palette.GREEN, Palette.GREY};
        CurveFigure figure = CurveFigure.marked(findings);
        for (int index = 0; index < curves.size(); index++) {
            Curve curve = curves.get(index);
            List<? extends Number> measured = places.stream()
                    .filter(place -> findings.value(curve.procedure(), ACCURACY, curve.prefix() + between + place, last)
                            .isPresent())
                    .toList();
            figure.curve(
                    curve.label(),
                    measured.stream().mapToDouble(Number::doubleValue).toArray(),
                    measured.stream()
                            .mapToDouble(place -> findings.value(
                                            curve.procedure(), ACCURACY, curve.prefix() + between + place, last)
                                    .orElseThrow())
                            .toArray(),
                    colours[index],
                    Line.Stroke.SOLID);
        }
        return figure.reference(0.9, "").panel(title, Axis.linear(axis), Axis.linear("test accuracy", 0, 1));
    }
}
