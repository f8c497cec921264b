package dev.spectraledge.analysis.earlywarning;

import dev.spectraledge.trainer.warning.DetectorRule;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * The best of several detectors: chosen by its area on one half of the seeds, quoted on the other, so that the choice does not
 * flatter it.
 *
 * @param first chosen on the seeds of odd place in ascending order
 * @param firstArea of that detector on the others
 * @param second chosen on the others
 * @param secondArea of that detector on the former
 */
public record HeldOutChoice(DetectorRule first, double firstArea, DetectorRule second, double secondArea) {
    /** Empty with fewer than two seeds, or where a half has no case with a control. */
    static Optional<HeldOutChoice> of(
            List<DetectorRule> rules,
            Function<DetectorRule, long[]> seeds,
            Function<DetectorRule, Comparisons> comparisons) {
        Half odd = new Half(rules, seeds, comparisons, 0);
        Half even = new Half(rules, seeds, comparisons, 1);
        Optional<DetectorRule> first = odd.best();
        Optional<DetectorRule> second = even.best();
        if (first.isEmpty() || second.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                new HeldOutChoice(first.get(), even.area(first.get()), second.get(), odd.area(second.get())));
    }

    /** The mean of both areas. */
    public double area() {
        return (firstArea + secondArea) / 2;
    }

    /** Runs whose seed has an odd or an even place among all seeds. */
    private record Half(
            List<DetectorRule> rules,
            Function<DetectorRule, long[]> seeds,
            Function<DetectorRule, Comparisons> comparisons,
            int remainder) {
        double area(DetectorRule rule) {
            long[] ofRuns = seeds.apply(rule);
            long[] distinct = Arrays.stream(ofRuns).distinct().sorted().toArray();
            int[] weights = Arrays.stream(ofRuns)
                    .mapToInt(seed -> Arrays.binarySearch(distinct, seed) % 2 == remainder ? 1 : 0)
                    .toArray();
            return comparisons.apply(rule).area(weights);
        }

        Optional<DetectorRule> best() {
            DetectorRule best = null;
            for (DetectorRule rule : rules) {
                double area = area(rule);
                if (!Double.isNaN(area) && (best == null || area > area(best))) {
                    best = rule;
                }
            }
            return Optional.ofNullable(best);
        }
    }
}
