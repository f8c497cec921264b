package dev.spectraledge.kernels.linalg;

/**
 * A sum of products in twice the working precision: algorithm Dot2 of Ogita, Rump and Oishi (2005, "Accurate sum and dot
 * product"). The error of {@link #value()} is that of one rounding plus about k²·2⁻¹⁰⁶·Σ|xᵢyᵢ| for k terms.
 */
final class DotProduct2 {
    private double high;
    private double low;

    void reset() {
        high = 0;
        low = 0;
    }

    /** Adds x·y. */
    void add(double x, double y) {
        double product = x * y;
        double productError = Math.fma(x, y, -product);
        double sum = high + product;
        double part = sum - high;
        double sumError = (high - (sum - part)) + (product - part);
        high = sum;
        low += sumError + productError;
    }

    /** Adds x·(yHigh + yLow), where the second term is a small correction. */
    void add(double x, double yHigh, double yLow) {
        add(x, yHigh);
        low += x * yLow;
    }

    /** The sum, rounded once. */
    double value() {
        return high + low;
    }

    /** What {@link #value()} leaves of the sum. */
    double remainder() {
        double value = high + low;
        double part = value - high;
        return (high - (value - part)) + (low - part);
    }
}
