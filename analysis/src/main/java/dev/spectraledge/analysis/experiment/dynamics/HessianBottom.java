package dev.spectraledge.analysis.experiment.dynamics;

import dev.spectraledge.analysis.experiment.Experiment;
import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.Objections;
import dev.spectraledge.analysis.experiment.PhaseFigures;
import dev.spectraledge.analysis.experiment.PhaseFigures.Curve;
import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.analysis.phase.PhaseSteps;
import dev.spectraledge.analysis.protocol.Parameter;
import dev.spectraledge.analysis.report.plot.Axis;
import dev.spectraledge.analysis.report.plot.Figure;
import dev.spectraledge.analysis.report.plot.Palette;
import dev.spectraledge.analysis.statistic.Statistics;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.linalg.Lanczos;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.hipparchus.distribution.continuous.TDistribution;

/**
 * The least eigenvalues of the Hessian of the training loss over a run (thesis §5.9). Published: the five least Ritz values of
 * a batch that is drawn anew for each of up to thirty snapshots, and the first of three in a row of which the least is below
 * −0.01. Controlled: the same batch at every snapshot, with a bound for each value; how much the least value differs from draw to
 * draw; whether the published onset is the first record, where it could not come earlier; and the first record from which on, three
 * times in a row, the least value is lower than at the first one by more than draws differ by there: of ten records that differ as
 * draws do, 4 % of runs have one.
 */
public final class HessianBottom implements Experiment {
    static final String NAME = "hessian-bottom";

    private static final int CONTROLLED_RECORDS = 10;
    private static final int LEAST = 5;
    private static final double PUBLISHED_THRESHOLD = -0.01;
    private static final int IN_A_ROW = 3;
    private static final int DRAWS = 3;

    /** One-sided 95 % quantile of Student's t, of as many draws. */
    private static final double DEVIATIONS = new TDistribution(DRAWS - 1.0).inverseCumulativeProbability(0.95);

    /** Batches of before are the same at every snapshot. */
    private static final long FIRST_FRESH = 1000;

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String question() {
        return "Does the loss begin to bend down before grokking, or does it do so from the start?";
    }

    @Override
    public Optional<String> objection(StudiedRun run) {
        return Objections.task(run, NAME);
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
        List<Long> records =
                thinned(List.copyOf(run.steps()), run.protocol(NAME).count(Parameter.RECORDS));
        List<Long> controlled = thinned(records, CONTROLLED_RECORDS);
        List<Double> least = new ArrayList<>();
        List<Double> fixed = new ArrayList<>();
        List<Double> margins = new ArrayList<>();
        HessianEnds.atEach(run, records, (ends, step, theta) -> {
            Lanczos fresh = ends.of(theta, FIRST_FRESH + step);
            least.add(fresh.value(fresh.size() - 1));
            for (int k = 0; k < Math.min(LEAST, fresh.size()); k++) {
                findings.published("eigenvalue", "least-" + (k + 1), step, fresh.value(fresh.size() - 1 - k));
            }
            if (controlled.contains(step)) {
                margins.add(controlled(ends, step, theta, fixed, findings));
            }
        });
        findings.published(
                "deepest",
                "least-1",
                records.getLast(),
                least.stream().min(Double::compare).orElse(Double.NaN));
        onsets(records, least, controlled, fixed, margins, findings);
        findings.remark("onsets are filed under the step of the last snapshot; their value is the step itself");
        findings.figure(figure(findings));
        return findings;
    }

    /** Adds the least value of the fixed batch; returns what a difference from it has to exceed. */
    private static double controlled(HessianEnds ends, long step, Tensor theta, List<Double> fixed, Findings findings) {
        double[] ofDraws = new double[DRAWS];
        for (int draw = DRAWS - 1; draw > 0; draw--) {
            Lanczos other = ends.of(theta, draw);
            ofDraws[draw] = other.value(other.size() - 1);
        }
        int last = ends.of(theta, 0).size() - 1;
        HessianEnds.Eigenvalue first = ends.eigenvalue(last);
        ofDraws[0] = first.value();
        fixed.add(ofDraws[0]);
        found("least-1", step, first, findings);
        for (int k = 1; k < Math.min(LEAST, last + 1); k++) {
            found("least-" + (k + 1), step, ends.eigenvalue(last - k), findings);
        }
        found("largest", step, ends.eigenvalue(0), findings);
        double deviation = Statistics.deviation(
                IntStream.range(0, DRAWS).mapToObj(draw -> ofDraws[draw]).toList());
        findings.controlled("deviation-of-draws", "least-1", step, deviation);
        return margin(ofDraws) + first.bound();
    }

    /** By how much a value of another draw is lower in one of twenty cases: t times the deviation of draws, for n − 1. */
    static double margin(double... draws) {
        return DEVIATIONS * Statistics.deviation(draws) * Math.sqrt(draws.length / (draws.length - 1.0));
    }

    /** The first of three records in a row that are lower than the first one of all by more than a margin; ours. */
    static OptionalInt deeper(List<Double> values, double margin) {
        return firstBelow(values, values.getFirst() - margin);
    }

    private static void found(String item, long step, HessianEnds.Eigenvalue eigenvalue, Findings findings) {
        findings.controlled("eigenvalue", item, step, eigenvalue.value());
        findings.controlled("eigenvalue-error-bound", item, step, eigenvalue.bound());
    }

    private static void onsets(
            List<Long> records,
            List<Double> least,
            List<Long> controlled,
            List<Double> fixed,
            List<Double> margins,
            Findings findings) {
        long end = records.getLast();
        OptionalInt published = firstBelow(least, PUBLISHED_THRESHOLD);
        if (published.isPresent()) {
            findings.published("onset-step", "negative", end, (double) records.get(published.getAsInt()));
            findings.controlled("onset-is-first-record", "negative", end, published.getAsInt() == 0 ? 1 : 0);
        }
        OptionalInt deeper = deeper(fixed, margins.getFirst());
        if (deeper.isPresent()) {
            findings.controlled("onset-step", "deeper-than-first", end, (double) controlled.get(deeper.getAsInt()));
        }
    }

    /** The first of three in a row that are below; empty if there are none. */
    static OptionalInt firstBelow(List<Double> values, double threshold) {
        return IntStream.rangeClosed(0, values.size() - IN_A_ROW)
                .filter(index ->
                        values.subList(index, index + IN_A_ROW).stream().allMatch(value -> value < threshold))
                .findFirst();
    }

    /** At most so many, evenly spaced, the first and the last among them. */
    static List<Long> thinned(List<Long> steps, int most) {
        if (steps.size() <= most) {
            return steps;
        }
        return IntStream.range(0, most)
                .mapToObj(index -> steps.get((int) Math.round(index * (steps.size() - 1.0) / (most - 1))))
                .toList();
    }

    private static Figure figure(Findings findings) {
        return new Figure(
                NAME,
                "Least eigenvalues of the Hessian of the training loss",
                2,
                List.of(
                        PhaseFigures.panel(
                                "As published: a new batch at each snapshot",
                                Axis.linear("step"),
                                Axis.linear("eigenvalue"),
                                findings,
                                List.of(
                                        Curve.published("eigenvalue", "least-1", "least", 0),
                                        Curve.published("eigenvalue", "least-5", "fifth", 1)),
                                List.of()),
                        PhaseFigures.panel(
                                "One batch at all snapshots",
                                Axis.linear("step"),
                                Axis.linear("eigenvalue"),
                                findings,
                                List.of(
                                        Curve.solid("eigenvalue", "least-1", "least", 0),
                                        Curve.solid("eigenvalue", "least-5", "fifth", 1),
                                        Curve.controlled(
                                                "deviation-of-draws", "least-1", "deviation of draws", Palette.GREY)),
                                List.of())));
    }
}
