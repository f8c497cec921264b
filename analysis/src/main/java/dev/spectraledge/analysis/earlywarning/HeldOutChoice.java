package dev.spectraledge.analysis.earlywarning;

import dev.spectraledge.trainer.warning.DetectorRule;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * The best of several detectors: chosen by its area on one half of the seeds, quoted on the other, so that the choice does not
 * flatter it.
 */
public final class HeldOutChoice {
    private final Half odd;
    private final Half even;
    private final DetectorRule first;
    private final DetectorRule second;

    private HeldOutChoice(Half odd, Half even, DetectorRule first, DetectorRule second) {
        this.odd = odd;
        this.even = even;
        this.first = first;
        this.second = second;
    }

    /** Empty with fewer than two seeds, or where a half has no case with a control. */
    static Optional<HeldOutChoice> of(
            List<DetectorRule> rules,
            Function<DetectorRule, long[]> seeds,
            Function<DetectorRule, Comparisons> comparisons) {
        Half odd = new Half(rules, seeds, comparisons, 0);
        Half even = new Half(rules, seeds, comparisons, 1);
        Optional<DetectorRule> first = odd.best();
        Optional<DetectorRule> second = even.best();
        return first.isEmpty() || second.isEmpty()
                ? Optional.empty()
                : Optional.of(new HeldOutChoice(odd, even, first.get(), second.get()));
    }

    /** Chosen on the seeds of odd place in ascending order, and judged on the others. */
    public DetectorRule first() {
        return first;
    }

    /** Chosen on the others, and judged on the former. */
    public DetectorRule second() {
        return second;
    }

    /** The mean of both areas. */
    public double area() {
        return area(odd::once);
    }

    /** The same, of what has been chosen, where each run counts so many times; by detector, as not all record what it looks at. */
    double area(Function<DetectorRule, int[]> counts) {
        return (even.area(first, counts.apply(first)) + odd.area(second, counts.apply(second))) / 2;
    }

    /** Runs whose seed has an odd or an even place among all seeds. */
    private record Half(
            List<DetectorRule> rules,
            Function<DetectorRule, long[]> seeds,
            Function<DetectorRule, Comparisons> comparisons,
            int remainder) {
        int[] once(DetectorRule rule) {
            int[] counts = new int[seeds.apply(rule).length];
            Arrays.fill(counts, 1);
            return counts;
        }

        double area(DetectorRule rule, int[] counts) {
            long[] ofRuns = seeds.apply(rule);
            long[] distinct = Arrays.stream(ofRuns).distinct().sorted().toArray();
            int[] weights = new int[ofRuns.length];
            for (int run = 0; run < weights.length; run++) {
                weights[run] = Arrays.binarySearch(distinct, ofRuns[run]) % 2 == remainder ? counts[run] : 0;
            }
            return comparisons.apply(rule).area(weights);
        }

        Optional<DetectorRule> best() {
            DetectorRule best = null;
            double most = Double.NEGATIVE_INFINITY;
            for (DetectorRule rule : rules) {
                double area = area(rule, once(rule));
                if (area > most) {
                    best = rule;
                    most = area;
                }
            }
            return Optional.ofNullable(best);
        }
    }
}
