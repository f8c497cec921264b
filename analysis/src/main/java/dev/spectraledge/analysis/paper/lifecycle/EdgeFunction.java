package dev.spectraledge.analysis.paper.lifecycle;

import dev.spectraledge.analysis.experiment.Measurement;
import dev.spectraledge.analysis.experiment.Procedure;
import dev.spectraledge.analysis.experiment.RecordedFindings;
import dev.spectraledge.analysis.phase.Phase;
import dev.spectraledge.analysis.statistic.FisherMethod;
import dev.spectraledge.analysis.statistic.Interval;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * Whether the edge carries the function: how much of the response to a step along v_1 lies between inputs of different targets,
 * beside how much of the response along random directions does.
 *
 * @param edge share of v_1 over the seeds
 * @param random mean share of random directions over the seeds
 * @param excess of v_1 over that mean, seed by seed
 * @param excessOverLargest of v_1 over the largest share of a random direction, seed by seed
 * @param probability that random directions reach v_1, of all seeds together by Fisher's method; NaN where a seed has none
 */
record EdgeFunction(Interval edge, Interval random, Interval excess, Interval excessOverLargest, double probability) {
    private static final double SIGNIFICANT = 0.05;
    private static final String SHARE = "function-share";

    /**
     * One seed's.
     *
     * @param random mean share of random directions
     * @param largest share of a random direction
     */
    record Seed(double edge, double random, double largest, double probability) {}

    static EdgeFunction of(List<Seed> seeds) {
        return new EdgeFunction(
                interval(seeds, Seed::edge),
                interval(seeds, Seed::random),
                interval(seeds, seed -> seed.edge() - seed.random()),
                interval(seeds, seed -> seed.edge() - seed.largest()),
                FisherMethod.combined(
                        seeds.stream().mapToDouble(Seed::probability).toArray()));
    }

    /** As the gap-flow experiment measured it in a phase; a seed that has no such phase is left out. */
    static EdgeFunction measured(List<RecordedFindings> seeds, Phase phase) {
        String title = phase.title().toLowerCase(Locale.ROOT);
        return of(seeds.stream()
                .flatMap(findings -> findings.curve(Procedure.CONTROLLED, "function-excess", title).stream()
                        .map(excess -> seed(findings, excess)))
                .toList());
    }

    private static Seed seed(RecordedFindings findings, Measurement excess) {
        long step = excess.step();
        double edge = value(findings, SHARE, "v1", step);
        return new Seed(
                edge,
                edge - excess.value(),
                value(findings, SHARE, "random/high", step),
                value(findings, "function-p", "v1", step));
    }

    private static double value(RecordedFindings findings, String quantity, String item, long step) {
        return findings.value(Procedure.CONTROLLED, quantity, item, step).orElse(Double.NaN);
    }

    private static Interval interval(List<Seed> seeds, ToDoubleFunction<Seed> value) {
        return Interval.of(seeds.stream().mapToDouble(value).toArray());
    }

    /** Whether v_1 does more than random directions: by the interval over the seeds and by p. */
    boolean exceedsRandom() {
        return excess.isAbove(0) && probability <= SIGNIFICANT;
    }

    /**
     * Whether random directions are seen to do as well: some of them more than v_1, by the interval over the seeds. That v_1
     * is not seen to do more would not be enough, because few seeds see little.
     */
    boolean isMatchedByRandom() {
        return excessOverLargest.isBelow(0) && !excess.isAbove(0) && probability > SIGNIFICANT;
    }
}
