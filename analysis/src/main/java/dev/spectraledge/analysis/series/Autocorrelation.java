package dev.spectraledge.analysis.series;

import dev.spectraledge.analysis.statistic.Statistics;
import java.util.function.IntToDoubleFunction;

/** How a series correlates with itself later, and how many independent values it is therefore worth. */
public final class Autocorrelation {
    private final double[] deviations;
    private final double variance;

    private Autocorrelation(double[] deviations, double variance) {
        this.deviations = deviations;
        this.variance = variance;
    }

    /** Of a series in equal intervals. */
    public static Autocorrelation of(double[] values) {
        double mean = Statistics.mean(values);
        double[] deviations = new double[values.length];
        double squares = 0;
        for (int index = 0; index < values.length; index++) {
            deviations[index] = values[index] - mean;
            squares += deviations[index] * deviations[index];
        }
        return new Autocorrelation(deviations, squares);
    }

    /** ρ(lag), divided by n as usual, so that it is 1 at lag 0 and the correlations are those of some process; 0 if constant. */
    public double at(int lag) {
        double sum = 0;
        for (int index = 0; index + lag < deviations.length; index++) {
            sum += deviations[index] * deviations[index + lag];
        }
        return variance > 0 ? sum / variance : 0;
    }

    /**
     * How many independent values have a mean that is as uncertain: n/(1 + 2Σ(1 − ℓ/n)ρ(ℓ)).
     *
     * @see #effectiveSize(int, IntToDoubleFunction)
     */
    public double effectiveSize() {
        return effectiveSize(deviations.length, this::at);
    }

    /**
     * How many independent pairs have a correlation that is as uncertain, if both series have nothing to do with each other:
     * the same of ρ_x(ℓ)ρ_y(ℓ) (Bartlett 1935).
     */
    public static double effectiveSize(double[] x, double[] y) {
        Autocorrelation first = of(x);
        Autocorrelation second = of(y);
        return effectiveSize(x.length, lag -> first.at(lag) * second.at(lag));
    }

    /**
     * n/(1 + 2Σ(1 − ℓ/n)c(ℓ)), between 1 and n. The sum ends before the first pair of lags 2m − 1 and 2m whose correlations add up
     * to nothing: beyond there it adds noise (after Geyer 1992, §3.3).
     */
    static double effectiveSize(int size, IntToDoubleFunction correlation) {
        double sum = 0;
        for (int lag = 1; lag < size; lag += 2) {
            double first = correlation.applyAsDouble(lag);
            double second = lag + 1 < size ? correlation.applyAsDouble(lag + 1) : 0;
            if (first + second <= 0) {
                break;
            }
            sum += (1 - (double) lag / size) * first + (1 - (lag + 1.0) / size) * second;
        }
        return Math.clamp(size / (1 + 2 * sum), 1, size);
    }
}
