package dev.spectraledge.analysis.experiment.weights;

import dev.spectraledge.analysis.experiment.Cadences;
import dev.spectraledge.analysis.experiment.Experiment;
import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.PhaseFigures;
import dev.spectraledge.analysis.experiment.PhaseFigures.Curve;
import dev.spectraledge.analysis.experiment.SnapshotSteps;
import dev.spectraledge.analysis.experiment.StudiedModel;
import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.analysis.experiment.Trajectory;
import dev.spectraledge.analysis.experiment.UpdateWindow;
import dev.spectraledge.analysis.experiment.VectorProducts;
import dev.spectraledge.analysis.phase.PhaseSteps;
import dev.spectraledge.analysis.phase.PhaseTable;
import dev.spectraledge.analysis.report.plot.Axis;
import dev.spectraledge.analysis.report.plot.Figure;
import dev.spectraledge.analysis.statistic.Statistics;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.ParameterSubset;
import java.util.ArrayList;
import java.util.List;

/**
 * Whether α_j·⟨∇L_train, v_j⟩·⟨∇L_test, v_j⟩ predicts what ablating v_j costs (Lifecycle §4.22; thesis, test 8). Published:
 * correlations of the magnitudes over the directions that have an α, which are two wherever α is not 1 by definition, and
 * then no correlation is computed and 0 reported. Controlled: without α, over all directions of the window, with the exact
 * share of permutations that correlate as strongly; and the same with what a small move along each direction costs in place
 * of an ablation, which removes a different norm for each.
 */
public final class LossDecomposition implements Experiment {
    private static final int WINDOW = GradientDecayDecomposition.WINDOW;
    private static final int SEQUENCES = 300;
    private static final int FEWEST_DIRECTIONS = 3;
    /** Equal correlations may have been summed in another order. */
    private static final double ROUNDING = 1e-12;

    @Override
    public String name() {
        return "loss-decomposition";
    }

    @Override
    public String question() {
        return "Do gradients along the directions predict what each direction's ablation costs?";
    }

    @Override
    public Findings measure(StudiedRun run, PhaseSteps phases) {
        Findings findings = new Findings();
        long stride = Cadences.published(run);
        Trajectory trajectory = Trajectory.of(run);
        try (StudiedModel train = StudiedModel.of(
                        run, run.data().train(), run.data().train().size());
                StudiedModel test = StudiedModel.of(run, run.data().test(), SEQUENCES)) {
            UpdateWindow.atEach(run, phases.steps(PhaseTable.B), WINDOW, findings, window -> {
                long step = window.step();
                train.load(step);
                train.differentiate();
                test.load(step);
                test.differentiate();
                List<Long> snapshots = SnapshotSteps.window(run.steps(), step, stride, WINDOW);
                measure(train, test, window, HalfStability.stabilities(trajectory.gram(snapshots)), findings);
            });
        }
        findings.figure(figure(findings));
        return findings;
    }

    private static void measure(
            StudiedModel train, StudiedModel test, UpdateWindow window, List<Double> stabilities, Findings findings) {
        long step = window.step();
        int directions = window.size();
        double[] products = new double[directions];
        double[] costs = new double[directions];
        double[] predicted = new double[stabilities.size()];
        double[] actual = new double[stabilities.size()];
        double[] slopes = new double[directions];
        for (int j = 0; j < directions; j++) {
            Tensor direction = window.direction(j);
            double onTrain = slope(train, direction);
            slopes[j] = slope(test, direction);
            products[j] = onTrain * slopes[j];
            String item = "v" + (j + 1);
            findings.published("train-gradient", item, step, onTrain);
            findings.published("test-gradient", item, step, slopes[j]);
        }
        LossAlong loss = new LossAlong(test);
        WeightRemoval removal = new WeightRemoval(test);
        loss.load(step);
        WeightRemoval.Outcome base = removal.nothing();
        double[] moved = new double[directions];
        for (int j = 0; j < directions; j++) {
            Tensor direction = window.direction(j);
            String item = "v" + (j + 1);
            WeightRemoval.Outcome outcome = removal.projection(List.of(direction));
            costs[j] = outcome.loss() - base.loss();
            findings.published("loss-change", item, step, costs[j]);
            findings.published("accuracy-change", item, step, outcome.accuracy() - base.accuracy());
            moved[j] = loss.change(loss.amount(), direction);
            findings.controlled("loss-change-of-small-move", item, step, moved[j]);
            if (j < stabilities.size()) {
                predicted[j] = stabilities.get(j) * products[j];
                actual[j] = costs[j];
                findings.published("stability", item, step, stabilities.get(j));
                findings.published("predicted-importance", item, step, predicted[j]);
            }
        }
        published(predicted, actual, step, findings);
        controlled("ablation", products, costs, step, findings);
        controlled("small-move", products, moved, step, findings);
        controlled("small-move-of-test-gradient", slopes, moved, step, findings);
    }

    private static double slope(StudiedModel model, Tensor direction) {
        return VectorProducts.dot(model.backend(), model.gradient().subset(ParameterSubset.ATTENTION), direction);
    }

    private static void published(double[] predicted, double[] actual, long step, Findings findings) {
        boolean enough = predicted.length >= FEWEST_DIRECTIONS;
        if (!enough) {
            findings.remark("step " + step + ": two directions have no correlation; as published it is 0");
        }
        double[] x = magnitudes(predicted);
        double[] y = magnitudes(actual);
        findings.published("pearson-correlation", "importance", step, enough ? Statistics.correlation(x, y) : 0);
        findings.published(
                "spearman-correlation",
                "importance",
                step,
                enough ? Statistics.correlation(Statistics.ranks(x), Statistics.ranks(y)) : 0);
    }

    private static void controlled(String item, double[] predicted, double[] actual, long step, Findings findings) {
        if (predicted.length < FEWEST_DIRECTIONS) {
            return;
        }
        double[] x = Statistics.ranks(magnitudes(predicted));
        double[] y = Statistics.ranks(magnitudes(actual));
        findings.controlled("rank-correlation", item, step, Statistics.correlation(x, y));
        findings.controlled("share-of-permutations", item, step, shareOfPermutations(x, y));
    }

    /** The share of all orders of {@code y} that correlate with {@code x} at least as strongly: an exact p-value. */
    static double shareOfPermutations(double[] x, double[] y) {
        double observed = Statistics.correlation(x, y);
        List<double[]> orders = new ArrayList<>();
        permutations(y, 0, orders);
        long atLeast = orders.stream()
                .filter(order -> Statistics.correlation(x, order) >= observed - ROUNDING)
                .count();
        return (double) atLeast / (double) orders.size();
    }

    private static void permutations(double[] values, int from, List<double[]> target) {
        if (from == values.length) {
            target.add(values.clone());
            return;
        }
        for (int i = from; i < values.length; i++) {
            double[] swapped = values.clone();
            swapped[from] = values[i];
            swapped[i] = values[from];
            permutations(swapped, from + 1, target);
        }
    }

    private static double[] magnitudes(double[] values) {
        double[] result = new double[values.length];
        for (int i = 0; i < result.length; i++) {
            result[i] = Math.abs(values[i]);
        }
        return result;
    }

    private static Figure figure(Findings findings) {
        List<Curve> predicted = new ArrayList<>();
        List<Curve> actual = new ArrayList<>();
        for (int j = 0; j < 4; j++) {
            String item = "v" + (j + 1);
            predicted.add(Curve.published("predicted-importance", item, item, j));
            actual.add(Curve.published("loss-change", item, item, j));
        }
        return new Figure(
                "importance",
                "Predicted importance of each direction and what its ablation costs",
                2,
                List.of(
                        PhaseFigures.panel(
                                "Predicted: α·⟨∇L_train, v⟩·⟨∇L_test, v⟩",
                                Axis.log("step"),
                                Axis.linear(""),
                                findings,
                                predicted,
                                List.of()),
                        PhaseFigures.panel(
                                "Change of the test loss by ablation",
                                Axis.log("step"),
                                Axis.linear("ΔL"),
                                findings,
                                actual,
                                List.of())));
    }
}
