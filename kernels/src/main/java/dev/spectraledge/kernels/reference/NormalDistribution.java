package dev.spectraledge.kernels.reference;

/** The standard normal distribution to nearly full double precision, in both tails. */
final class NormalDistribution {
    /** Beyond this the continued fraction of the tail converges in few terms; below, the series does. */
    private static final double TAIL = 4;

    private static final int FRACTION_TERMS = 60;
    private static final double INVERSE_SQRT_TWO_PI = 0.3989422804014327;

    private NormalDistribution() {}

    /** φ(x) = exp(−x²/2)/√(2π). */
    static double density(double x) {
        return INVERSE_SQRT_TWO_PI * Math.exp(-x * x / 2);
    }

    /** Φ(x), with a small relative error for negative x too. */
    static double cumulative(double x) {
        if (x < -TAIL) {
            return density(x) * millsRatio(-x);
        }
        if (x > TAIL) {
            return 1 - density(x) * millsRatio(x);
        }
        return x < 0 ? 0.5 - density(x) * series(-x) : 0.5 + density(x) * series(x);
    }

    /** (Φ(x) − 1/2)/φ(x) = x + x³/3 + x⁵/(3·5) + …, all terms positive (Abramowitz and Stegun 26.2.11). */
    private static double series(double x) {
        double term = x;
        double sum = x;
        for (int odd = 3; term > sum * 0x1p-56; odd += 2) {
            term *= x * x / odd;
            sum += term;
        }
        return sum;
    }

    /** (1 − Φ(x))/φ(x) = 1/(x + 1/(x + 2/(x + 3/(x + …)))) (Abramowitz and Stegun 26.2.14). */
    private static double millsRatio(double x) {
        double fraction = x;
        for (int term = FRACTION_TERMS; term >= 1; term--) {
            fraction = x + term / fraction;
        }
        return 1 / fraction;
    }
}
