package dev.spectraledge.analysis.spectrum;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class GramSpectrumTest {
    @Test
    void agreesWithTheSingularValueDecompositionOfTheUpdates() {
        SyntheticTrajectory trajectory = new SyntheticTrajectory(1, 12, 60, 0.01, 0.05);
        ProductHistory history = trajectory.history(10, DecaySource.NONE, 12);
        GramSpectrum spectrum = new GramSpectrum(10);
        spectrum.compute(history.gram(), history.firstRow(), history.gram().rows());
        double[] expected = trajectory.singularValues(2, 12);
        for (int mode = 0; mode < 10; mode++) {
            // The Gram matrix squares: an error of rows·eps·σ_1² in σ_k² is rows·eps·σ_1²/(2σ_k) in σ_k.
            double tolerance = 16 * 10 * 0x1p-52 * expected[0] * expected[0] / expected[mode];
            assertThat(spectrum.singularValue(mode)).isCloseTo(expected[mode], within(tolerance));
            assertThat(spectrum.isResolved(mode)).isTrue();
        }
    }

    @Test
    void repeatedUpdatesLeaveUnresolvedModes() {
        GramMatrix gram = new GramMatrix(3);
        gram.resize(3);
        for (int row = 0; row < 3; row++) {
            for (int column = 0; column <= row; column++) {
                gram.set(row, column, 0.1);
            }
        }
        GramSpectrum spectrum = new GramSpectrum(3);
        spectrum.compute(gram, 0, 3);
        assertThat(spectrum.isResolved(0)).isTrue();
        assertThat(spectrum.isResolved(1)).isFalse();
        assertThat(spectrum.isResolved(2)).isFalse();
        assertThat(spectrum.singularValue(0)).isCloseTo(Math.sqrt(0.3), within(1e-15));
    }
}
