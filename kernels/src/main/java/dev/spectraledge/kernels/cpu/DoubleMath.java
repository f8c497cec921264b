package dev.spectraledge.kernels.cpu;

import static dev.spectraledge.kernels.cpu.DoubleLanes.ELEMENT;
import static dev.spectraledge.kernels.cpu.DoubleLanes.SPECIES;
import static dev.spectraledge.kernels.cpu.DoubleLanes.VECTOR;
import static dev.spectraledge.kernels.cpu.RawMemory.ALL;
import static dev.spectraledge.kernels.cpu.RawMemory.ORDER;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Elementary functions of double arrays in memory, whose lengths are whole vectors, from polynomials of our own (Chebyshev
 * interpolation in 50 digits). The twin for float is {@link FloatMath}. A target may be its source.
 */
final class DoubleMath {
    private static final double LOG2_E = 1.4426950408889634;
    /** ln 2 in two parts; the first has so few bits that its product with an exponent is exact. */
    private static final double LN2_HIGH = 0x1.62e42feep-1;

    private static final double LN2_LOW = 1.9082149292705877e-10;
    /** Adding it rounds to an integer, which then stands, with the exponent's bias, in the lowest bits. */
    private static final double ROUND_AND_BIAS = 0x1.8p52 + 1023;

    /** Below this, e^x is zero here. */
    private static final double SMALLEST_EXPONENT = -708.39;

    private static final int MANTISSA_BITS = 52;
    /** Beyond this, e^{−x²/2} is zero here. */
    private static final double TAIL_END = 39;

    private DoubleMath() {}

    /**
     * target ← e^x for x up to 709, to about 1 ulp; 0 where the result would be below the normal numbers. Reduction to
     * |r| ≤ ln 2 / 2, then 1 + r + r²/2 + r³·q(r) with a remainder below 3.5e-17.
     */
    static void exp(int count, long source, long target) {
        exp(count, source, 1, 0, target);
    }

    /** The same of factor·x + summand, which is rounded once. */
    static void exp(int count, long source, double factor, double summand, long target) {
        DoubleVector factors = DoubleVector.broadcast(SPECIES, factor);
        DoubleVector summands = DoubleVector.broadcast(SPECIES, summand);
        long bytes = (long) count * ELEMENT;
        for (long at = 0; at < bytes; at += VECTOR) {
            DoubleVector x = DoubleVector.fromMemorySegment(SPECIES, ALL, source + at, ORDER)
                    .fma(factors, summands);
            DoubleVector rounded =
                    x.fma(DoubleVector.broadcast(SPECIES, LOG2_E), DoubleVector.broadcast(SPECIES, ROUND_AND_BIAS));
            DoubleVector exponent = rounded.sub(ROUND_AND_BIAS);
            DoubleVector r = exponent.fma(DoubleVector.broadcast(SPECIES, -LN2_HIGH), x);
            r = exponent.fma(DoubleVector.broadcast(SPECIES, -LN2_LOW), r);
            DoubleVector p = DoubleVector.broadcast(SPECIES, 2.509563297507093e-08);
            p = p.fma(r, DoubleVector.broadcast(SPECIES, 2.761390867578486e-07));
            p = p.fma(r, DoubleVector.broadcast(SPECIES, 2.755727992579576e-06));
            p = p.fma(r, DoubleVector.broadcast(SPECIES, 2.480153620505534e-05));
            p = p.fma(r, DoubleVector.broadcast(SPECIES, 0.00019841269854409363));
            p = p.fma(r, DoubleVector.broadcast(SPECIES, 0.0013888888905973543));
            p = p.fma(r, DoubleVector.broadcast(SPECIES, 0.008333333333332147));
            p = p.fma(r, DoubleVector.broadcast(SPECIES, 0.041666666666651246));
            p = p.fma(r, DoubleVector.broadcast(SPECIES, 0.16666666666666666));
            p = p.fma(r, DoubleVector.broadcast(SPECIES, 0.5));
            p = p.fma(r, DoubleVector.broadcast(SPECIES, 1));
            p = p.fma(r, DoubleVector.broadcast(SPECIES, 1));
            DoubleVector power = rounded.reinterpretAsLongs()
                    .lanewise(VectorOperators.LSHL, MANTISSA_BITS)
                    .reinterpretAsDoubles();
            p = p.mul(power).blend(0, x.compare(VectorOperators.LT, SMALLEST_EXPONENT));
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
            DoubleVector x = DoubleVector.fromMemorySegment(SPECIES, ALL, source + at, ORDER);
            DoubleVector a = x.abs();
            a = a.blend(TAIL_END, a.compare(VectorOperators.GT, TAIL_END));
            DoubleVector square = a.mul(a);
            DoubleVector error = a.fma(a, square.neg());
            DoubleVector y = square.mul(-0.5);
            DoubleVector rounded =
                    y.fma(DoubleVector.broadcast(SPECIES, LOG2_E), DoubleVector.broadcast(SPECIES, ROUND_AND_BIAS));
            DoubleVector exponent = rounded.sub(ROUND_AND_BIAS);
            DoubleVector r = exponent.fma(DoubleVector.broadcast(SPECIES, -LN2_HIGH), y);
            r = exponent.fma(DoubleVector.broadcast(SPECIES, -LN2_LOW), r);
            DoubleVector p = DoubleVector.broadcast(SPECIES, 2.509563297507093e-08);
            p = p.fma(r, DoubleVector.broadcast(SPECIES, 2.761390867578486e-07));
            p = p.fma(r, DoubleVector.broadcast(SPECIES, 2.755727992579576e-06));
            p = p.fma(r, DoubleVector.broadcast(SPECIES, 2.480153620505534e-05));
            p = p.fma(r, DoubleVector.broadcast(SPECIES, 0.00019841269854409363));
            p = p.fma(r, DoubleVector.broadcast(SPECIES, 0.0013888888905973543));
            p = p.fma(r, DoubleVector.broadcast(SPECIES, 0.008333333333332147));
            p = p.fma(r, DoubleVector.broadcast(SPECIES, 0.041666666666651246));
            p = p.fma(r, DoubleVector.broadcast(SPECIES, 0.16666666666666666));
            p = p.fma(r, DoubleVector.broadcast(SPECIES, 0.5));
            p = p.fma(r, DoubleVector.broadcast(SPECIES, 1));
            p = p.fma(r, DoubleVector.broadcast(SPECIES, 1));
            DoubleVector power = rounded.reinterpretAsLongs()
                    .lanewise(VectorOperators.LSHL, MANTISSA_BITS)
                    .reinterpretAsDoubles();
            p = p.mul(power).blend(0, y.compare(VectorOperators.LT, SMALLEST_EXPONENT));
            p.fma(error.mul(-0.5), p).intoMemorySegment(ALL, target + at, ORDER);
        }
    }

    /**
     * target ← Φ(x), the normal distribution function, to about 4 ulp in both tails, from the {@link #gaussian} of x. With
     * u = 1/(|x| + 4), Φ(−|x|) is the gaussian times u times a polynomial in u, after the idea of Shepherd and Laframboise
     * (1981) for the scaled complementary error function; the interpolation error is below 4e-17.
     */
    static void normalDistribution(int count, long source, long gaussian, long target) {
        long bytes = (long) count * ELEMENT;
        for (long at = 0; at < bytes; at += VECTOR) {
            DoubleVector x = DoubleVector.fromMemorySegment(SPECIES, ALL, source + at, ORDER);
            DoubleVector a = x.abs();
            a = a.blend(TAIL_END, a.compare(VectorOperators.GT, TAIL_END));
            DoubleVector u = DoubleVector.broadcast(SPECIES, 1).div(a.add(4));
            DoubleVector t = u.fma(
                    DoubleVector.broadcast(SPECIES, 8.820512820512821),
                    DoubleVector.broadcast(SPECIES, -1.205128205128205));
            DoubleVector t2 = t.mul(t);
            DoubleVector t4 = t2.mul(t2);
            DoubleVector p = DoubleVector.broadcast(SPECIES, -1.1266701221127188e-10);
            p = p.fma(t, DoubleVector.broadcast(SPECIES, -2.635776281124104e-10));
            p = p.fma(t, DoubleVector.broadcast(SPECIES, 1.681621892563751e-09));
            p = p.fma(t, DoubleVector.broadcast(SPECIES, 1.563978732395446e-09));
            p = p.fma(t, DoubleVector.broadcast(SPECIES, -1.3774221944487106e-08));
            p = p.fma(t, DoubleVector.broadcast(SPECIES, 3.3023059595427897e-09));
            p = p.fma(t, DoubleVector.broadcast(SPECIES, 8.389602629793169e-08));
            DoubleVector t8 = t4.mul(t4);
            DoubleVector middle = DoubleVector.broadcast(SPECIES, -1.152902906648431e-07);
            middle = middle.fma(t, DoubleVector.broadcast(SPECIES, -4.353971988103287e-07));
            middle = middle.fma(t, DoubleVector.broadcast(SPECIES, 1.2139794559976532e-06));
            middle = middle.fma(t, DoubleVector.broadcast(SPECIES, 2.184018727379988e-06));
            middle = middle.fma(t, DoubleVector.broadcast(SPECIES, -1.0463933801882705e-05));
            middle = middle.fma(t, DoubleVector.broadcast(SPECIES, -1.362229305586182e-05));
            middle = middle.fma(t, DoubleVector.broadcast(SPECIES, 8.84701791926671e-05));
            middle = middle.fma(t, DoubleVector.broadcast(SPECIES, 0.00014720806298855065));
            p = p.fma(t8, middle);
            DoubleVector low = DoubleVector.broadcast(SPECIES, -0.0007374208919565948);
            low = low.fma(t, DoubleVector.broadcast(SPECIES, -0.0025014590567395407));
            low = low.fma(t, DoubleVector.broadcast(SPECIES, 0.0032588461900461374));
            low = low.fma(t, DoubleVector.broadcast(SPECIES, 0.04290632677694199));
            low = low.fma(t, DoubleVector.broadcast(SPECIES, 0.1563699554679435));
            low = low.fma(t, DoubleVector.broadcast(SPECIES, 0.36390673682703856));
            low = low.fma(t, DoubleVector.broadcast(SPECIES, 0.6212441022247254));
            low = low.fma(t, DoubleVector.broadcast(SPECIES, 0.8153383968425169));
            p = p.fma(t8, low);
            DoubleVector tail = p.mul(u).mul(DoubleVector.fromMemorySegment(SPECIES, ALL, gaussian + at, ORDER));
            DoubleVector.broadcast(SPECIES, 1)
                    .sub(tail)
                    .blend(tail, x.compare(VectorOperators.LT, 0))
                    .intoMemorySegment(ALL, target + at, ORDER);
        }
    }
}
