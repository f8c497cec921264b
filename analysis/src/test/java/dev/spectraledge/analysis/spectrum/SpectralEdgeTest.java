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

    /** The published window of the 124M model that ends at step 2,000; its tables print the numbers (SED §2.4). */
    @Test
    void definitionsOfThePositionDifferInThePublishedWindow() {
        long parameters = 163_150_848;
        GramSpectrum published = spectrum(198.58, 169.08, 122.47, 110.73, 106.22, 92.66, 78.30, 61.27, 44.58, 22.79);
        assertThat(SpectralEdge.position(published)).isEqualTo(9);
        assertThat(SpectralEdge.positionAboveNoise(published, parameters)).isEqualTo(2);
        assertThat(SpectralEdge.weightedPosition(published)).isEqualTo(2);
        // Half a unit of the last digit of each σ moves the edge's square by at most 0.01·Σσ/5 = 0.6.
        assertThat(Math.pow(SpectralEdge.noiseEdge(published, parameters), 2)).isCloseTo(4197.75, within(0.6));
        // 1.9561 at 9 against 1.3806 at 2, to half a unit of the last digit of each.
        assertThat(SpectralEdge.margin(published)).isCloseTo(1.9561 / 1.3806, within(1e-4));
    }

    @Test
    void nothingStandsAboveTheNoiseEdgeWhereAllModesAreAlike() {
        assertThat(SpectralEdge.positionAboveNoise(spectrum(1, 1, 1, 1, 1), 100))
                .isZero();
        assertThat(SpectralEdge.positionAboveNoise(spectrum(9, 8, 2, 1, 1), 1_000_000))
                .isEqualTo(2);
    }

    @Test
    void theMarginIsTheLargestRatioOverTheNext() {
        assertThat(SpectralEdge.margin(spectrum(3, 1))).isNaN();
        assertThat(SpectralEdge.margin(spectrum(6, 3, 1))).isCloseTo(1.5, within(TOLERANCE));
        assertThat(SpectralEdge.margin(spectrum(6, 2, 1))).isCloseTo(1.5, within(TOLERANCE));
        assertThat(SpectralEdge.margin(spectrum(12, 6, 1.5, 0.5))).isCloseTo(4.0 / 3, within(TOLERANCE));
    }
}
