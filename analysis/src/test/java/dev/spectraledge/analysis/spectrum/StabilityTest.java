package dev.spectraledge.analysis.spectrum;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class StabilityTest {
    private final SyntheticTrajectory trajectory = new SyntheticTrajectory(5, 6, 30, 0.01, 0.05);
    private final ProductHistory history = trajectory.history(5, DecaySource.NONE, 6);
    private final GramSpectrum current = new GramSpectrum(5);
    private final GramSpectrum previous = new GramSpectrum(5);

    StabilityTest() {
        current.compute(history.gram(), 1, 6);
        previous.compute(history.gram(), 0, 5);
    }

    @Test
    void slideChangeIsTheFrobeniusNormOfTheWholeOperator() {
        double[] incoming = trajectory.updates[5];
        double[] outgoing = trajectory.updates[0];
        double expected = 0;
        for (int row = 0; row < incoming.length; row++) {
            for (int column = 0; column < incoming.length; column++) {
                double change = incoming[row] * incoming[column] - outgoing[row] * outgoing[column];
                expected += change * change;
            }
        }
        double change = Stability.slideChange(
                history.gram().get(5, 5),
                history.gram().get(0, 0),
                history.gram().get(0, 5));
        assertThat(change).isCloseTo(expected, within(1e-13 * expected));
        // Eigenvalues move by at most the perturbation (Hoffman and Wielandt 1953).
        assertThat(Stability.spectrumChange(current, previous)).isLessThan(change);
    }

    @Test
    void coefficientComparesTheChangeWithTheNearestEigenvalue() {
        double second = Math.pow(current.singularValue(1), 2);
        double nearest = Math.min(
                Math.pow(current.singularValue(0), 2) - second, second - Math.pow(current.singularValue(2), 2));
        double change = 0.25 * nearest * nearest;
        assertThat(Stability.amongModes(current, 1, change)).isCloseTo(0.75, within(1e-12));
        assertThat(Stability.amongModes(current, 1, 4 * nearest * nearest)).isZero();
    }

    @Test
    void theLastModeIsNearTheZerosOfAllOtherDirections() {
        double last = Math.pow(current.singularValue(4), 2);
        double toNext = Math.pow(current.singularValue(3), 2) - last;
        double nearest = Math.min(last, toNext);
        assertThat(Stability.amongAllDirections(current, 4, 0.5 * nearest * nearest))
                .isCloseTo(0.5, within(1e-12));
        assertThat(Stability.amongModes(current, 4, 0.5 * toNext * toNext)).isCloseTo(0.5, within(1e-12));
    }
}
