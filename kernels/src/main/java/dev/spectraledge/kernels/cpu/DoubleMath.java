package dev.spectraledge.kernels.cpu;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Elementary functions on double vectors, from polynomials of our own (Chebyshev interpolation in 50 digits). The twin
 * for float is {@link FloatMath}.
 */
final class DoubleMath {
    /** Beyond this, e^{−a²/2} is zero here. */
    static final double NORMAL_TAIL_END = 39;

    private static final double LOG2_E = 1.4426950408889634;
    /** ln 2 in two parts; the first has so few bits that its product with an exponent is exact. */
    private static final double LN2_HIGH = 0x1.62e42feep-1;

    private static final double LN2_LOW = 1.9082149292705877e-10;
    /** Adding it rounds to an integer, which then stands, with the exponent's bias, in the lowest bits. */
    private static final double ROUND_AND_BIAS = 0x1.8p52 + 1023;

    private static final double SMALLEST_EXPONENT = -708.39;
    private static final int MANTISSA_BITS = 52;

    private DoubleMath() {}

    /**
     * e^x for x up to 709, to about 1 ulp; 0 where the result would be below the normal numbers. Reduction to |r| ≤ ln
     * 2 / 2, then 1 + r + r²/2 + r³·q(r) with a remainder below 3.5e-17.
     */
    static DoubleVector exp(DoubleVector x) {
        DoubleVector rounded = x.fma(DoubleLanes.broadcast(LOG2_E), DoubleLanes.broadcast(ROUND_AND_BIAS));
        DoubleVector exponent = rounded.sub(ROUND_AND_BIAS);
        DoubleVector r = exponent.fma(DoubleLanes.broadcast(-LN2_HIGH), x);
        r = exponent.fma(DoubleLanes.broadcast(-LN2_LOW), r);
        DoubleVector p = DoubleLanes.broadcast(2.509563297507093e-08);
        p = p.fma(r, DoubleLanes.broadcast(2.761390867578486e-07));
        p = p.fma(r, DoubleLanes.broadcast(2.755727992579576e-06));
        p = p.fma(r, DoubleLanes.broadcast(2.480153620505534e-05));
        p = p.fma(r, DoubleLanes.broadcast(0.00019841269854409363));
        p = p.fma(r, DoubleLanes.broadcast(0.0013888888905973543));
        p = p.fma(r, DoubleLanes.broadcast(0.008333333333332147));
        p = p.fma(r, DoubleLanes.broadcast(0.041666666666651246));
        p = p.fma(r, DoubleLanes.broadcast(0.16666666666666666));
        p = p.fma(r, DoubleLanes.broadcast(0.5));
        p = p.fma(r, DoubleLanes.broadcast(1));
        p = p.fma(r, DoubleLanes.broadcast(1));
        DoubleVector power = rounded.reinterpretAsLongs()
                .lanewise(VectorOperators.LSHL, MANTISSA_BITS)
                .reinterpretAsDoubles();
        return p.mul(power).blend(0, x.compare(VectorOperators.LT, SMALLEST_EXPONENT));
    }

    /**
     * Φ(−a)·e^{a²/2} for 0 ≤ a ≤ {@link #NORMAL_TAIL_END}, to about 2 ulp, Φ the normal distribution function. It is a
     * polynomial in 1/(a + 4), times 1/(a + 4), after the idea of Shepherd and Laframboise (1981) for the scaled
     * complementary error function; the interpolation error is below 4e-17.
     */
    static DoubleVector scaledNormalTail(DoubleVector a) {
        DoubleVector u = DoubleLanes.broadcast(1).div(a.add(4));
        DoubleVector t = u.fma(DoubleLanes.broadcast(8.820512820512821), DoubleLanes.broadcast(-1.205128205128205));
        DoubleVector p = DoubleLanes.broadcast(-1.1266701221127188e-10);
        p = p.fma(t, DoubleLanes.broadcast(-2.635776281124104e-10));
        p = p.fma(t, DoubleLanes.broadcast(1.681621892563751e-09));
        p = p.fma(t, DoubleLanes.broadcast(1.563978732395446e-09));
        p = p.fma(t, DoubleLanes.broadcast(-1.3774221944487106e-08));
        p = p.fma(t, DoubleLanes.broadcast(3.3023059595427897e-09));
        p = p.fma(t, DoubleLanes.broadcast(8.389602629793169e-08));
        p = p.fma(t, DoubleLanes.broadcast(-1.152902906648431e-07));
        p = p.fma(t, DoubleLanes.broadcast(-4.353971988103287e-07));
        p = p.fma(t, DoubleLanes.broadcast(1.2139794559976532e-06));
        p = p.fma(t, DoubleLanes.broadcast(2.184018727379988e-06));
        p = p.fma(t, DoubleLanes.broadcast(-1.0463933801882705e-05));
        p = p.fma(t, DoubleLanes.broadcast(-1.362229305586182e-05));
        p = p.fma(t, DoubleLanes.broadcast(8.84701791926671e-05));
        p = p.fma(t, DoubleLanes.broadcast(0.00014720806298855065));
        p = p.fma(t, DoubleLanes.broadcast(-0.0007374208919565948));
        p = p.fma(t, DoubleLanes.broadcast(-0.0025014590567395407));
        p = p.fma(t, DoubleLanes.broadcast(0.0032588461900461374));
        p = p.fma(t, DoubleLanes.broadcast(0.04290632677694199));
        p = p.fma(t, DoubleLanes.broadcast(0.1563699554679435));
        p = p.fma(t, DoubleLanes.broadcast(0.36390673682703856));
        p = p.fma(t, DoubleLanes.broadcast(0.6212441022247254));
        p = p.fma(t, DoubleLanes.broadcast(0.8153383968425169));
        return p.mul(u);
    }
}
