package dev.spectraledge.analysis.experiment.functional;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.analysis.experiment.HiddenStates;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Spectra of hidden states that are known. */
class PositionGramTest {
    private static final double ROUNDING = 1e-10;
    private static final int POSITIONS = 12;
    private static final int SEQUENCES = 40;

    private static HiddenStates states(double wave, long seed) {
        Random random = new Random(seed);
        int rows = SEQUENCES * POSITIONS;
        int[] sequence = new int[rows];
        int[] position = new int[rows];
        double[][] values = new double[rows][3];
        for (int row = 0; row < rows; row++) {
            sequence[row] = row / POSITIONS;
            position[row] = row % POSITIONS;
            for (int feature = 0; feature < 3; feature++) {
                values[row][feature] =
                        5 + wave * Math.cos(2 * Math.PI * 4 * position[row] / POSITIONS) + random.nextGaussian();
            }
        }
        return new HiddenStates("test", sequence, position, new int[rows], new int[rows], values);
    }

    @Test
    void thePowerIsThatOfTheSignals() {
        HiddenStates states = states(0, 1);
        double[] expected = new double[POSITIONS / 2 + 1];
        PowerSpectrum spectrum = new PowerSpectrum(POSITIONS);
        for (int sequence = 0; sequence < SEQUENCES; sequence++) {
            for (int feature = 0; feature < 3; feature++) {
                double[] signal = new double[POSITIONS];
                for (int position = 0; position < POSITIONS; position++) {
                    signal[position] = states.values()[sequence * POSITIONS + position][feature];
                }
                spectrum.add(signal, 1, expected);
            }
        }
        double[] power = PositionGram.of(states, POSITIONS).power();
        for (int frequency = 0; frequency < expected.length; frequency++) {
            assertThat(power[frequency]).isCloseTo(expected[frequency], within(ROUNDING * expected[0]));
        }
        assertThat(PowerSpectrum.dominant(power)).isZero();
    }

    @Test
    void withoutTheMeanNothingIsLeftAtFrequencyZero() {
        double[] power = PositionGram.of(states(0, 2), POSITIONS).centred().power();
        assertThat(power[0]).isCloseTo(0, within(ROUNDING * power[1]));
    }

    @Test
    void aWaveIsFoundAndNoiseIsNot() {
        PositionGram wave = PositionGram.of(states(0.5, 3), POSITIONS).centred();
        assertThat(PowerSpectrum.dominant(wave.power())).isEqualTo(4);
        assertThat(PositionalFourier.permuted(wave, 1).probability(PowerSpectrum.largest(wave.power(), 1)))
                .isEqualTo(0.01);
        PositionGram noise = PositionGram.of(states(0, 4), POSITIONS).centred();
        assertThat(PositionalFourier.permuted(noise, 1).probability(PowerSpectrum.largest(noise.power(), 1)))
                .isGreaterThan(0.05);
    }
}
