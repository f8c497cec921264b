package dev.spectraledge.trainer.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Bfloat16Test {
    private static double value(int bits) {
        return Float.intBitsToFloat(bits << 16);
    }

    /** The nearest of a number's neighbours, by exact distances; of two the one whose last digit is 0. */
    private static int nearest(double value) {
        int below = Float.floatToRawIntBits((float) value) >>> 16;
        int best = below;
        for (int bits = below - 1; bits <= below + 1; bits++) {
            int order = distance(bits, value).compareTo(distance(best, value));
            if (order < 0 || (order == 0 && (bits & 1) == 0)) {
                best = bits;
            }
        }
        return best;
    }

    private static BigDecimal distance(int bits, double value) {
        return new BigDecimal(value(bits)).subtract(new BigDecimal(value)).abs();
    }

    @Test
    void isTheNearestNumber() {
        SplittableRandom random = new SplittableRandom(1);
        for (int draw = 0; draw < 20_000; draw++) {
            double value =
                    (random.nextBoolean() ? 1 : -1) * random.nextDouble() * Math.pow(2, random.nextInt(-100, 100));
            assertThat(Bfloat16.nearest(value) & 0xffff).as("%s", value).isEqualTo(nearest(value));
            assertThat(Bfloat16.nearest((float) value) & 0xffff).as("%s", value).isEqualTo(nearest((float) value));
        }
    }

    /** In the middle, above it by less than a float32 shows, and below it. */
    @Test
    void roundsOnce() {
        assertThat(Bfloat16.nearest(0x1.01p0) & 0xffff).isEqualTo(0x3f80);
        assertThat(Bfloat16.nearest(0x1.03p0) & 0xffff).isEqualTo(0x3f82);
        assertThat(Bfloat16.nearest(0x1.0100000001p0) & 0xffff).isEqualTo(0x3f81);
        assertThat(Bfloat16.nearest(-0x1.0100000001p0) & 0xffff).isEqualTo(0xbf81);
        assertThat(Bfloat16.nearest(0x1.02ffffffffp0) & 0xffff).isEqualTo(0x3f81);
        assertThat(Bfloat16.nearest(0x1.03p0 - 0x1p-50) & 0xffff).isEqualTo(0x3f81);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.0, -0.0, 1, -2.5, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 0x1p-130})
    void keepsWhatItHas(double value) {
        assertThat(value(Bfloat16.nearest(value))).isEqualTo(value);
    }

    @Test
    void overflowsAndKeepsNaN() {
        assertThat(value(Bfloat16.nearest(1e39))).isEqualTo(Double.POSITIVE_INFINITY);
        assertThat(value(Bfloat16.nearest(-Float.MAX_VALUE))).isEqualTo(Double.NEGATIVE_INFINITY);
        assertThat(value(Bfloat16.nearest(Double.NaN))).isNaN();
        // Its only digit is in the lower half.
        assertThat(value(Bfloat16.nearest(Float.intBitsToFloat(0x7f80_0001)))).isNaN();
    }
}
