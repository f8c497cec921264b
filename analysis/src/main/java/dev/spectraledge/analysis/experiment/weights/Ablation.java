package dev.spectraledge.analysis.experiment.weights;

import dev.spectraledge.analysis.experiment.Cadences;
import dev.spectraledge.analysis.experiment.Experiment;
import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.PhaseFigures;
import dev.spectraledge.analysis.experiment.PhaseFigures.Curve;
import dev.spectraledge.analysis.experiment.Procedure;
import dev.spectraledge.analysis.experiment.SnapshotSteps;
import dev.spectraledge.analysis.experiment.StudiedModel;
import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.analysis.experiment.UpdateWindow;
import dev.spectraledge.analysis.experiment.weights.WeightRemoval.Outcome;
import dev.spectraledge.analysis.phase.PhaseSteps;
import dev.spectraledge.analysis.phase.PhaseTable;
import dev.spectraledge.analysis.protocol.Parameter;
import dev.spectraledge.analysis.report.plot.Axis;
import dev.spectraledge.analysis.report.plot.Figure;
import dev.spectraledge.analysis.report.plot.Palette;
import dev.spectraledge.analysis.report.plot.Reference;
import dev.spectraledge.analysis.statistic.Statistics;
import dev.spectraledge.kernels.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What is lost when θ_A loses its part along the edge {1, 2}, the bulk {3, 4}, or one direction (Lifecycle §4.4, §4.7, §4.20).
 * Published: change of accuracy and loss, and the same for random spans of as many dimensions, which remove far less.
 * Controlled: the norm that each removes; random vectors of that same norm; every weight shrunk alike by that norm, which
 * removes it along θ_A itself; the excess over that; medians over the neighbouring snapshots; every width and cadence.
 */
public final class Ablation implements Experiment {
    private static final String NAME = "ablation";
    private static final int WINDOW = GradientDecayDecomposition.WINDOW;
    private static final int BULK_END = 4;
    private static final int SAME_NORM_TRIALS = 8;
    private static final long SPAN_SEED = 1000;
    private static final long LINE_SEED = 2000;
    private static final long SAME_NORM_SEED = 4000;
    /** Of the published ratio. */
    private static final double GUARD = 1e-8;

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String question() {
        return "What does the model lose without the edge, and is that more than any removal of the same size costs?";
    }

    @Override
    public Findings measure(StudiedRun run, PhaseSteps phases) {
        Findings findings = new Findings();
        long stride = Cadences.published(run);
        try (StudiedModel model =
                StudiedModel.of(run, run.data().test(), run.protocol(NAME).count(Parameter.SEQUENCES))) {
            WeightRemoval removal = new WeightRemoval(model);
            UpdateWindow.atEach(run, phases.steps(PhaseTable.A), WINDOW, findings, window -> {
                long step = window.step();
                model.load(step);
                Outcome base = removal.nothing();
                findings.published("loss", "base", step, base.loss());
                findings.published("accuracy", "base", step, base.accuracy());
                findings.controlled("weights-norm", "base", step, removal.norm());
                measure(window, removal, base, findings);
                randomSpans(removal, base, step, run.protocol(NAME).count(Parameter.DRAWS), findings);
                sweep(run, removal, base, step, findings);
                neighbours(run, model, removal, step, stride, findings);
            });
        }
        findings.figure(figure(findings));
        return findings;
    }

    private static void measure(UpdateWindow window, WeightRemoval removal, Outcome base, Findings findings) {
        long step = window.step();
        Map<String, List<Tensor>> spans = new LinkedHashMap<>();
        spans.put("edge", window.directions(0, UpdateWindow.EDGE));
        if (window.size() >= BULK_END) {
            spans.put("bulk", window.directions(UpdateWindow.EDGE, BULK_END));
        } else {
            findings.published("accuracy-change", "bulk", step, 0);
            findings.remark("step " + step + ": a window of " + window.size()
                    + " updates has no bulk; as published, this counts as no change");
        }
        for (int k = 0; k < Math.min(BULK_END, window.size()); k++) {
            spans.put("v" + (k + 1), window.directions(k, k + 1));
        }
        spans.forEach((item, basis) -> {
            Outcome outcome = removal.projection(basis);
            findings.published("loss", item, step, outcome.loss());
            findings.published("loss-change", item, step, outcome.loss() - base.loss());
            findings.published("accuracy-change", item, step, outcome.accuracy() - base.accuracy());
            controls(item, outcome, removal, base, step, findings);
        });
    }

    private static void controls(
            String item, Outcome outcome, WeightRemoval removal, Outcome base, long step, Findings findings) {
        findings.controlled("removed-norm", item, step, outcome.removedNorm());
        List<Double> accuracies = new ArrayList<>();
        List<Double> losses = new ArrayList<>();
        for (int trial = 0; trial < SAME_NORM_TRIALS; trial++) {
            Outcome random = removal.randomVector(outcome.removedNorm(), SAME_NORM_SEED + trial);
            accuracies.add(random.accuracy() - base.accuracy());
            losses.add(random.loss() - base.loss());
        }
        findings.controlled("accuracy-change", item + "/same-norm/mean", step, Statistics.mean(accuracies));
        findings.controlled("accuracy-change", item + "/same-norm/deviation", step, Statistics.deviation(accuracies));
        findings.controlled("loss-change", item + "/same-norm/mean", step, Statistics.mean(losses));
        findings.controlled("loss-change", item + "/same-norm/deviation", step, Statistics.deviation(losses));
        Outcome shrunk = removal.shrink(outcome.removedNorm());
        findings.controlled("accuracy-change", item + "/shrink", step, shrunk.accuracy() - base.accuracy());
        findings.controlled("loss-change", item + "/shrink", step, shrunk.loss() - base.loss());
        findings.controlled("excess-over-shrink", item, step, outcome.accuracy() - shrunk.accuracy());
        findings.controlled("loss-excess-over-shrink", item, step, outcome.loss() - shrunk.loss());
    }

    private static void randomSpans(WeightRemoval removal, Outcome base, long step, int trials, Findings findings) {
        double edge = published(findings, "edge", step);
        double first = published(findings, "v1", step);
        ratio("random-2d", edge, removal, UpdateWindow.EDGE, SPAN_SEED, base, step, trials, findings);
        ratio("random-1d", first, removal, 1, LINE_SEED, base, step, trials, findings);
    }

    private static double published(Findings findings, String item, long step) {
        return findings.value(Procedure.PUBLISHED, "accuracy-change", item, step)
                .orElseThrow();
    }

    private static void ratio(
            String item,
            double ablated,
            WeightRemoval removal,
            int dimension,
            long seed,
            Outcome base,
            long step,
            int trials,
            Findings findings) {
        List<Double> changes = new ArrayList<>();
        List<Double> norms = new ArrayList<>();
        for (int trial = 0; trial < trials; trial++) {
            Outcome outcome = removal.randomProjection(dimension, seed + trial);
            changes.add(outcome.accuracy() - base.accuracy());
            norms.add(outcome.removedNorm());
        }
        double mean = Statistics.mean(changes);
        findings.published("accuracy-change", item + "/mean", step, mean);
        findings.published("accuracy-change", item + "/deviation", step, Statistics.deviation(changes));
        findings.published("ratio-to-random", item, step, Math.abs(ablated) / (Math.abs(mean) + GUARD));
        findings.controlled("removed-norm", item + "/mean", step, Statistics.mean(norms));
    }

    private static void sweep(StudiedRun run, WeightRemoval removal, Outcome base, long step, Findings findings) {
        for (int width : Cadences.WIDTHS) {
            for (long stride : Cadences.available(run, width)) {
                if (UpdateWindow.exists(run, step, stride, width)) {
                    String item = "edge/W=" + width + "/stride=" + stride;
                    try (UpdateWindow window = UpdateWindow.ending(run, step, stride, width)) {
                        Outcome outcome = removal.projection(window.directions(0, UpdateWindow.EDGE));
                        Outcome shrunk = removal.shrink(outcome.removedNorm());
                        findings.controlled("accuracy-change", item, step, outcome.accuracy() - base.accuracy());
                        findings.controlled("removed-norm", item, step, outcome.removedNorm());
                        findings.controlled("excess-over-shrink", item, step, outcome.accuracy() - shrunk.accuracy());
                    }
                }
            }
        }
    }

    private static void neighbours(
            StudiedRun run, StudiedModel model, WeightRemoval removal, long step, long stride, Findings findings) {
        List<Double> changes = new ArrayList<>();
        List<Double> excesses = new ArrayList<>();
        for (long neighbour : SnapshotSteps.neighbours(run.steps(), step, stride, WINDOW)) {
            model.load(neighbour);
            Outcome base = removal.nothing();
            try (UpdateWindow window = UpdateWindow.ending(run, neighbour, stride, WINDOW)) {
                Outcome outcome = removal.projection(window.directions(0, UpdateWindow.EDGE));
                changes.add(outcome.accuracy() - base.accuracy());
                excesses.add(outcome.accuracy()
                        - removal.shrink(outcome.removedNorm()).accuracy());
            }
        }
        findings.controlled("accuracy-change", "edge/median", step, Statistics.median(changes));
        findings.controlled("excess-over-shrink", "edge/median", step, Statistics.median(excesses));
    }

    private static Figure figure(Findings findings) {
        List<Reference> zero = List.of(new Reference(0, ""));
        String change = "accuracy-change";
        return new Figure(
                "accuracy",
                "Change of accuracy when θ_A loses a part, beside the controls",
                3,
                List.of(
                        PhaseFigures.panel(
                                "As published",
                                Axis.log("step"),
                                Axis.linear("Δaccuracy"),
                                findings,
                                List.of(
                                        Curve.published(change, "edge", "edge", Palette.BLUE),
                                        Curve.published(change, "bulk", "bulk", Palette.VERMILION),
                                        Curve.published(change, "v1", "v1", Palette.SKY),
                                        Curve.published(change, "random-2d/mean", "random span", Palette.GREY)),
                                zero),
                        PhaseFigures.panel(
                                "The edge against removals of the same norm",
                                Axis.log("step"),
                                Axis.linear("Δaccuracy"),
                                findings,
                                List.of(
                                        Curve.published(change, "edge", "edge", Palette.BLUE),
                                        Curve.controlled(change, "edge/shrink", "all weights shrunk", Palette.ORANGE),
                                        Curve.controlled(change, "edge/same-norm/mean", "random vectors", Palette.GREY),
                                        Curve.solid("excess-over-shrink", "edge", "edge − shrunk", Palette.GREEN)),
                                zero),
                        PhaseFigures.panel(
                                "Norm that is removed",
                                Axis.log("step"),
                                Axis.linear("norm"),
                                findings,
                                List.of(
                                        Curve.solid("weights-norm", "base", "‖θ_A‖", Palette.GREY),
                                        Curve.solid("removed-norm", "edge", "edge", Palette.BLUE),
                                        Curve.solid("removed-norm", "bulk", "bulk", Palette.VERMILION),
                                        Curve.solid("removed-norm", "random-2d/mean", "random span", Palette.ORANGE)),
                                List.of())));
    }
}
