package dev.spectraledge.analysis.experiment.dynamics;

import dev.spectraledge.analysis.statistic.Holm;
import dev.spectraledge.analysis.statistic.Interval;
import dev.spectraledge.analysis.statistic.Statistics;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Whether spikes of the loss come from a derivative that rounds to 0: runs that round are compared with runs of the same
 * training, weight decay and seed that do not. Where rounding does nothing, the difference of a pair has either sign alike, so
 * its mean is compared with those of all choices of signs, and the probabilities are adjusted for the three comparisons (Holm).
 */
final class GlitchingVerdict {
    private static final double LEVEL = 0.05;
    /** With more pairs than this signs would be too many to be tried out. */
    private static final int MOST_PAIRS = 20;

    private final List<Counted> runs;
    private final Map<SpikeArm, Difference> differences = new EnumMap<>(SpikeArm.class);

    /**
     * The spikes of one run.
     *
     * @param training what is the same in runs that are compared
     */
    record Counted(SpikeArm arm, String training, int spikes) {}

    /**
     * How many more spikes a run has that rounds than its partner.
     *
     * @param interval of the mean over pairs
     * @param probability of so great a mean, all signs being alike, one-sided; after Holm
     */
    record Difference(int pairs, Interval interval, double probability) {}

    GlitchingVerdict(List<Counted> runs) {
        this.runs = List.copyOf(runs);
        List<SpikeArm> arms = new ArrayList<>();
        List<double[]> values = new ArrayList<>();
        for (SpikeArm arm : SpikeArm.unrounded()) {
            double[] pairs = pairs(arm);
            if (pairs.length > 0) {
                arms.add(arm);
                values.add(pairs);
            }
        }
        double[] adjusted = Holm.adjusted(
                values.stream().mapToDouble(GlitchingVerdict::probability).toArray());
        for (int i = 0; i < adjusted.length; i++) {
            double[] pairs = values.get(i);
            differences.put(arms.get(i), new Difference(pairs.length, Interval.of(pairs), adjusted[i]));
        }
    }

    private double[] pairs(SpikeArm arm) {
        return of(arm).stream()
                .flatMapToDouble(other -> of(SpikeArm.ROUNDED).stream()
                        .filter(rounded -> rounded.training().equals(other.training()))
                        .mapToDouble(rounded -> rounded.spikes() - other.spikes()))
                .limit(MOST_PAIRS)
                .toArray();
    }

    private List<Counted> of(SpikeArm arm) {
        return runs.stream().filter(run -> run.arm() == arm).toList();
    }

    /** The share of all choices of signs whose sum is at least the one that was seen. */
    private static double probability(double[] differences) {
        double observed = Arrays.stream(differences).sum();
        int choices = 1 << differences.length;
        int reaching = 0;
        for (int signs = 0; signs < choices; signs++) {
            double sum = 0;
            for (int pair = 0; pair < differences.length; pair++) {
                sum += (signs >> pair & 1) == 0 ? differences[pair] : -differences[pair];
            }
            reaching += sum >= observed ? 1 : 0;
        }
        return (double) reaching / choices;
    }

    /** Spikes per run of an arm, with the interval of their mean. */
    Interval spikes(SpikeArm arm) {
        return Interval.of(of(arm).stream().mapToDouble(Counted::spikes).toArray());
    }

    /** Of each arm that has partners. */
    Map<SpikeArm, Difference> differences() {
        return differences;
    }

    /** What came of it, in a sentence. */
    String sentence() {
        double rounded = Statistics.mean(
                of(SpikeArm.ROUNDED).stream().mapToDouble(Counted::spikes).toArray());
        if (of(SpikeArm.ROUNDED).isEmpty() || differences.isEmpty()) {
            return "undecided: no two runs of one training differ only in whether the derivative rounds";
        }
        String counts = String.format(Locale.ROOT, "%.3g spikes per run with rounding", rounded);
        if (rounded == 0) {
            return "nothing to explain: no run with a rounding derivative had a spike";
        }
        long fewer = differences.values().stream()
                .filter(difference -> difference.probability() < LEVEL)
                .count();
        if (fewer == differences.size()) {
            return "glitching: without the rounding there are fewer spikes in every arm; " + counts + described();
        }
        boolean most = differences.values().stream()
                .anyMatch(difference -> !(difference.interval().high() < rounded / 2));
        if (fewer == 0 && !most) {
            return "not glitching: rounding can explain less than half of the spikes; " + counts + described();
        }
        return "undecided: " + fewer + " of " + differences.size() + " arms without the rounding have fewer spikes; "
                + counts + described();
    }

    private String described() {
        StringBuilder text = new StringBuilder();
        differences.forEach((arm, difference) -> text.append(String.format(
                Locale.ROOT,
                ", %.3g (%.3g to %.3g) fewer with %s (%d pairs, p %.2g)",
                difference.interval().mean(),
                difference.interval().low(),
                difference.interval().high(),
                arm.key(),
                difference.pairs(),
                difference.probability())));
        return text.toString();
    }
}
