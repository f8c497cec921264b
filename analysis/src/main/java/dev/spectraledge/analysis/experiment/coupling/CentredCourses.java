package dev.spectraledge.analysis.experiment.coupling;

import dev.spectraledge.analysis.series.Residuals;
import java.util.Arrays;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * Windows of several widths labelled by their middles, so that a wider one is not later merely because it is wider, and all from one
 * range of steps; with the losses there, on straight lines between evaluations.
 *
 * @param byWidth windows of each width, oldest first
 * @param lags the largest lag for which enough pairs are left
 */
record CentredCourses(NavigableMap<Integer, Centred> byWidth, int lags) {
    private static final int LAGS = 5;
    /** Of which all lags are correlations. */
    private static final int FEWEST_PAIRS = 6;

    private static final int DEGREE = 3;

    /**
     * Without cubic trends over the range.
     *
     * @param trend what takes them out
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Centred(double[] ratio, double[] loss, Residuals trend) {}

    /**
     * Of windows by their ends.
     *
     * @param update steps of an update
     * @param loss at any step; NaN where nobody knows it
     * @return empty where some width has too few windows in the range for a lag of 1 on both sides
     */
    static Optional<CentredCourses> of(
            NavigableMap<Integer, LossCourse> byWidth, long update, DoubleUnaryOperator loss) {
        double low = Double.NEGATIVE_INFINITY;
        double high = Double.POSITIVE_INFINITY;
        Map<Integer, double[]> middles = new TreeMap<>();
        for (Map.Entry<Integer, LossCourse> entry : byWidth.entrySet()) {
            double[] middle = middles(entry.getKey() * update, entry.getValue());
            middles.put(entry.getKey(), middle);
            low = Math.max(low, middle[0]);
            high = Math.min(high, middle[middle.length - 1]);
        }
        NavigableMap<Integer, Centred> centred = new TreeMap<>();
        int fewest = Integer.MAX_VALUE;
        for (Map.Entry<Integer, LossCourse> entry : byWidth.entrySet()) {
            double[] middle = middles.get(entry.getKey());
            double from = low;
            double to = high;
            int[] rows = IntStream.range(0, middle.length)
                    .filter(row -> middle[row] >= from
                            && middle[row] <= to
                            && Double.isFinite(loss.applyAsDouble(middle[row])))
                    .toArray();
            if (rows.length <= FEWEST_PAIRS + 1) {
                return Optional.empty();
            }
            fewest = Math.min(fewest, rows.length);
            double[] steps = Arrays.stream(rows).mapToDouble(row -> middle[row]).toArray();
            Residuals trend = Residuals.ofTrend(steps, DEGREE);
            centred.put(
                    entry.getKey(),
                    new Centred(
                            trend.apply(Arrays.stream(rows)
                                    .mapToDouble(row -> entry.getValue().secondRatio()[row])
                                    .toArray()),
                            trend.apply(DoubleStream.of(steps).map(loss).toArray()),
                            trend));
        }
        return Optional.of(new CentredCourses(centred, Math.min(LAGS, (fewest - FEWEST_PAIRS) / 2)));
    }

    private static double[] middles(long length, LossCourse course) {
        return Arrays.stream(course.steps()).map(end -> end - length / 2.0).toArray();
    }
}
