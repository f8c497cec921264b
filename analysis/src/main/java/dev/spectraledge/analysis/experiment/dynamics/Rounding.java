package dev.spectraledge.analysis.experiment.dynamics;

import dev.spectraledge.analysis.experiment.Cadences;
import dev.spectraledge.analysis.experiment.Continuation;
import dev.spectraledge.analysis.experiment.CurveFigure;
import dev.spectraledge.analysis.experiment.Experiment;
import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.Measurement;
import dev.spectraledge.analysis.experiment.Objections;
import dev.spectraledge.analysis.experiment.Procedure;
import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.analysis.phase.PhaseSteps;
import dev.spectraledge.analysis.report.RunTable;
import dev.spectraledge.analysis.report.plot.Axis;
import dev.spectraledge.analysis.report.plot.Figure;
import dev.spectraledge.analysis.report.plot.Palette;
import dev.spectraledge.analysis.report.plot.Panel;
import dev.spectraledge.analysis.statistic.Statistics;
import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.LossGradient;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.ParameterSubset;
import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.step.Evaluation;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a training without weight decay owes to rounding; ours. Once its loss is nearly zero the derivative of the
 * cross-entropy by the target's logit, p − 1 with p rounded to single precision as published, consists of rounding alone, and
 * Adam, which divides it by its own root mean square, still makes steps of it. Here the run goes on, with the optimiser's
 * state and its batches, with a derivative that keeps all its digits; what the run does and this one does not is rounding's.
 */
public final class Rounding implements Experiment {
    private static final int WINDOW = 5;
    /** Of an update this many times as large at least half is not what the loss asks for. */
    private static final double MOVED = 2;

    private static final String ACCURATE = "accurate";
    private static final String ROUNDED = "rounded";
    private static final String ACCURACY = "test-accuracy";
    private static final String LOSS = "train-loss";
    private static final String NORM = "update-norm";
    private static final String ANGLE = "angle";

    private final long start;
    private final long settled;
    private final long last;
    private final long every;

    /** From step 1000, where the published runs have memorised, to 4000; ranges and ratios from 1500 on. */
    public Rounding() {
        this(1000, 1500, 4000, 100);
    }

    /**
     * At other steps.
     *
     * @param start where the accurate derivative begins
     * @param settled after which step differences count
     * @param last until where, unless the run ends before
     * @param every steps of an update
     */
    Rounding(long start, long settled, long last, long every) {
        this.start = start;
        this.settled = settled;
        this.last = last;
        this.every = every;
    }

    @Override
    public String name() {
        return "rounding";
    }

    @Override
    public String question() {
        return "What does a run without weight decay do only because its derivative is rounded?";
    }

    @Override
    public boolean dependsOnPhases() {
        return false;
    }

    @Override
    public boolean looksAtPhases() {
        return false;
    }

    @Override
    public Optional<String> objection(StudiedRun run) {
        boolean rounded = run.config().training().lossGradient() == LossGradient.ROUNDED;
        return Objections.when(run.weightDecay() > 0, "needs a run without weight decay")
                .or(() -> Objections.when(!rounded, "needs a run with training.lossGradient=rounded"))
                .or(() -> Objections.optimizerState(run, start))
                .or(() -> Objections.when(
                        !run.steps().contains(settled + every),
                        "needs the snapshot of step " + (settled + every) + " (" + Cadences.settings(every) + ")"));
    }

    @Override
    public boolean trainsOn() {
        return true;
    }

    @Override
    public Findings measure(StudiedRun run, PhaseSteps phases) {
        long end = end(run);
        Findings findings = new Findings();
        Backend backend = run.backend();
        try (MemoryOwner owner = MemoryOwner.open("rounding")) {
            long size = run.layout().size(ParameterSubset.ATTENTION);
            Tensor weights = backend.allocate(owner, DType.FLOAT64, 1, size);
            run.readAttention(start, weights);
            accurate(run, weights, end, findings);
            run.readAttention(start, weights);
            rounded(run, weights, end, findings);
        }
        summarise(findings, end);
        findings.remark(remark(findings, end));
        findings.figure(figure(findings));
        return findings;
    }

    /** The last step to which the run has all snapshots. */
    private long end(StudiedRun run) {
        long end = start;
        while (end < last && run.steps().contains(end + every)) {
            end += every;
        }
        if (end <= settled) {
            throw new RunException(run.name() + ": needs snapshots every " + every + " steps from " + start
                    + " to at least " + (settled + every) + ", but there is none of step " + (end + every));
        }
        return end;
    }

    private void accurate(StudiedRun run, Tensor weights, long end, Findings findings) {
        Map<String, Object> change = Map.of("lossGradient", ACCURATE);
        Backend backend = run.backend();
        try (AttentionUpdates updates = new AttentionUpdates(run.backend(), WINDOW, weights);
                Continuation training =
                        Continuation.carriedOver(run, List.of(Continuation.changed(run.config(), change)), start)) {
            for (long step = start + every; step <= end; step += every) {
                training.advanceTo(step - start);
                Evaluation test = training.evaluateTest()[0];
                findings.controlled(ACCURACY, ACCURATE, step, test.accuracy());
                findings.controlled(LOSS, ACCURATE, step, training.evaluateTrain()[0].loss());
                backend.copy(training.weights(0).slice(1, 0, weights.size(1)), weights);
                update(updates, weights, ACCURATE, step, findings);
            }
        }
    }

    /** The run itself, from what it kept. */
    private void rounded(StudiedRun run, Tensor weights, long end, Findings findings) {
        Map<Long, Double> accuracies = column(run.metrics(), "test_accuracy");
        Map<Long, Double> losses = column(run.metrics(), "train_loss");
        try (AttentionUpdates updates = new AttentionUpdates(run.backend(), WINDOW, weights)) {
            for (long step = start + every; step <= end; step += every) {
                findings.controlled(ACCURACY, ROUNDED, step, accuracies.getOrDefault(step, Double.NaN));
                findings.controlled(LOSS, ROUNDED, step, losses.getOrDefault(step, Double.NaN));
                run.readAttention(step, weights);
                update(updates, weights, ROUNDED, step, findings);
            }
        }
    }

    private static Map<Long, Double> column(RunTable metrics, String name) {
        double[] steps = metrics.steps();
        double[] values = metrics.require(name);
        Map<Long, Double> column = new TreeMap<>();
        for (int row = 0; row < steps.length; row++) {
            column.put((long) steps[row], values[row]);
        }
        return column;
    }

    private static void update(AttentionUpdates updates, Tensor weights, String item, long step, Findings findings) {
        findings.controlled(NORM, item, step, updates.add(weights));
        List<Double> turned = updates.turned();
        for (int k = 0; k < turned.size(); k++) {
            findings.controlled(ANGLE, "v" + (k + 1) + "/" + item, step, turned.get(k));
        }
    }

    /** Mean angles, ranges of the accuracy and the ratio of the updates, all of the steps after the settled one. */
    private void summarise(Findings findings, long end) {
        for (String item : List.of(ACCURATE, ROUNDED)) {
            for (int k = 1; k <= WINDOW; k++) {
                List<Double> angles = late(findings, ANGLE, "v" + k + "/" + item);
                if (!angles.isEmpty()) {
                    findings.controlled("mean-angle", "v" + k + "/" + item, end, Statistics.mean(angles));
                }
            }
            findings.controlled("accuracy-range", item, end, range(findings, item));
        }
        findings.controlled("update-norm-ratio", "rounded/accurate", end, medianRatio(findings));
    }

    private List<Double> late(Findings findings, String quantity, String item) {
        return findings.curve(Procedure.CONTROLLED, quantity, item).stream()
                .filter(measurement -> measurement.step() > settled)
                .map(Measurement::value)
                .toList();
    }

    /** ‖Δθ_A‖ of the run by that of the training with the accurate derivative, at each step. */
    private static SortedMap<Long, Double> ratios(Findings findings) {
        SortedMap<Long, Double> ratios = new TreeMap<>();
        for (Measurement accurate : findings.curve(Procedure.CONTROLLED, NORM, ACCURATE)) {
            findings.value(Procedure.CONTROLLED, NORM, ROUNDED, accurate.step())
                    .ifPresent(rounded -> ratios.put(accurate.step(), rounded / accurate.value()));
        }
        return ratios;
    }

    private double medianRatio(Findings findings) {
        return Statistics.median(
                List.copyOf(ratios(findings).tailMap(settled + 1).values()));
    }

    /** What the ratio of the updates says, in words. */
    String remark(Findings findings, long end) {
        double ratio = medianRatio(findings);
        OptionalLong first = ratios(findings).entrySet().stream()
                .filter(entry -> entry.getValue() > MOVED)
                .mapToLong(Map.Entry::getKey)
                .findFirst();
        String updates = String.format(
                Locale.ROOT,
                "between steps %d and %d its updates are %.3g times as large as with the accurate derivative (median)",
                settled,
                end,
                ratio);
        if (!(ratio > MOVED) || first.isEmpty()) {
            return "rounding does not move this run: " + updates;
        }
        return String.format(
                Locale.ROOT,
                "from step %d on this run is moved by rounding: %s; test accuracy ranges over %.3f, with the accurate"
                        + " derivative over %.3f",
                first.getAsLong(),
                updates,
                range(findings, ROUNDED),
                range(findings, ACCURATE));
    }

    private double range(Findings findings, String item) {
        DoubleSummaryStatistics accuracies = late(findings, ACCURACY, item).stream()
                .mapToDouble(Double::doubleValue)
                .filter(Double::isFinite)
                .summaryStatistics();
        return accuracies.getCount() == 0 ? Double.NaN : accuracies.getMax() - accuracies.getMin();
    }

    private static Figure figure(Findings findings) {
        return new Figure(
                "rounding",
                "The same run with the derivative of the loss rounded and accurate",
                2,
                List.of(
                        panel("Test accuracy", Axis.linear("accuracy"), ACCURACY, findings),
                        panel("Updates of θ_A between snapshots", Axis.log("‖Δθ_A‖"), NORM, findings)));
    }

    private static Panel panel(String title, Axis axis, String quantity, Findings findings) {
        return CurveFigure.plain(findings)
                .solid(Procedure.CONTROLLED, quantity, ROUNDED, "rounded, as published", Palette.VERMILION)
                .dashed(Procedure.CONTROLLED, quantity, ACCURATE, "accurate", Palette.BLUE)
                .panel(title, Axis.linear("step"), axis);
    }
}
