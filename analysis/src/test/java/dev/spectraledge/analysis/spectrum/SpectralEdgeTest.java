package dev.spectraledge.analysis.spectrum;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class SpectralEdgeTest {
    private static final double TOLERANCE = 1e-14;

    /** A window of orthogonal updates has their norms for singular values. */
    private static GramSpectrum spectrum(double... singularValues) {
        GramMatrix gram = new GramMatrix(singularValues.length);
        gram.resize(singularValues.length);
        for (int row = 0; row < singularValues.length; row++) {
            for (int column = 0; column <= row; column++) {
                gram.set(row, column, row == column ? singularValues[row] * singularValues[row] : 0);
            }
        }
        GramSpectrum spectrum = new GramSpectrum(singularValues.length);
        spectrum.compute(gram, 0, singularValues.length);
        return spectrum;
    }

    @Test
    void theTwoDefinitionsOfThePositionDiffer() {
        // Ratios 1.25, 2, 1.33; weighted by the share of σ 0.67, 0.86, 0.29.
        GramSpectrum late = spectrum(5, 4, 2, 1.5);
        assertThat(SpectralEdge.position(late)).isEqualTo(2);
        assertThat(SpectralEdge.weightedPosition(late)).isEqualTo(2);
        // Ratios 1.5, 1.6; weighted 10/17.9·1.5 against 6.67/17.9·1.6.
        GramSpectrum close = spectrum(10, 6.6666, 4.1666);
        assertThat(SpectralEdge.position(close)).isEqualTo(2);
        assertThat(SpectralEdge.weightedPosition(close)).isEqualTo(1);
    }

    @Test
    void gapRatioAndSubleadingGapFollowTheirFormulas() {
        GramSpectrum spectrum = spectrum(5, 4, 2, 1.5);
        assertThat(SpectralEdge.gap(spectrum, 2)).isCloseTo(2, within(TOLERANCE));
        assertThat(SpectralEdge.ratio(spectrum, 2)).isCloseTo(2, within(TOLERANCE));
        assertThat(SpectralEdge.subleadingGap(spectrum)).isCloseTo(12, within(16 * TOLERANCE));
        assertThat(spectrum.trace()).isCloseTo(47.25, within(48 * TOLERANCE));
    }

    @Test
    void twoRowsGiveTheSquareOfTheSecondAsSubleadingGap() {
        assertThat(SpectralEdge.subleadingGap(spectrum(3, 2))).isCloseTo(4, within(4 * TOLERANCE));
    }

    @Test
    void negligibleSingularValuesCountAsAGapOfFixedRatio() {
        // 1e6·(1/2) behind the second beats (1/2)·1; the thesis's floor gives the same position.
        GramSpectrum rankTwo = spectrum(1, 1, 0);
        assertThat(SpectralEdge.weightedPosition(rankTwo)).isEqualTo(2);
        assertThat(SpectralEdge.position(rankTwo)).isEqualTo(2);
        assertThat(SpectralEdge.ratio(rankTwo, 2)).isCloseTo(1e15, within(1e15 * TOLERANCE));
    }

    @Test
    void aVanishingSpectrumHasPositionAndRatioOne() {
        GramSpectrum zero = spectrum(0, 0, 0);
        assertThat(SpectralEdge.position(zero)).isEqualTo(1);
        assertThat(SpectralEdge.weightedPosition(zero)).isEqualTo(1);
        assertThat(SpectralEdge.ratio(zero, 1)).isEqualTo(1);
    }
}
