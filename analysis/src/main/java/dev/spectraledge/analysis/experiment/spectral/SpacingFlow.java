package dev.spectraledge.analysis.experiment.spectral;

import dev.spectraledge.analysis.nulls.RandomSequence;
import dev.spectraledge.analysis.series.Residuals;
import dev.spectraledge.analysis.statistic.Null;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How the spacings of neighbouring levels change from one window to the next that shares no update with it, by how large they are, in
 * units of the window's mean spacing: Dyson's equation has levels that push each other apart by the inverse of their distance, so that
 * small spacings grow by more than what carries all of them back to their mean (thesis §3.14). Order alone decides: in windows that
 * have changed places spacings go back to their mean as well, but none is pushed. It takes many
 * windows to see: of 200 with ten levels of a matrix that wanders, found are about two thirds.
 */
final class SpacingFlow {
    private static final int DRAWS = 199;

    private final double[][] spacings;

    /** Of levels in descending order, window by window. */
    SpacingFlow(List<double[]> levels) {
        spacings = levels.stream().map(SpacingFlow::spacings).toArray(double[][]::new);
    }

    private static double[] spacings(double[] levels) {
        double mean = (levels[0] - levels[levels.length - 1]) / (levels.length - 1);
        return IntStream.range(0, levels.length - 1)
                .mapToDouble(level -> (levels[level] - levels[level + 1]) / mean)
                .toArray();
    }

    /**
     * s and Δs of all pairs of windows.
     *
     * @param before s; none is 0
     * @param change as many
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Changes(double[] before, double[] change) {
        /** The coefficient of 1/s in the least squares of Δs on 1/s, s and a constant; NaN where there are too few. */
        double repulsion() {
            if (before.length <= 3) {
                return Double.NaN;
            }
            Residuals explained = Residuals.of(before);
            double[] inverse = explained.apply(
                    Arrays.stream(before).map(spacing -> 1 / spacing).toArray());
            double products = 0;
            double squares = 0;
            for (int index = 0; index < inverse.length; index++) {
                products += inverse[index] * change[index];
                squares += inverse[index] * inverse[index];
            }
            return products / squares;
        }
    }

    /** In the order of the windows. */
    Changes changes() {
        return changes(IntStream.range(0, spacings.length).toArray());
    }

    private Changes changes(int[] order) {
        List<double[]> pairs = new ArrayList<>();
        for (int window = 0; window + 1 < order.length; window++) {
            double[] now = spacings[order[window]];
            double[] next = spacings[order[window + 1]];
            for (int gap = 0; gap < now.length; gap++) {
                if (now[gap] > 0) {
                    pairs.add(new double[] {now[gap], next[gap] - now[gap]});
                }
            }
        }
        return new Changes(
                pairs.stream().mapToDouble(pair -> pair[0]).toArray(),
                pairs.stream().mapToDouble(pair -> pair[1]).toArray());
    }

    /** The coefficients of windows that have changed places. */
    Null exchanged(RandomSequence random) {
        int[] order = IntStream.range(0, spacings.length).toArray();
        double[] drawn = new double[DRAWS];
        for (int draw = 0; draw < DRAWS; draw++) {
            for (int last = order.length - 1; last > 0; last--) {
                int other = Math.min((int) (random.uniform() * (last + 1)), last);
                int moved = order[last];
                order[last] = order[other];
                order[other] = moved;
            }
            drawn[draw] = changes(order).repulsion();
        }
        return Null.of(drawn);
    }
}
