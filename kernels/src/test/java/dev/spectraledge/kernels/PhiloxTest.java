package dev.spectraledge.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PhiloxTest {
    private static final int SAMPLES = 20_000;
    /** P(√n·D > 2.23) = 1e-4 by Kolmogorov's limit law 2·exp(−2x²). */
    private static final double KOLMOGOROV_1E_4 = Math.sqrt(Math.log(2e4) / 2);
    /** Two-sided 1e-4 quantile of the normal distribution. */
    private static final double NORMAL_1E_4 = 3.891;

    private final int[] words = new int[Philox.WORDS];

    /** The published vectors of the Random123 distribution for philox4x32-10. */
    @ParameterizedTest
    @CsvSource({
        "0000000000000000, 0000000000000000, 0000000000000000, 6627e8d5 e169c58d bc57ac4c 9b00dbd8",
        "ffffffffffffffff, ffffffffffffffff, ffffffffffffffff, 408f276d 41c83b0e a20bc7c6 6d5451fd",
        "85a308d3243f6a88, 0370734413198a2e, 299f31d0a4093822, d16cfe09 94fdcceb 5001e420 24126ea1",
    })
    void givesTheKnownAnswers(String index, String stream, String seed, String expected) {
        PhiloxKey key = new PhiloxKey(Long.parseUnsignedLong(seed, 16), Long.parseUnsignedLong(stream, 16));

        Philox.block(key, Long.parseUnsignedLong(index, 16), words);

        assertThat(String.format("%08x %08x %08x %08x", words[0], words[1], words[2], words[3]))
                .isEqualTo(expected);
    }

    @Test
    void bitsAreTheHalvesOfABlock() {
        PhiloxKey key = new PhiloxKey(0, 0);

        assertThat(Philox.bits(key, 0, words)).isEqualTo(0xe169c58d_6627e8d5L);
        assertThat(Philox.bits(key, 1, words)).isEqualTo(0x9b00dbd8_bc57ac4cL);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 6, 7, (1L << 33) + 1})
    void bulkFormsGiveTheSameNumbersAtAnyBeginning(long first) {
        PhiloxKey key = new PhiloxKey(11, 12);
        for (int count = 0; count < 6; count++) {
            double[] uniforms = new double[count];
            double[] normals = new double[count];
            Philox.uniforms(key, first, uniforms, count, words);
            Philox.normals(key, first, normals, count, words);
            for (int i = 0; i < count; i++) {
                assertThat(uniforms[i]).isEqualTo(Philox.uniform(key, first + i, words));
                assertThat(normals[i]).isEqualTo(Philox.normal(key, first + i, words));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 42, 137, 2024})
    void uniformNumbersFollowTheUniformDistribution(long seed) {
        double[] sample = new double[SAMPLES];
        Philox.uniforms(new PhiloxKey(seed, 3), 0, sample, SAMPLES, words);

        assertThat(Arrays.stream(sample).boxed()).allMatch(value -> value >= 0 && value < 1);
        assertMoments(sample, 0.5, 1.0 / 12, 1.0 / 80);
        Arrays.sort(sample);
        assertThat(kolmogorovDistance(sample)).isLessThan(KOLMOGOROV_1E_4 / Math.sqrt(SAMPLES));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 42, 137, 2024})
    void normalNumbersFollowTheNormalDistribution(long seed) {
        double[] sample = new double[SAMPLES];
        Philox.normals(new PhiloxKey(seed, 4), 0, sample, SAMPLES, words);

        assertMoments(sample, 0, 1, 3);
        Arrays.sort(sample);
        for (int i = 0; i < SAMPLES; i++) {
            sample[i] = normalDistribution(sample[i]);
        }
        assertThat(kolmogorovDistance(sample)).isLessThan(KOLMOGOROV_1E_4 / Math.sqrt(SAMPLES));
    }

    @Test
    void neighboursStreamsAndSeedsAreUncorrelated() {
        double[] base = new double[SAMPLES + 1];
        double[] otherStream = new double[SAMPLES];
        double[] otherSeed = new double[SAMPLES];
        Philox.normals(new PhiloxKey(1, 1), 0, base, SAMPLES + 1, words);
        Philox.normals(new PhiloxKey(1, 2), 0, otherStream, SAMPLES, words);
        Philox.normals(new PhiloxKey(2, 1), 0, otherSeed, SAMPLES, words);

        double bound = NORMAL_1E_4 * Math.sqrt(SAMPLES);
        assertThat(Math.abs(product(base, Arrays.copyOfRange(base, 1, SAMPLES + 1))))
                .isLessThan(bound);
        assertThat(Math.abs(product(base, otherStream))).isLessThan(bound);
        assertThat(Math.abs(product(base, otherSeed))).isLessThan(bound);
    }

    @Test
    void belowCountsEveryValueEquallyOften() {
        int bound = 7;
        int[] counts = new int[bound];
        for (int i = 0; i < SAMPLES; i++) {
            counts[Philox.below(new PhiloxKey(5, 5), i, bound, words)]++;
        }
        double expected = (double) SAMPLES / bound;
        double chiSquare = 0;
        for (int count : counts) {
            chiSquare += (count - expected) * (count - expected) / expected;
        }
        // 1e-4 quantile of chi-square with 6 degrees of freedom.
        assertThat(chiSquare).isLessThan(27.86);
        assertThat(Philox.below(new PhiloxKey(5, 5), 3, 1, words)).isZero();
    }

    @Test
    void belowRefusesABoundThatIsNotPositive() {
        assertThatThrownBy(() -> Philox.below(new PhiloxKey(5, 5), 3, 0, words))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("must be positive");
    }

    @Test
    void roundingNeverReachesTheUpperEnd() {
        double largest = 1 - 0x1p-53;

        assertThat(Philox.between(largest, 1, 2)).isEqualTo(Math.nextDown(2.0));
        assertThat(Philox.between(0.5, -1, 1)).isZero();
        assertThat(Philox.betweenFloat(largest, -1, 1)).isEqualTo(Math.nextDown(1f));
        assertThat(Philox.betweenFloat(largest, 0, 0.1)).isLessThanOrEqualTo(Math.nextDown(0.1f));
        assertThat((double) Philox.betweenFloat(largest, 0, 0.3)).isLessThan(0.3);
        assertThat(Philox.betweenFloat(0.25, 0, 1)).isEqualTo(0.25f);
    }

    private static void assertMoments(double[] sample, double mean, double variance, double fourthMoment) {
        double sum = 0;
        double squares = 0;
        for (double value : sample) {
            sum += value;
            squares += (value - mean) * (value - mean);
        }
        assertThat(Math.abs(sum / sample.length - mean)).isLessThan(NORMAL_1E_4 * Math.sqrt(variance / sample.length));
        assertThat(Math.abs(squares / sample.length - variance))
                .isLessThan(NORMAL_1E_4 * Math.sqrt((fourthMoment - variance * variance) / sample.length));
    }

    private static double kolmogorovDistance(double[] sortedProbabilities) {
        double distance = 0;
        int n = sortedProbabilities.length;
        for (int i = 0; i < n; i++) {
            distance = Math.max(distance, (i + 1.0) / n - sortedProbabilities[i]);
            distance = Math.max(distance, sortedProbabilities[i] - (double) i / n);
        }
        return distance;
    }

    /** Φ by Simpson's rule from 0, independent of the functions under test. */
    private static double normalDistribution(double x) {
        int steps = 64;
        double width = Math.abs(x) / steps;
        double sum = 1 + Math.exp(-x * x / 2);
        for (int i = 1; i < steps; i++) {
            double t = i * width;
            sum += (i % 2 == 0 ? 2 : 4) * Math.exp(-t * t / 2);
        }
        double half = sum * width / 3 / Math.sqrt(2 * Math.PI);
        return x < 0 ? 0.5 - half : 0.5 + half;
    }

    private static double product(double[] x, double[] y) {
        double sum = 0;
        for (int i = 0; i < SAMPLES; i++) {
            sum += x[i] * y[i];
        }
        return sum;
    }
}
