package dev.spectraledge.analysis.spectrum;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.hipparchus.linear.Array2DRowRealMatrix;
import org.hipparchus.linear.SingularValueDecomposition;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DirectionOverlapTest {
    private static final double DEGREES = 1e-5;

    private final SyntheticTrajectory trajectory = new SyntheticTrajectory(3, 6, 40, 0.01, 0.05);
    private final GramSpectrum current = new GramSpectrum(5);
    private final GramSpectrum previous = new GramSpectrum(5);
    private final DirectionOverlap overlap = new DirectionOverlap(5);
    private double[][] now;
    private double[][] before;

    @BeforeEach
    void compareConsecutiveWindows() {
        ProductHistory history = trajectory.history(5, DecaySource.NONE, 6);
        current.compute(history.gram(), 1, 6);
        previous.compute(history.gram(), 0, 5);
        overlap.compute(history.gram(), current, previous, 5);
        now = trajectory.directions(1, 6);
        before = trajectory.directions(0, 5);
    }

    @Test
    void anglesAreThoseBetweenTheDirectionsThemselves() {
        assertThat(overlap.modes()).isEqualTo(5);
        for (int mode = 0; mode < 5; mode++) {
            double cosine = Math.abs(SyntheticTrajectory.dot(now[mode], before[mode]));
            assertThat(overlap.cosine(mode)).isCloseTo(cosine, within(1e-10));
            assertThat(overlap.angleDegrees(mode)).isCloseTo(Math.toDegrees(Math.acos(cosine)), within(DEGREES));
        }
    }

    @Test
    void principalAnglesAreThoseBetweenTheSpans() {
        for (int dimension = 2; dimension <= 3; dimension++) {
            double[][] cosines = new double[dimension][dimension];
            for (int row = 0; row < dimension; row++) {
                for (int column = 0; column < dimension; column++) {
                    cosines[row][column] = SyntheticTrajectory.dot(now[row], before[column]);
                }
            }
            double smallest = new SingularValueDecomposition(new Array2DRowRealMatrix(cosines))
                    .getSingularValues()[dimension - 1];
            assertThat(overlap.largestPrincipalAngleDegrees(dimension))
                    .isCloseTo(Math.toDegrees(Math.acos(smallest)), within(DEGREES));
        }
        assertThat(overlap.largestPrincipalAngleDegrees(6)).isNaN();
    }

    @Test
    void aWindowDoesNotRotateAgainstItself() {
        ProductHistory history = trajectory.history(5, DecaySource.NONE, 6);
        overlap.compute(history.gram(), current, current, 5);
        assertThat(overlap.angleDegrees(0)).isCloseTo(0, within(DEGREES));
        assertThat(overlap.largestPrincipalAngleDegrees(3)).isCloseTo(0, within(DEGREES));
    }
}
