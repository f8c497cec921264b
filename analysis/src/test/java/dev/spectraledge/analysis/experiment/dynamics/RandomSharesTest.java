package dev.spectraledge.analysis.experiment.dynamics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class RandomSharesTest {
    private static final int DRAWS = 20_000;
    /** Five standard errors of shares that are at most 1. */
    private static final double TOLERANCE = 5 / Math.sqrt(DRAWS) / 2;

    /** The square is Beta(1, 1), which is uniform: E√U. */
    private static final double OF_TWO_IN_FOUR = 2.0 / 3;

    @Test
    void twoOfFourDimensions() {
        assertThat(new RandomShares(1).mean(2, 4, DRAWS)).isCloseTo(OF_TWO_IN_FOUR, within(TOLERANCE));
    }

    @Test
    void inManyDimensionsItIsTheRootOfTheirRatio() {
        assertThat(new RandomShares(2).mean(36, 270_000, 2000)).isCloseTo(Math.sqrt(36.0 / 270_000), within(2e-4));
    }

    @Test
    void withOneBlockThatIsEverythingItIsThatOfTheBlock() {
        double found = new RandomShares(3).meanWithin(2, new double[] {9}, new long[] {4}, 9, DRAWS);
        assertThat(found).isCloseTo(OF_TWO_IN_FOUR, within(TOLERANCE));
    }

    @Test
    void normsOutsideOfAllBlocksDiluteTheShare() {
        double found = new RandomShares(3).meanWithin(2, new double[] {9, 0}, new long[] {4, 50}, 36, DRAWS);
        assertThat(found).isCloseTo(OF_TWO_IN_FOUR / 2, within(TOLERANCE));
    }
}
