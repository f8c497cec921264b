package dev.spectraledge.kernels.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Elementary functions on float vectors, from polynomials of our own (Chebyshev interpolation in 50 digits). The twin
 * for double is {@link DoubleMath}.
 */
final class FloatMath {
    /** Beyond this, e^{−a²/2} is zero here. */
    static final float NORMAL_TAIL_END = 14f;

    private static final float LOG2_E = 1.442695f;
    /** ln 2 in two parts; the first has so few bits that its product with an exponent is exact. */
    private static final float LN2_HIGH = 0x1.63p-1f;

    private static final float LN2_LOW = -2.12194440e-4f;
    /** Adding it rounds to an integer, which then stands, with the exponent's bias, in the lowest bits. */
    private static final float ROUND_AND_BIAS = 0x1.8p23f + 127f;

    private static final float SMALLEST_EXPONENT = -87.33f;
    private static final int MANTISSA_BITS = 23;

    private FloatMath() {}

    /**
     * e^x for x up to 88, to about 1 ulp; 0 where the result would be below the normal numbers. Reduction to |r| ≤ ln 2 /
     * 2, then 1 + r + r²/2 + r³·q(r) with a remainder below 2.1e-8.
     */
    static FloatVector exp(FloatVector x) {
        FloatVector rounded = x.fma(FloatLanes.broadcast(LOG2_E), FloatLanes.broadcast(ROUND_AND_BIAS));
        FloatVector exponent = rounded.sub(ROUND_AND_BIAS);
        FloatVector r = exponent.fma(FloatLanes.broadcast(-LN2_HIGH), x);
        r = exponent.fma(FloatLanes.broadcast(-LN2_LOW), r);
        FloatVector p = FloatLanes.broadcast(0.0013918773f);
        p = p.fma(r, FloatLanes.broadcast(0.008357248f));
        p = p.fma(r, FloatLanes.broadcast(0.041666623f));
        p = p.fma(r, FloatLanes.broadcast(0.16666631f));
        p = p.fma(r, FloatLanes.broadcast(0.5f));
        p = p.fma(r, FloatLanes.broadcast(1f));
        p = p.fma(r, FloatLanes.broadcast(1f));
        FloatVector power = rounded.reinterpretAsInts()
                .lanewise(VectorOperators.LSHL, MANTISSA_BITS)
                .reinterpretAsFloats();
        return p.mul(power).blend(0f, x.compare(VectorOperators.LT, SMALLEST_EXPONENT));
    }

    /**
     * Φ(−a)·e^{a²/2} for 0 ≤ a ≤ {@link #NORMAL_TAIL_END}, to about 2 ulp, Φ the normal distribution function. It is a
     * polynomial in 1/(a + 4), times 1/(a + 4), after the idea of Shepherd and Laframboise (1981) for the scaled
     * complementary error function; the interpolation error is below 1.3e-8.
     */
    static FloatVector scaledNormalTail(FloatVector a) {
        FloatVector u = FloatLanes.broadcast(1f).div(a.add(4f));
        FloatVector t = u.fma(FloatLanes.broadcast(10.285714f), FloatLanes.broadcast(-1.5714285f));
        FloatVector p = FloatLanes.broadcast(1.2518372e-05f);
        p = p.fma(t, FloatLanes.broadcast(5.9143e-05f));
        p = p.fma(t, FloatLanes.broadcast(-0.00017233012f));
        p = p.fma(t, FloatLanes.broadcast(-0.0012359357f));
        p = p.fma(t, FloatLanes.broadcast(0.0003864489f));
        p = p.fma(t, FloatLanes.broadcast(0.024006044f));
        p = p.fma(t, FloatLanes.broadcast(0.11434974f));
        p = p.fma(t, FloatLanes.broadcast(0.32065576f));
        p = p.fma(t, FloatLanes.broadcast(0.6302497f));
        p = p.fma(t, FloatLanes.broadcast(0.9116889f));
        return p.mul(u);
    }
}
