package dev.spectraledge.analysis.experiment.trajectory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.analysis.experiment.trajectory.AnchoredTrajectory.Components;
import dev.spectraledge.analysis.experiment.trajectory.AnchoredTrajectory.Directions;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AnchoredTrajectoryTest {
    private static final int POINTS = 8;
    private static final int SIZE = 12;

    private static double[][] walkFrom(double first) {
        double[][] points = Walks.random(new Random(5), POINTS, SIZE, 1);
        for (double[] point : points) {
            point[0] += first;
        }
        return points;
    }

    private static double[] constant(double share) {
        double[] shares = new double[POINTS];
        Arrays.fill(shares, share);
        return shares;
    }

    @Test
    void allDirectionsRebuildTheLastPointWhateverTheAnchor() {
        double[][] points = walkFrom(7);
        for (double share : new double[] {1, 0, 0.3}) {
            AnchoredTrajectory trajectory = new AnchoredTrajectory(points, constant(share));
            Directions directions = trajectory.directions(Components.UNCENTRED);
            assertThat(trajectory.rebuilt(directions, directions.count()))
                    .containsExactly(points[POINTS - 1], within(1e-12));
            assertThat(trajectory.outside(directions, directions.count())).isCloseTo(0, within(1e-7));
        }
    }

    /** Of no direction the anchor is left: all of θ_0 as published, nothing of it in the other case. */
    @Test
    void noDirectionLeavesTheAnchor() {
        double[][] points = walkFrom(7);
        AnchoredTrajectory fromStart = new AnchoredTrajectory(points, constant(1));
        assertThat(fromStart.rebuilt(fromStart.directions(Components.UNCENTRED), 0))
                .containsExactly(points[0], within(0.0));
        AnchoredTrajectory whole = new AnchoredTrajectory(points, constant(0));
        assertThat(whole.rebuilt(whole.directions(Components.UNCENTRED), 0))
                .containsExactly(new double[SIZE], within(0.0));
    }

    /** By the largest eigenvector of the rows' products. */
    @Test
    void whatLiesOutsideIsTheSameByProducts() {
        AnchoredTrajectory trajectory = new AnchoredTrajectory(walkFrom(7), constant(1));
        double[][] products = new double[POINTS][POINTS];
        for (int row = 0; row < POINTS; row++) {
            for (int column = 0; column < POINTS; column++) {
                products[row][column] = AnchoredTrajectory.dot(
                        trajectory.rows()[row], trajectory.rows()[column]);
            }
        }
        Directions directions = trajectory.directions(Components.UNCENTRED);
        for (int count = 1; count < 6; count++) {
            assertThat(WalkSurrogates.outside(products, count))
                    .isCloseTo(trajectory.outside(directions, count), within(1e-10));
        }
    }

    /** A steady drift is one direction, and centring takes none of it away as long as it is long. */
    @Test
    void centringLosesTheDriftThatAllRowsHave() {
        double[][] points = new double[POINTS][SIZE];
        for (int point = 1; point < POINTS; point++) {
            points[point][0] = 10;
            points[point][1] = point % 2 == 0 ? 1 : -1;
        }
        AnchoredTrajectory trajectory = new AnchoredTrajectory(points, constant(1));
        assertThat(trajectory.outside(trajectory.directions(Components.UNCENTRED), 1))
                .isLessThan(0.2);
        assertThat(trajectory.outside(trajectory.directions(Components.CENTRED), 1))
                .isGreaterThan(0.9);
        assertThat(trajectory.outside(trajectory.directions(Components.CENTRED_WITH_START), 1))
                .isLessThan(0.2);
    }

    @Test
    void sharesAddUpToOne() {
        Directions directions = new AnchoredTrajectory(walkFrom(0), constant(1)).directions(Components.CENTRED);
        double sum = 0;
        for (int index = 0; index < directions.count(); index++) {
            sum += directions.share(index);
        }
        assertThat(sum).isCloseTo(1, within(1e-12));
    }
}
