package dev.spectraledge.analysis.experiment.trajectory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.analysis.experiment.trajectory.AnchoredTrajectory.Components;
import dev.spectraledge.analysis.nulls.NullModel;
import java.util.Arrays;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class WalkSurrogatesTest {
    private static final int POINTS = 10;
    private static final int SIZE = 60;
    private static final int DIRECTIONS = 3;
    private static final int DRAWS = 99;

    private static double[] all(double value) {
        double[] values = new double[POINTS];
        Arrays.fill(values, value);
        return values;
    }

    private static double probability(double[][] points, double kept, NullModel model, long seed) {
        AnchoredTrajectory trajectory = new AnchoredTrajectory(points, all(0));
        double observed = trajectory.outside(trajectory.directions(Components.UNCENTRED), DIRECTIONS);
        return new WalkSurrogates(points, all(kept), SIZE, seed)
                .outside(model, DIRECTIONS, DRAWS)
                .atMost(observed);
    }

    private static double fires(int walks, double kept, Function<Random, double[][]> drawn) {
        Random random = new Random(101);
        int fired = 0;
        for (int walk = 0; walk < walks; walk++) {
            fired += probability(drawn.apply(random), kept, NullModel.INDEPENDENT, walk) <= 0.05 ? 1 : 0;
        }
        return (double) fired / walks;
    }

    /** Of two tests that hold together with 95 % (Bonferroni). */
    private static void requireLevel(int walks) {
        for (double kept : new double[] {1, 0.8}) {
            assertThat(fires(walks, kept, random -> Walks.random(random, POINTS, SIZE, kept)))
                    .isCloseTo(0.05, within(2.241 * Math.sqrt(0.05 * 0.95 / walks)));
        }
    }

    @Test
    void randomWalksHaveFewDirectionsInOneOfTwentyCases() {
        requireLevel(300);
    }

    @Test
    @Tag("nightly")
    void randomWalksHaveFewDirectionsInOneOfTwentyOfManyCases() {
        requireLevel(4000);
    }

    @Test
    void walksInThreeDirectionsAreFound() {
        assertThat(fires(50, 1, random -> Walks.ofRank(random, POINTS, SIZE, 3, 0.03)))
                .isGreaterThan(0.95);
    }

    @Test
    void stepsThatFollowEachOtherAreNoDirectionsIfTheyAreExpectedTo() {
        Random random = new Random(31);
        int fired = 0;
        for (int walk = 0; walk < 60; walk++) {
            double[][] steps = Walks.random(random, POINTS, SIZE, 0.7);
            double[][] points = new double[POINTS][SIZE];
            for (int point = 1; point < POINTS; point++) {
                for (int element = 0; element < SIZE; element++) {
                    points[point][element] = points[point - 1][element] + steps[point][element];
                }
            }
            fired += probability(points, 1, NullModel.AUTOCORRELATED, walk) <= 0.05 ? 1 : 0;
        }
        // The lag-matched null is lenient: no more than its level, with the 97.5 % quantile of 60 such walks.
        assertThat(fired).isLessThanOrEqualTo(7);
    }

    /** Led to an end at a distance that no walk reaches by itself, it goes straight there. */
    @Test
    void aWalkThatIsLedArrivesAndGoesStraightIfTheEndIsFar() {
        WalkSurrogates walks = new WalkSurrogates(Walks.random(new Random(32), POINTS, SIZE, 1), all(1), SIZE, 1);
        WalkSurrogates.End arrived = walks.led(POINTS, 100, 0);
        assertThat(arrived.along()).isCloseTo(1, within(1e-9));
        assertThat(arrived.across()).isCloseTo(0, within(1e-4));
        WalkSurrogates.End far = walks.led(1, 1e9, 0);
        assertThat(far.along()).isCloseTo(1, within(0.01));
        WalkSurrogates.End near = walks.led(1, 100, 0);
        assertThat(near.along()).isLessThan(0.99);
    }
}
