package dev.spectraledge.analysis.experiment.functional;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Powers of signals whose spectrum is known. */
class PowerSpectrumTest {
    private static final double ROUNDING = 1e-12;

    @Test
    void aCosineHasAllOfItsPowerAtItsFrequency() {
        double[] signal = new double[24];
        for (int index = 0; index < signal.length; index++) {
            signal[index] = Math.cos(2 * Math.PI * 5 * index / signal.length);
        }
        double[] power = PowerSpectrum.of(signal);
        assertThat(power).hasSize(13);
        assertThat(PowerSpectrum.dominant(power)).isEqualTo(5);
        // |Σ cos²|² = (n/2)².
        assertThat(power[5]).isCloseTo(144, within(144 * ROUNDING));
        assertThat(PowerSpectrum.largest(power, 1)).isCloseTo(1, within(ROUNDING));
    }

    @Test
    void theBinsOfAnOddLengthHoldTheEnergy() {
        Random random = new Random(4);
        double[] signal = random.doubles(11).toArray();
        double[] power = PowerSpectrum.of(signal);
        assertThat(power).hasSize(6);
        double energy = Arrays.stream(signal).map(value -> value * value).sum();
        double twoSided = power[0] + 2 * Arrays.stream(power, 1, 6).sum();
        assertThat(twoSided).isCloseTo(11 * energy, within(11 * energy * ROUNDING));
    }

    @Test
    void aShorterSignalIsZeroBehind() {
        double[] power = new double[3];
        new PowerSpectrum(4).add(new double[] {3}, 2, power);
        assertThat(power).containsExactly(18, 18, 18);
        assertThat(PowerSpectrum.largest(new double[3], 1)).isNaN();
    }
}
