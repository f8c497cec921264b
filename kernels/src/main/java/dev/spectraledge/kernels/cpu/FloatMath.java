package dev.spectraledge.kernels.cpu;

import static dev.spectraledge.kernels.cpu.FloatLanes.ELEMENT;
import static dev.spectraledge.kernels.cpu.FloatLanes.SPECIES;
import static dev.spectraledge.kernels.cpu.FloatLanes.VECTOR;
import static dev.spectraledge.kernels.cpu.RawMemory.ALL;
import static dev.spectraledge.kernels.cpu.RawMemory.ORDER;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Elementary functions of float arrays in memory, whose lengths are whole vectors, from polynomials of our own (Chebyshev
 * interpolation in 50 digits). The twin for double is {@link DoubleMath}. A target may be its source.
 */
final class FloatMath {
    private static final float LOG2_E = 1.442695f;
    /** ln 2 in two parts; the first has so few bits that its product with an exponent is exact. */
    private static final float LN2_HIGH = 0x1.63p-1f;

    private static final float LN2_LOW = -2.12194440e-4f;
    /** Adding it rounds to an integer, which then stands, with the exponent's bias, in the lowest bits. */
    private static final float ROUND_AND_BIAS = 0x1.8p23f + 127f;

    /** Below this, e^x is zero here. */
    private static final float SMALLEST_EXPONENT = -87.33f;

    private static final int MANTISSA_BITS = 23;
    /** Beyond this, e^{−x²/2} is zero here. */
    private static final float TAIL_END = 14f;

    private FloatMath() {}

    /**
     * target ← e^x for x up to 88, to about 1 ulp; 0 where the result would be below the normal numbers. Reduction to
     * |r| ≤ ln 2 / 2, then 1 + r + r²/2 + r³·q(r) with a remainder below 2.1e-8.
     */
    static void exp(int count, long source, long target) {
        exp(count, source, 1, 0, target);
    }

    /** The same of factor·x + summand, which is rounded once. */
    static void exp(int count, long source, float factor, float summand, long target) {
        FloatVector factors = FloatVector.broadcast(SPECIES, factor);
        FloatVector summands = FloatVector.broadcast(SPECIES, summand);
        long bytes = (long) count * ELEMENT;
        for (long at = 0; at < bytes; at += VECTOR) {
            FloatVector x = FloatVector.fromMemorySegment(SPECIES, ALL, source + at, ORDER)
                    .fma(factors, summands);
            FloatVector rounded =
                    x.fma(FloatVector.broadcast(SPECIES, LOG2_E), FloatVector.broadcast(SPECIES, ROUND_AND_BIAS));
            FloatVector exponent = rounded.sub(ROUND_AND_BIAS);
            FloatVector r = exponent.fma(FloatVector.broadcast(SPECIES, -LN2_HIGH), x);
            r = exponent.fma(FloatVector.broadcast(SPECIES, -LN2_LOW), r);
            FloatVector p = FloatVector.broadcast(SPECIES, 0.0013918773f);
            p = p.fma(r, FloatVector.broadcast(SPECIES, 0.008357248f));
            p = p.fma(r, FloatVector.broadcast(SPECIES, 0.041666623f));
            p = p.fma(r, FloatVector.broadcast(SPECIES, 0.16666631f));
            p = p.fma(r, FloatVector.broadcast(SPECIES, 0.5f));
            p = p.fma(r, FloatVector.broadcast(SPECIES, 1f));
            p = p.fma(r, FloatVector.broadcast(SPECIES, 1f));
            FloatVector power = rounded.reinterpretAsInts()
                    .lanewise(VectorOperators.LSHL, MANTISSA_BITS)
                    .reinterpretAsFloats();
            p = p.mul(power).blend(0f, x.compare(VectorOperators.LT, SMALLEST_EXPONENT));
            p.intoMemorySegment(ALL, target + at, ORDER);
        }
    }

    /**
     * target ← e^{−x²/2}, to about 2 ulp. The rounding error of x² is put back, because the exponential would magnify it;
     * else as {@link #exp}, written out again to spare a pass over memory.
     */
    static void gaussian(int count, long source, long target) {
        long bytes = (long) count * ELEMENT;
        for (long at = 0; at < bytes; at += VECTOR) {
            FloatVector x = FloatVector.fromMemorySegment(SPECIES, ALL, source + at, ORDER);
            FloatVector a = x.abs();
            a = a.blend(TAIL_END, a.compare(VectorOperators.GT, TAIL_END));
            FloatVector square = a.mul(a);
            FloatVector error = a.fma(a, square.neg());
            FloatVector y = square.mul(-0.5f);
            FloatVector rounded =
                    y.fma(FloatVector.broadcast(SPECIES, LOG2_E), FloatVector.broadcast(SPECIES, ROUND_AND_BIAS));
            FloatVector exponent = rounded.sub(ROUND_AND_BIAS);
            FloatVector r = exponent.fma(FloatVector.broadcast(SPECIES, -LN2_HIGH), y);
            r = exponent.fma(FloatVector.broadcast(SPECIES, -LN2_LOW), r);
            FloatVector p = FloatVector.broadcast(SPECIES, 0.0013918773f);
            p = p.fma(r, FloatVector.broadcast(SPECIES, 0.008357248f));
            p = p.fma(r, FloatVector.broadcast(SPECIES, 0.041666623f));
            p = p.fma(r, FloatVector.broadcast(SPECIES, 0.16666631f));
            p = p.fma(r, FloatVector.broadcast(SPECIES, 0.5f));
            p = p.fma(r, FloatVector.broadcast(SPECIES, 1f));
            p = p.fma(r, FloatVector.broadcast(SPECIES, 1f));
            FloatVector power = rounded.reinterpretAsInts()
                    .lanewise(VectorOperators.LSHL, MANTISSA_BITS)
                    .reinterpretAsFloats();
            p = p.mul(power).blend(0f, y.compare(VectorOperators.LT, SMALLEST_EXPONENT));
            p.fma(error.mul(-0.5f), p).intoMemorySegment(ALL, target + at, ORDER);
        }
    }

    /**
     * target ← Φ(x), the normal distribution function, to about 4 ulp in both tails, from the {@link #gaussian} of x. With
     * u = 1/(|x| + 4), Φ(−|x|) is the gaussian times u times a polynomial in u, after the idea of Shepherd and Laframboise
     * (1981) for the scaled complementary error function; the interpolation error is below 1.3e-8.
     */
    static void normalDistribution(int count, long source, long gaussian, long target) {
        long bytes = (long) count * ELEMENT;
        for (long at = 0; at < bytes; at += VECTOR) {
            FloatVector x = FloatVector.fromMemorySegment(SPECIES, ALL, source + at, ORDER);
            FloatVector a = x.abs();
            a = a.blend(TAIL_END, a.compare(VectorOperators.GT, TAIL_END));
            FloatVector u = FloatVector.broadcast(SPECIES, 1f).div(a.add(4f));
            FloatVector t =
                    u.fma(FloatVector.broadcast(SPECIES, 10.285714f), FloatVector.broadcast(SPECIES, -1.5714285f));
            FloatVector t2 = t.mul(t);
            FloatVector t4 = t2.mul(t2);
            FloatVector p = FloatVector.broadcast(SPECIES, 1.2518372e-05f);
            p = p.fma(t, FloatVector.broadcast(SPECIES, 5.9143e-05f));
            p = p.fma(t, FloatVector.broadcast(SPECIES, -0.00017233012f));
            p = p.fma(t, FloatVector.broadcast(SPECIES, -0.0012359357f));
            p = p.fma(t, FloatVector.broadcast(SPECIES, 0.0003864489f));
            p = p.fma(t, FloatVector.broadcast(SPECIES, 0.024006044f));
            FloatVector low = FloatVector.broadcast(SPECIES, 0.11434974f);
            low = low.fma(t, FloatVector.broadcast(SPECIES, 0.32065576f));
            low = low.fma(t, FloatVector.broadcast(SPECIES, 0.6302497f));
            low = low.fma(t, FloatVector.broadcast(SPECIES, 0.9116889f));
            p = p.fma(t4, low);
            FloatVector tail = p.mul(u).mul(FloatVector.fromMemorySegment(SPECIES, ALL, gaussian + at, ORDER));
            FloatVector.broadcast(SPECIES, 1f)
                    .sub(tail)
                    .blend(tail, x.compare(VectorOperators.LT, 0f))
                    .intoMemorySegment(ALL, target + at, ORDER);
        }
    }
}
