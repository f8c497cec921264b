package dev.spectraledge.kernels.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spectraledge.kernels.MemoryOwner;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** {@link FloatMath} and {@link DoubleMath} against values of more digits, in units in the last place. */
class ElementaryFunctionsTest {
    private static final int COUNT = 4096;
    /** The bounds that the kernels' documentation gives, and one unit for the rounding of the expected value. */
    private static final double EXP_ULPS = 2;

    private static final double NORMAL_ULPS = 5;

    /** Arguments that float and double share, and Φ of them, computed in 40 digits by mpmath. */
    private static final double[][] NORMAL = {
        {-37.5, 4.605353009581955e-308},
        {-20, 2.7536241186062337e-89},
        {-10, 7.619853024160525e-24},
        {-5.25, 7.604960516488715e-08},
        {-3, 0.0013498980316300946},
        {-1, 0.15865525393145705},
        {-0.5, 0.3085375387259869},
        {-0.0009765625, 0.4996104079912195},
        {0, 0.5},
        {0.5, 0.6914624612740131},
        {1, 0.8413447460685429},
        {3, 0.9986501019683699},
        {8.25, 0.9999999999999999},
    };

    private final MemoryOwner owner = MemoryOwner.open("elementary functions");
    private final long source = owner.allocate(COUNT * (long) Double.BYTES).address();
    private final long gaussian = owner.allocate(COUNT * (long) Double.BYTES).address();
    private final long target = owner.allocate(COUNT * (long) Double.BYTES).address();

    @AfterEach
    void close() {
        owner.close();
    }

    @Test
    void exponentialOfDoubles() {
        Random random = new Random(1);
        for (int i = 0; i < COUNT; i++) {
            DoubleLanes.write(source + (long) i * Double.BYTES, random.nextDouble(-708, 708));
        }
        DoubleMath.exp(COUNT, source, target);
        double worst = 0;
        for (int i = 0; i < COUNT; i++) {
            double expected = StrictMath.exp(DoubleLanes.read(source + (long) i * Double.BYTES));
            double error = Math.abs(DoubleLanes.read(target + (long) i * Double.BYTES) - expected);
            worst = Math.max(worst, error / Math.ulp(expected));
        }
        assertThat(worst).isLessThanOrEqualTo(EXP_ULPS);
    }

    @Test
    void exponentialOfFloats() {
        Random random = new Random(2);
        for (int i = 0; i < COUNT; i++) {
            FloatLanes.write(source + (long) i * Float.BYTES, random.nextFloat(-87, 88));
        }
        FloatMath.exp(COUNT, source, target);
        double worst = 0;
        for (int i = 0; i < COUNT; i++) {
            double expected = Math.exp(FloatLanes.read(source + (long) i * Float.BYTES));
            double error = Math.abs(FloatLanes.read(target + (long) i * Float.BYTES) - expected);
            worst = Math.max(worst, error / Math.ulp((float) expected));
        }
        assertThat(worst).isLessThanOrEqualTo(EXP_ULPS);
    }

    @Test
    void exponentialAtItsEnds() {
        double[] ends = {Double.NEGATIVE_INFINITY, -1e30, -800, 0, Double.NaN};
        for (int i = 0; i < COUNT; i++) {
            FloatLanes.write(source + (long) i * Float.BYTES, (float) ends[i % ends.length]);
        }
        FloatMath.exp(COUNT, source, target);
        assertThat(new float[] {at(0), at(1), at(2), at(3), at(4)}).containsExactly(0, 0, 0, 1, Float.NaN);
    }

    private float at(int index) {
        return FloatLanes.read(target + (long) index * Float.BYTES);
    }

    @Test
    void normalDistributionOfDoublesHasItsDigitsInBothTails() {
        for (int i = 0; i < COUNT; i++) {
            DoubleLanes.write(source + (long) i * Double.BYTES, NORMAL[i % NORMAL.length][0]);
        }
        DoubleMath.gaussian(COUNT, source, gaussian);
        DoubleMath.normalDistribution(COUNT, source, gaussian, target);
        for (int i = 0; i < NORMAL.length; i++) {
            double expected = NORMAL[i][1];
            assertThat(Math.abs(DoubleLanes.read(target + (long) i * Double.BYTES) - expected) / Math.ulp(expected))
                    .as("normal distribution function at %s", NORMAL[i][0])
                    .isLessThanOrEqualTo(NORMAL_ULPS);
        }
    }

    @Test
    void normalDistributionOfFloatsHasItsDigitsInBothTails() {
        Random random = new Random(3);
        for (int i = 0; i < COUNT; i++) {
            float x = random.nextFloat(-13, 13);
            FloatLanes.write(source + (long) i * Float.BYTES, x);
            DoubleLanes.write(gaussian + (long) i * Double.BYTES, x);
        }
        long inDouble = owner.allocate(COUNT * (long) Double.BYTES).address();
        DoubleMath.gaussian(COUNT, gaussian, inDouble);
        DoubleMath.normalDistribution(COUNT, gaussian, inDouble, inDouble);
        FloatMath.gaussian(COUNT, source, gaussian);
        FloatMath.normalDistribution(COUNT, source, gaussian, target);
        double worst = 0;
        for (int i = 0; i < COUNT; i++) {
            double expected = DoubleLanes.read(inDouble + (long) i * Double.BYTES);
            double error = Math.abs(at(i) - expected);
            worst = Math.max(worst, error / Math.ulp((float) expected));
        }
        assertThat(worst).isLessThanOrEqualTo(NORMAL_ULPS);
    }
}
