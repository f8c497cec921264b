package dev.spectraledge.analysis.series;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;

/** Series whose correlations are known, by another generator than the surrogates'. */
public final class DrawnSeries {
    private DrawnSeries() {}

    /** x_t = φx_{t−1} + e_t, stationary. */
    public static double[] autoregressive(Random random, double coefficient, int size) {
        double[] drawn = new double[size];
        double value = random.nextGaussian() / Math.sqrt(1 - coefficient * coefficient);
        for (int index = 0; index < size; index++) {
            drawn[index] = value;
            value = coefficient * value + random.nextGaussian();
        }
        return drawn;
    }

    /** The first series some places later, with noise of a part of its own deviation. */
    public static double[] later(Random random, double[] values, int places, double noise) {
        return IntStream.range(0, values.length)
                .mapToDouble(index -> values[Math.max(0, index - places)] + noise * random.nextGaussian())
                .toArray();
    }

    /** 0, 1, 2, … */
    public static double[] steps(int size) {
        double[] steps = new double[size];
        Arrays.setAll(steps, index -> index);
        return steps;
    }
}
