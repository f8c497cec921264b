package dev.spectraledge.analysis.experiment.functional;

import java.util.Arrays;

/**
 * The power of a real signal by frequency, one-sided and without doubling: |Σ_s x_s exp(−2πiωs/n)|² for ω = 0 … ⌊n/2⌋
 * (Lifecycle §4.12).
 */
final class PowerSpectrum {
    private final int length;
    private final double[][] cosines;
    private final double[][] sines;

    /** For signals of this length. */
    PowerSpectrum(int length) {
        this.length = length;
        cosines = new double[length / 2 + 1][length];
        sines = new double[length / 2 + 1][length];
        for (int frequency = 0; frequency < cosines.length; frequency++) {
            for (int index = 0; index < length; index++) {
                // The product modulo n keeps the angle small, and with it the rounding error.
                double angle = 2 * Math.PI * ((long) frequency * index % length) / length;
                cosines[frequency][index] = Math.cos(angle);
                sines[frequency][index] = Math.sin(angle);
            }
        }
    }

    int bins() {
        return cosines.length;
    }

    /** Adds {@code weight} times the power of a signal, which is zero where it is shorter than the length, to {@code target}. */
    void add(double[] signal, double weight, double[] target) {
        for (int frequency = 0; frequency < cosines.length; frequency++) {
            double real = 0;
            double imaginary = 0;
            for (int index = 0; index < Math.min(length, signal.length); index++) {
                real += signal[index] * cosines[frequency][index];
                imaginary += signal[index] * sines[frequency][index];
            }
            target[frequency] += weight * (real * real + imaginary * imaginary);
        }
    }

    /** The power of one signal. */
    static double[] of(double[] signal) {
        PowerSpectrum spectrum = new PowerSpectrum(signal.length);
        double[] power = new double[spectrum.bins()];
        spectrum.add(signal, 1, power);
        return power;
    }

    /** ω*: the frequency with the most power; of equals the smallest. */
    static int dominant(double[] power) {
        int dominant = 0;
        for (int frequency = 1; frequency < power.length; frequency++) {
            if (power[frequency] > power[dominant]) {
                dominant = frequency;
            }
        }
        return dominant;
    }

    /** The share of the {@code count} largest bins; NaN where there is no power. */
    static double largest(double[] power, int count) {
        double[] sorted = power.clone();
        Arrays.sort(sorted);
        double largest = 0;
        for (int rank = 1; rank <= count && rank <= sorted.length; rank++) {
            largest += sorted[sorted.length - rank];
        }
        double total = Arrays.stream(power).sum();
        return total == 0 ? Double.NaN : largest / total;
    }
}
