package dev.spectraledge.analysis.experiment.functional;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.analysis.experiment.HiddenStates;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Brackets at a known distance from each other. */
class BracketSeparationTest {
    private static final int ROWS = 2000;
    /** Three standard errors of a difference of two means of ROWS / 2 standard normal variates. */
    private static final double ERROR = 3 * Math.sqrt(4.0 / ROWS);

    private static double separation(double distance) {
        Random random = new Random(4);
        int[] token = new int[ROWS];
        double[][] projected = new double[ROWS][2];
        for (int row = 0; row < ROWS; row++) {
            token[row] = row % 2;
            projected[row][1] = distance * token[row] + random.nextGaussian();
        }
        int[] none = new int[ROWS];
        return BracketSeparation.of(new HiddenStates("output", none, none, token, none, projected), projected, 1);
    }

    @Test
    void bracketsAtADistanceAreThatFarApart() {
        // The standard deviation is known to 1/√ROWS.
        assertThat(separation(2)).isCloseTo(2, within(ERROR + 3 * 2 / Math.sqrt(ROWS)));
    }

    @Test
    void bracketsThatAreAlikeAreNotApart() {
        assertThat(separation(0)).isLessThan(ERROR);
    }
}
