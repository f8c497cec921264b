package dev.spectraledge.analysis.spectrum;

import dev.spectraledge.kernels.linalg.RollingGram;

/**
 * What the products of a window tell apart from nothing. Each is rounded, so an eigenvalue σ² of the Gram matrix is known to
 * {@link RollingGram#PRODUCT_ERROR} of its trace (Weyl); one that is not several times that may be rounding alone. A ratio with
 * such a σ is no number: updates along a straight line have σ_2 = … = σ_W = 0, and rounding would choose their k*.
 */
public final class Resolution {
    /** Share of Σσ² up to which σ² may be rounding alone. */
    public static final double OF_TRACE = RollingGram.RESOLUTION;

    private Resolution() {}

    /** Whether σ², or a difference of such squares, stands above the rounding of a window of this Σσ². */
    public static boolean resolves(double square, double trace) {
        return square > OF_TRACE * trace;
    }
}
