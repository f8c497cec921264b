package dev.spectraledge.analysis.experiment.weights;

import dev.spectraledge.analysis.experiment.Experiment;
import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.Objections;
import dev.spectraledge.analysis.experiment.RandomDirections;
import dev.spectraledge.analysis.experiment.StudiedModel;
import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.analysis.experiment.UpdateWindow;
import dev.spectraledge.analysis.experiment.VectorProducts;
import dev.spectraledge.analysis.phase.PhaseSteps;
import dev.spectraledge.analysis.phase.PhaseTable;
import dev.spectraledge.analysis.protocol.Parameter;
import dev.spectraledge.analysis.statistic.Statistics;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.step.Evaluation;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What small moves along each direction do (Lifecycle §4.3). Published: 25 absolute amounts within ±0.03. Controlled: the
 * same along random directions, and moves along all of them, and along −θ_A, by parts of the norm that ablating the edge
 * takes away: the paper's harmless perturbation and its critical ablation differ in size by two orders of magnitude, and
 * are here compared at one size.
 */
public final class Perturbation implements Experiment {
    private static final int WINDOW = GradientDecayDecomposition.WINDOW;
    private static final int DIRECTIONS = 4;

    /** Amounts on each side of zero. */
    private static final int SIDE = 12;

    private static final double SPACING = 0.0025;
    private static final int RANDOM_DIRECTIONS = 2;
    private static final long RANDOM_SEED = 7000;
    private static final double[] PARTS = {0.003, 0.01, 0.03, 0.1, 0.3, 1};

    @Override
    public String name() {
        return "perturbation";
    }

    @Override
    public String question() {
        return "What do moves along each direction do, from small ones to the size of an ablation?";
    }

    @Override
    public Optional<String> objection(StudiedRun run) {
        return Objections.task(run, name());
    }

    @Override
    public Findings measure(StudiedRun run, PhaseSteps phases) {
        Findings findings = new Findings();
        int sequences = run.protocol(name()).count(Parameter.SEQUENCES);
        if (run.data().test().form().hasSource()) {
            try (StudiedModel model = StudiedModel.of(run, run.data().test(), sequences)) {
                measure(phases, model, model, Optional.empty(), findings);
            }
        } else {
            try (StudiedModel padded = StudiedModel.padded(run, run.data().test(), sequences);
                    StudiedModel model = StudiedModel.of(run, run.data().test(), sequences);
                    AttentionState attention = new AttentionState(padded)) {
                measure(phases, padded, model, Optional.of(attention), findings);
            }
        }
        PerturbationFigures.add(findings, phases.steps(PhaseTable.A));
        return findings;
    }

    /** @param swept which the published amounts are tried on; {@code model} itself or on padded inputs */
    private static void measure(
            PhaseSteps phases,
            StudiedModel swept,
            StudiedModel model,
            Optional<AttentionState> attention,
            Findings findings) {
        UpdateWindow.atEach(model.run(), phases.steps(PhaseTable.A), WINDOW, findings, window -> {
            long step = window.step();
            swept.load(step);
            model.load(step);
            try (MemoryOwner owner = MemoryOwner.open("directions")) {
                published(swept, attention, window, findings);
                List<Tensor> random = RandomDirections.draw(
                        model.backend(),
                        owner,
                        RANDOM_SEED,
                        RANDOM_DIRECTIONS,
                        model.attention().size(1));
                randomDirections(model, random, step, findings);
                largeSteps(model, owner, window, random, findings);
            }
        });
    }

    /** Names a curve of amounts: {@code v1/+0.0025}. */
    static String item(String direction, double amount) {
        return direction + "/" + String.format(Locale.ROOT, "%+.4f", amount);
    }

    /** The amounts of the sweep, ascending. */
    static double[] amounts() {
        double[] amounts = new double[2 * SIDE + 1];
        for (int i = -SIDE; i <= SIDE; i++) {
            amounts[i + SIDE] = i * SPACING;
        }
        return amounts;
    }

    /** The parts of the ablated norm. */
    static double[] parts() {
        return PARTS.clone();
    }

    private static void published(
            StudiedModel model, Optional<AttentionState> attention, UpdateWindow window, Findings findings) {
        long step = window.step();
        model.evaluate();
        OutputDivergence divergence = new OutputDivergence(model);
        for (int k = 0; k < Math.min(DIRECTIONS, window.size()); k++) {
            String name = "v" + (k + 1);
            double[] losses = new double[2 * SIDE + 1];
            double[] divergences = new double[2 * SIDE + 1];
            int index = 0;
            for (double amount : amounts()) {
                model.restore();
                model.move(amount, window.direction(k));
                Evaluation evaluation = model.evaluate();
                losses[index] = evaluation.loss();
                divergences[index] = divergence.mean();
                String item = item(name, amount);
                findings.published("loss", item, step, losses[index]);
                findings.published(
                        "accuracy", item, step, evaluation.accuracies().getFirst());
                findings.published("divergence", item, step, divergences[index]);
                attention.ifPresent(state -> {
                    findings.published("attention-entropy", item, step, state.entropy());
                    findings.published("commutator", item, step, state.commutator());
                });
                index++;
            }
            findings.published("loss-second-difference", name, step, secondDifference(losses));
            findings.published("divergence-second-difference", name, step, secondDifference(divergences));
            findings.published("largest-divergence", name, step, largest(divergences));
        }
    }

    private static double secondDifference(double[] values) {
        return (values[SIDE + 1] + values[SIDE - 1] - 2 * values[SIDE]) / (SPACING * SPACING);
    }

    private static double largest(double[] values) {
        double largest = values[0];
        for (double value : values) {
            largest = Math.max(largest, value);
        }
        return largest;
    }

    private static void randomDirections(StudiedModel model, List<Tensor> random, long step, Findings findings) {
        model.restore();
        model.evaluate();
        OutputDivergence divergence = new OutputDivergence(model);
        List<Double> largest = new ArrayList<>();
        List<Double> bends = new ArrayList<>();
        for (Tensor direction : random) {
            double[] losses = new double[2 * SIDE + 1];
            double most = 0;
            for (int i : new int[] {-SIDE, -1, 0, 1, SIDE}) {
                model.restore();
                model.move(i * SPACING, direction);
                losses[SIDE + i] = model.evaluate().loss();
                most = Math.max(most, divergence.mean());
            }
            largest.add(most);
            bends.add(secondDifference(losses));
        }
        findings.controlled("largest-divergence", "random/mean", step, Statistics.mean(largest));
        findings.controlled("largest-divergence", "random/maximum", step, Collections.max(largest));
        findings.controlled("loss-second-difference", "random/mean", step, Statistics.mean(bends));
        findings.controlled("loss-second-difference", "random/maximum", step, Collections.max(bends));
    }

    private static void largeSteps(
            StudiedModel model, MemoryOwner owner, UpdateWindow window, List<Tensor> random, Findings findings) {
        long step = window.step();
        model.restore();
        Evaluation base = model.evaluate();
        OutputDivergence divergence = new OutputDivergence(model);
        Tensor shrinking =
                model.backend().allocate(owner, DType.FLOAT64, model.attention().shape());
        model.backend().copy(model.attention(), shrinking);
        model.backend().scale(-1 / VectorProducts.norm(model.backend(), shrinking), shrinking);
        double ablated =
                VectorProducts.projectOut(model.backend(), window.directions(0, UpdateWindow.EDGE), model.attention());
        findings.controlled("ablated-norm", "edge", step, ablated);
        Map<String, List<Tensor>> directions = new LinkedHashMap<>();
        for (int k = 0; k < Math.min(DIRECTIONS, window.size()); k++) {
            directions.put("v" + (k + 1), List.of(window.direction(k)));
        }
        directions.put("random", random);
        directions.put("shrink", List.of(shrinking));
        for (Map.Entry<String, List<Tensor>> entry : directions.entrySet()) {
            for (double part : PARTS) {
                List<Double> accuracies = new ArrayList<>();
                List<Double> divergences = new ArrayList<>();
                for (Tensor direction : entry.getValue()) {
                    // Towards the origin, as an ablation goes.
                    model.restore();
                    double towards = VectorProducts.dot(model.backend(), model.attention(), direction) > 0 ? -1 : 1;
                    model.move(towards * part * ablated, direction);
                    Evaluation evaluation = model.evaluate();
                    accuracies.add(evaluation.accuracies().getFirst()
                            - base.accuracies().getFirst());
                    divergences.add(divergence.mean());
                }
                String item = entry.getKey() + "/part=" + part;
                findings.controlled("accuracy-change", item, step, Statistics.mean(accuracies));
                findings.controlled("divergence", item, step, Statistics.mean(divergences));
            }
        }
    }
}
