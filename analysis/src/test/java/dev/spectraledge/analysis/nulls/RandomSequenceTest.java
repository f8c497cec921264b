package dev.spectraledge.analysis.nulls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spectraledge.kernels.PhiloxKey;
import org.hipparchus.distribution.continuous.ChiSquaredDistribution;
import org.hipparchus.distribution.continuous.NormalDistribution;
import org.hipparchus.stat.inference.KolmogorovSmirnovTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RandomSequenceTest {
    private static final PhiloxKey KEY = new PhiloxKey(42, 3);
    private static final double LEVEL = 1e-4;

    @ParameterizedTest
    @ValueSource(doubles = {2, 3, 10, 131_072})
    void chiSquaredNumbersHaveTheirDistribution(double degrees) {
        RandomSequence random = new RandomSequence();
        random.seek(KEY, 0);
        double[] sample = new double[2000];
        for (int index = 0; index < sample.length; index++) {
            sample[index] = random.chiSquared(degrees);
        }
        double probability =
                new KolmogorovSmirnovTest().kolmogorovSmirnovTest(new ChiSquaredDistribution(degrees), sample);
        System.out.printf("chi squared of %.0f degrees: KS p = %.3f%n", degrees, probability);
        assertThat(probability).isGreaterThan(LEVEL);
    }

    @Test
    void normalNumbersHaveTheirDistribution() {
        RandomSequence random = new RandomSequence();
        random.seek(KEY, 0);
        double[] sample = new double[5000];
        for (int index = 0; index < sample.length; index++) {
            sample[index] = random.normal();
        }
        double probability = new KolmogorovSmirnovTest().kolmogorovSmirnovTest(new NormalDistribution(), sample);
        System.out.printf("normal: KS p = %.3f%n", probability);
        assertThat(probability).isGreaterThan(LEVEL);
    }

    @Test
    void theSamePlaceGivesTheSameNumbers() {
        RandomSequence first = new RandomSequence();
        first.seek(KEY, 5);
        double normal = first.normal();
        double uniform = first.uniform();
        RandomSequence second = new RandomSequence();
        second.seek(KEY, 5);
        assertThat(second.normal()).isEqualTo(normal);
        assertThat(second.uniform()).isEqualTo(uniform);
        assertThat(second.uniform()).isNotEqualTo(uniform);
    }
}
