package dev.spectraledge.analysis.experiment.course;

import dev.spectraledge.analysis.experiment.Experiment;
import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.analysis.phase.GrokRule;
import dev.spectraledge.analysis.phase.PhaseSteps;
import dev.spectraledge.analysis.phase.SustainedAccuracy;
import dev.spectraledge.analysis.report.RunTable;
import dev.spectraledge.analysis.statistic.Statistics;
import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.trainer.ParameterSubset;
import dev.spectraledge.trainer.model.Parameters;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;

/**
 * Accuracies, grok steps by each of the definitions in use, dips, and norms of the weights (Lifecycle §3.2, §5.1). Published:
 * all weights. Controlled: without the rows of embedding tables that no token ever reads, which only decay, and medians in
 * place of single evaluations.
 */
public final class TrainingRecord implements Experiment {
    private static final double GROKKED = GrokRule.FIRST_95.accuracy();
    private static final double MEMORISED = 0.9995;
    private static final long PLATEAU_BEGIN = 2000;
    private static final long PLATEAU_END = 5000;

    @Override
    public String name() {
        return "training-record";
    }

    @Override
    public String question() {
        return "When does the run memorise and grok, how steady is it, and how large are its weights?";
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
    public Findings measure(StudiedRun run, PhaseSteps phases) {
        Findings findings = new Findings();
        long last = run.steps().last();
        findings.published("parameters", "all", last, (double) run.layout().size());
        findings.published(
                "parameters", "attention", last, (double) run.layout().size(ParameterSubset.ATTENTION));
        accuracies(run.metrics(), last, findings);
        norms(run, findings);
        grokSteps(run.metrics(), last, List.of(GrokRule.FIRST_50, GrokRule.FIRST_90), findings);
        return findings;
    }

    private static void grokSteps(RunTable metrics, long last, List<GrokRule> rules, Findings findings) {
        for (GrokRule rule : rules) {
            findings.published(
                    "grok-step", rule.key(), last, orNaN(rule.step(metrics.steps(), metrics.require("test_accuracy"))));
        }
    }

    private static void accuracies(RunTable metrics, long last, Findings findings) {
        double[] steps = metrics.steps();
        double[] train = metrics.require("train_accuracy");
        double[] test = metrics.require("test_accuracy");
        for (int row = 0; row < steps.length; row++) {
            findings.published("train-accuracy", "all", (long) steps[row], train[row]);
            findings.published("test-accuracy", "all", (long) steps[row], test[row]);
        }
        grokSteps(metrics, last, List.of(GrokRule.FIRST_95, GrokRule.SUSTAINED_98, GrokRule.FIRST_99), findings);
        double grok = orNaN(GrokRule.FIRST_95.step(steps, test));
        findings.published("grokked", "first-95", last, Double.isNaN(grok) ? 0 : 1);
        findings.published("memorised-step", "train", last, orNaN(SustainedAccuracy.first(steps, train, MEMORISED, 1)));
        findings.published("largest-test-accuracy", "all", last, largest(test));
        double[] plateau = between(steps, test, PLATEAU_BEGIN, PLATEAU_END);
        if (plateau.length > 0) {
            findings.controlled(
                    "median-test-accuracy", PLATEAU_BEGIN + "–" + PLATEAU_END, last, Statistics.lowerMedian(plateau));
        }
        if (!Double.isNaN(grok)) {
            double[] after = between(steps, test, (long) grok, last);
            long dips = Arrays.stream(after).filter(value -> value < GROKKED).count();
            findings.controlled("dips-after-grok", "below-0.95", last, (double) dips);
            findings.controlled("share-of-dips", "below-0.95", last, (double) dips / after.length);
        }
    }

    private static double orNaN(OptionalLong step) {
        return step.isPresent() ? (double) step.getAsLong() : Double.NaN;
    }

    private static double largest(double[] values) {
        return Arrays.stream(values).filter(Double::isFinite).max().orElse(Double.NaN);
    }

    private static double[] between(double[] steps, double[] values, long from, long to) {
        List<Double> found = new ArrayList<>();
        for (int row = 0; row < steps.length; row++) {
            if (steps[row] >= from && steps[row] <= to && Double.isFinite(values[row])) {
                found.add(values[row]);
            }
        }
        return found.stream().mapToDouble(Double::doubleValue).toArray();
    }

    private static void norms(StudiedRun run, Findings findings) {
        Backend backend = run.backend();
        try (MemoryOwner owner = MemoryOwner.open("norms")) {
            DeadRows dead = DeadRows.of(run);
            Parameters weights = Parameters.allocate(backend, owner, DType.FLOAT64, 1, run.layout());
            for (long step : run.steps()) {
                run.read(step, weights);
                double all = WeightNorms.square(weights.flat());
                double ofDead = dead.square(weights);
                findings.published("weight-norm", "all", step, Math.sqrt(all));
                findings.published(
                        "weight-norm",
                        "attention",
                        step,
                        Math.sqrt(WeightNorms.square(weights.subset(ParameterSubset.ATTENTION))));
                findings.controlled("weight-norm", "all", step, Math.sqrt(Math.max(0, all - ofDead)));
                findings.controlled("weight-norm", "dead-rows", step, Math.sqrt(ofDead));
            }
        }
    }
}
