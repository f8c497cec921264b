package dev.spectraledge.analysis.experiment.weights;

import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.Procedure;
import dev.spectraledge.analysis.report.plot.Axis;
import dev.spectraledge.analysis.report.plot.Figure;
import dev.spectraledge.analysis.report.plot.Line;
import dev.spectraledge.analysis.report.plot.Palette;
import dev.spectraledge.analysis.report.plot.Panel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.IntFunction;

/** Draws the curves of {@link Perturbation}. */
final class PerturbationFigures {
    private static final int PANEL_HEIGHT = 200;

    private PerturbationFigures() {}

    /** One row of panels for each published quantity, a column for each phase. */
    static void add(Findings findings, Collection<Long> steps) {
        List<Panel> curves = new ArrayList<>();
        List<Panel> state = new ArrayList<>();
        List<Panel> sizes = new ArrayList<>();
        for (long step : steps) {
            curves.add(published(findings, "loss", step));
        }
        for (long step : steps) {
            curves.add(published(findings, "divergence", step));
            state.add(published(findings, "attention-entropy", step));
        }
        for (long step : steps) {
            state.add(published(findings, "commutator", step));
            sizes.add(sizes(findings, step));
        }
        findings.figure(new Figure(
                "curves",
                "Loss and divergence against the amount of a move along each direction, as published",
                steps.size(),
                PANEL_HEIGHT,
                curves));
        if (state.stream().anyMatch(panel -> !panel.lines().isEmpty())) {
            findings.figure(new Figure(
                    "attention",
                    "Attention entropy and commutator against the amount of a move, as published",
                    steps.size(),
                    PANEL_HEIGHT,
                    state));
        }
        findings.figure(new Figure(
                "sizes",
                "Divergence of moves up to the size of the edge's ablation, along each direction and the controls",
                steps.size(),
                PANEL_HEIGHT,
                sizes));
    }

    private static Panel published(Findings findings, String quantity, long step) {
        double[] amounts = Perturbation.amounts();
        List<Line> lines = new ArrayList<>();
        for (int k = 0; k < 4; k++) {
            String name = "v" + (k + 1);
            add(
                    lines,
                    name,
                    k,
                    amounts,
                    i -> findings.value(Procedure.PUBLISHED, quantity, Perturbation.item(name, amounts[i]), step));
        }
        return new Panel(
                quantity.replace('-', ' ') + ", step " + step,
                Axis.linear("ε"),
                Axis.linear(""),
                List.of(),
                lines,
                List.of(),
                List.of());
    }

    private static Panel sizes(Findings findings, long step) {
        double[] parts = Perturbation.parts();
        List<Line> lines = new ArrayList<>();
        int colour = 0;
        for (String name : List.of("v1", "v2", "v3", "v4", "shrink", "random")) {
            add(
                    lines,
                    name,
                    name.equals("random") ? Palette.GREY : colour++,
                    Arrays.stream(parts).map(Math::log10).toArray(),
                    i -> findings.value(Procedure.CONTROLLED, "divergence", name + "/part=" + parts[i], step));
        }
        return new Panel(
                "divergence, step " + step,
                Axis.linear("log₁₀ of the part of the ablated norm"),
                Axis.log(""),
                List.of(),
                lines,
                List.of(),
                List.of());
    }

    private static void add(List<Line> lines, String name, int colour, double[] x, IntFunction<OptionalDouble> value) {
        double[] y = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            y[i] = value.apply(i).orElse(Double.NaN);
        }
        if (!Double.isNaN(y[0])) {
            lines.add(Line.solid(name, x, y, colour));
        }
    }
}
