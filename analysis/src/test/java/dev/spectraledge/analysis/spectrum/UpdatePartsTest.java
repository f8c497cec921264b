package dev.spectraledge.analysis.spectrum;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class UpdatePartsTest {
    private static final double TOLERANCE = 1e-9;

    private static UpdateParts parts(SyntheticTrajectory trajectory, int window, int count) {
        ProductHistory history = trajectory.history(window, DecaySource.ACCUMULATED, count);
        GramSpectrum spectrum = new GramSpectrum(window);
        spectrum.compute(history.gram(), history.firstRow(), history.gram().rows());
        UpdateParts parts = new UpdateParts(window);
        parts.compute(spectrum, history.exact(), window);
        return parts;
    }

    @Test
    void sharesAreThoseOfTheProjectedVectors() {
        SyntheticTrajectory trajectory = new SyntheticTrajectory(11, 8, 40, 0.03, 0.05);
        UpdateParts parts = parts(trajectory, 5, 8);
        double[][] directions = trajectory.directions(3, 8);
        for (int mode = 0; mode < 5; mode++) {
            double gradientSquares = 0;
            double decaySquares = 0;
            double products = 0;
            for (int step = 3; step < 8; step++) {
                double decay = SyntheticTrajectory.dot(trajectory.decayParts[step], directions[mode]);
                double gradient = SyntheticTrajectory.dot(trajectory.updates[step], directions[mode]) - decay;
                gradientSquares += gradient * gradient;
                decaySquares += decay * decay;
                products += gradient * decay;
            }
            double share = gradientSquares / (gradientSquares + decaySquares);
            assertThat(parts.gradientShare(mode)).isCloseTo(share, within(TOLERANCE));
            assertThat(parts.decayShare(mode)).isCloseTo(1 - share, within(TOLERANCE));
            assertThat(parts.alignment(mode))
                    .isCloseTo(products / Math.sqrt(gradientSquares * decaySquares), within(TOLERANCE));
            assertThat(parts.meanProduct(mode)).isCloseTo(products / 5, within(TOLERANCE));
        }
    }

    @Test
    void withoutDecayAllMotionIsTheGradients() {
        UpdateParts parts = parts(new SyntheticTrajectory(12, 5, 40, 0, 0.05), 5, 5);
        assertThat(parts.gradientShare(0)).isEqualTo(1);
        assertThat(parts.decayShare(4)).isZero();
        assertThat(parts.alignment(0)).isNaN();
    }

    @Test
    void withoutGradientsAllMotionIsTheDecays() {
        // Pure decay shrinks along one direction: a single resolved mode.
        UpdateParts parts = parts(new SyntheticTrajectory(13, 3, 40, 0.1, 0), 3, 3);
        assertThat(parts.decayShare(0)).isCloseTo(1, within(TOLERANCE));
        assertThat(parts.gradientShare(1)).isNaN();
    }
}
