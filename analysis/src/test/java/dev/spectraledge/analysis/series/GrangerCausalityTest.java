package dev.spectraledge.analysis.series;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.hipparchus.stat.regression.OLSMultipleLinearRegression;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class GrangerCausalityTest {
    private static final int SIZE = 80;

    /** Of independent series, that p may choose its order among two. */
    private static void requireLevel(int pairs) {
        Random random = new Random(91);
        int fired = 0;
        for (int pair = 0; pair < pairs; pair++) {
            fired += GrangerCausality.of(
                                            DrawnSeries.autoregressive(random, 0.5, SIZE),
                                            DrawnSeries.autoregressive(random, 0.5, SIZE),
                                            DrawnSeries.autoregressive(random, 0.9, SIZE))
                                    .probability()
                            <= 0.05
                    ? 1
                    : 0;
        }
        // The order is chosen by how well the first series does, which makes the test liberal: of two tests at most
        // twice 5 %.
        double share = (double) fired / pairs;
        assertThat(share).isGreaterThan(0.05 - 1.96 * Math.sqrt(0.05 * 0.95 / pairs));
        assertThat(share).isLessThan(0.10 + 1.96 * Math.sqrt(0.10 * 0.90 / pairs));
    }

    @Test
    void independentSeriesFireAboutAsOftenAsTheLevelSays() {
        requireLevel(400);
    }

    @Test
    @Tag("nightly")
    void independentSeriesFireAboutAsOftenAsTheLevelSaysInManyCases() {
        requireLevel(4000);
    }

    @Test
    void whatDrivesTheNextValueIsFoundAndNotTheReverse() {
        Random random = new Random(92);
        double[] x = DrawnSeries.autoregressive(random, 0.5, SIZE);
        double[] y = new double[SIZE];
        for (int index = 1; index < SIZE; index++) {
            y[index] = 0.3 * y[index - 1] + x[index - 1] + 0.5 * random.nextGaussian();
        }
        assertThat(GrangerCausality.of(x, y, new double[SIZE]).probability()).isLessThan(1e-6);
        assertThat(GrangerCausality.of(y, x, new double[SIZE]).probability()).isGreaterThan(0.01);
    }

    /** By the formula of Spectral Edge Dynamics §4.4 and another library's least squares. */
    @Test
    void theStatisticIsThatOfItsFormula() {
        double[] x = {1, 3, 2, 5, 4, 6};
        double[] y = {2, 1, 4, 3, 6, 5};
        GrangerCausality test = GrangerCausality.of(x, y, new double[6]);
        // Four values on a constant and four of the past leave no freedom.
        assertThat(test.order()).isEqualTo(1);
        double restricted = squares(y, new double[][] {ones(5), Arrays.copyOf(y, 5)});
        double whole = squares(y, new double[][] {ones(5), Arrays.copyOf(y, 5), Arrays.copyOf(x, 5)});
        assertThat(test.statistic()).isCloseTo((restricted - whole) / (whole / 2), within(1e-9));
    }

    private static double[] ones(int size) {
        return IntStream.range(0, size).mapToDouble(index -> 1).toArray();
    }

    private static double squares(double[] y, double[][] regressors) {
        double[] target = Arrays.copyOfRange(y, 1, y.length);
        OLSMultipleLinearRegression regression = new OLSMultipleLinearRegression();
        regression.setNoIntercept(true);
        double[][] rows = new double[target.length][regressors.length];
        for (int row = 0; row < rows.length; row++) {
            for (int column = 0; column < regressors.length; column++) {
                rows[row][column] = regressors[column][row];
            }
        }
        regression.newSampleData(target, rows);
        return regression.calculateResidualSumOfSquares();
    }

    @Test
    void aConstantSaysNothing() {
        assertThat(GrangerCausality.of(new double[SIZE], DrawnSeries.steps(SIZE), new double[SIZE])
                        .probability())
                .isEqualTo(1);
    }
}
