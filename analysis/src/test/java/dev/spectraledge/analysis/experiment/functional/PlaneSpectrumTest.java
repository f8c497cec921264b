package dev.spectraledge.analysis.experiment.functional;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class PlaneSpectrumTest {
    private static final int PRIME = 13;

    private interface Response {
        double of(int a, int b);
    }

    private static PlaneSpectrum.Peak peak(Response response) {
        double[] responses = new double[PRIME * PRIME];
        for (int a = 0; a < PRIME; a++) {
            for (int b = 0; b < PRIME; b++) {
                responses[a * PRIME + b] = response.of(a, b);
            }
        }
        return new PlaneSpectrum(PRIME).peak(responses);
    }

    private static double wave(double phase) {
        return Math.cos(2 * Math.PI * phase / PRIME);
    }

    @Test
    void aWaveOfTheSumIsOneFrequency() {
        PlaneSpectrum.Peak peak = peak((a, b) -> 3 + wave(4 * (a + b) + 0.3));
        assertThat(peak.first()).isEqualTo(4);
        assertThat(peak.second()).isEqualTo(4);
        assertThat(peak.followsTheSum()).isTrue();
        assertThat(peak.share()).isCloseTo(1, within(1e-12));
    }

    /** Power goes with the square: 4 of 5 parts. */
    @Test
    void theStrongerOfTwoIsFound() {
        PlaneSpectrum.Peak peak = peak((a, b) -> 2 * wave(3 * a - 5 * b) + wave(2 * a));
        assertThat(peak.second()).isEqualTo(5);
        assertThat(peak.first()).isEqualTo(PRIME - 3);
        assertThat(peak.followsTheSum()).isFalse();
        assertThat(peak.share()).isCloseTo(0.8, within(1e-12));
    }

    @Test
    void aWaveOfOneOperandIsCountedOnce() {
        PlaneSpectrum.Peak ofFirst = peak((a, b) -> wave(2 * a));
        assertThat(ofFirst.first()).isEqualTo(2);
        assertThat(ofFirst.second()).isZero();
        assertThat(ofFirst.share()).isCloseTo(1, within(1e-12));
        PlaneSpectrum.Peak ofSecond = peak((a, b) -> wave(5 * b));
        assertThat(ofSecond.second()).isEqualTo(5);
        assertThat(ofSecond.share()).isCloseTo(1, within(1e-12));
    }

    /** An impulse has the same power at each of the (p² − 1)/2 frequencies. */
    @Test
    void everyFrequencyIsCountedOnce() {
        PlaneSpectrum.Peak peak = peak((a, b) -> a == 3 && b == 7 ? 1 : 0);
        assertThat(peak.share()).isCloseTo(2.0 / (PRIME * PRIME - 1), within(1e-12));
    }

    @Test
    void pairsWithoutAResponseDoNotMoveTheMean() {
        PlaneSpectrum.Peak peak = peak((a, b) -> (a + b) % 3 == 0 ? Double.NaN : 7);
        assertThat(peak.share()).isNaN();
    }
}
