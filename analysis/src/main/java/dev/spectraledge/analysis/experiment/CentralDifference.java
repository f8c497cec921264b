package dev.spectraledge.analysis.experiment;

import java.util.function.DoubleUnaryOperator;

/**
 * The curvature v·Hv of a loss along a unit vector v, without H: D(h) = [s(h) − s(−h)]/2h of the slope s(t) = v·∇L(θ + tv).
 *
 * <p>By Taylor, D(h) = v·Hv + s‴(0)h²/6 + s⁽⁵⁾(0)h⁴/120 + …: it is exact, but for rounding, of a loss of degree 3 and less in
 * t, and off by s‴(0)h²/6 of one of degree 4. A slope that is off by e makes it off by e/h (Higham, Accuracy and Stability of
 * Numerical Algorithms, §1.14), so that a small step trades truncation for rounding.
 *
 * @param slope s, at any t
 */
public record CentralDifference(DoubleUnaryOperator slope) {
    /** D(h). */
    public double at(double step) {
        return (slope.applyAsDouble(step) - slope.applyAsDouble(-step)) / (2 * step);
    }

    /**
     * A bound on what D(h) is off by without rounding: |D(2h) − D(h)|, which of a degree of 4 and less is three times the
     * truncation. That leaves room for higher degrees where their terms are smaller.
     */
    public double truncationBound(double step) {
        return Math.abs(at(2 * step) - at(step));
    }

    /**
     * What is added to it where slopes are rounded: 3e/2h, e/h of D(h) itself and a third of what D(2h) − D(h) may have lost.
     *
     * @param error 3e/2, at least one and a half times what each slope is off by
     */
    public static double roundingBound(double step, double error) {
        return error / step;
    }
}
