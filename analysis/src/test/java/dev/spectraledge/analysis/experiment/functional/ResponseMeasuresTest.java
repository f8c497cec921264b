package dev.spectraledge.analysis.experiment.functional;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.analysis.experiment.HiddenStates;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Responses that are known. */
class ResponseMeasuresTest {
    private static final double ROUNDING = 1e-12;
    private static final int POSITIONS = 8;
    private static final int ROWS = 400;

    private static HiddenStates change(boolean planted) {
        Random random = new Random(9);
        int[] sequence = new int[ROWS];
        int[] position = new int[ROWS];
        int[] token = new int[ROWS];
        int[] target = new int[ROWS];
        double[][] values = new double[ROWS][1];
        for (int row = 0; row < ROWS; row++) {
            sequence[row] = row / POSITIONS;
            position[row] = row % POSITIONS;
            token[row] = random.nextInt(2);
            target[row] = random.nextInt(6);
            double response = planted ? 1 + 2 * target[row] : random.nextDouble();
            values[row][0] = Math.sqrt(response);
        }
        return new HiddenStates("change", sequence, position, token, target, values);
    }

    @Test
    void aResponseThatGrowsWithDepthIsCorrelatedWithIt() {
        ResponseMeasures measures = ResponseMeasures.of(change(true), POSITIONS);
        assertThat(measures.correlation()).isCloseTo(1, within(ROUNDING));
        assertThat(measures.frequency()).isZero();
        assertThat(measures.concentration()).isGreaterThan(0.9);
    }

    @Test
    void aResponseThatHasNothingToDoWithDepthIsNot() {
        ResponseMeasures measures = ResponseMeasures.of(change(false), POSITIONS);
        // Three standard errors of a correlation of independent numbers.
        assertThat(measures.correlation()).isCloseTo(0, within(3 / Math.sqrt(ROWS)));
        assertThat(measures.mean()).isCloseTo(0.5, within(0.1));
        assertThat(measures.tokenRatio()).isCloseTo(1, within(0.2));
    }

    @Test
    void theRatioIsThatOfOpeningToClosingBrackets() {
        HiddenStates two = new HiddenStates(
                "change", new int[2], new int[] {0, 1}, new int[] {0, 1}, new int[] {1, 0}, new double[][] {{2}, {1}});
        ResponseMeasures measures = ResponseMeasures.of(two, 2);
        assertThat(measures.tokenRatio()).isEqualTo(4);
        // Powers of the profile (4, 1): 25 at ω = 0, 9 at ω = 1.
        assertThat(measures.concentration()).isCloseTo(25.0 / 34, within(ROUNDING));
    }
}
