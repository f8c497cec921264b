package dev.spectraledge.analysis.experiment.probe;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LabelExchangeTest {
    private static final int SEQUENCES = 60;
    private static final int LENGTH = 5;
    private static final int ROWS = SEQUENCES * LENGTH;
    private final int[] sequences =
            IntStream.range(0, ROWS).map(row -> row / LENGTH).toArray();

    private static double[][] noise(int seed) {
        NumpyRandom random = NumpyRandom.seeded(seed);
        double[][] features = new double[ROWS][3];
        for (double[] row : features) {
            for (int column = 0; column < row.length; column++) {
                row[column] = random.uniform(-1, 1);
            }
        }
        return features;
    }

    /** Held-out R² of a regression that is decomposed once. */
    private ToDoubleFunction<double[]> heldOut(double[][] features) {
        ProbeSplit split =
                ProbeSplit.ofSequences(1, sequences, IntStream.range(0, ROWS).toArray());
        RidgeRegression regression = RidgeRegression.of(split.train(features), 0);
        double[][] test = split.test(features);
        return labels -> Determination.coefficient(
                split.test(labels), regression.fit(split.train(labels)).predict(test));
    }

    @Test
    void staysSilentWhereLabelsDoNotBelongToTheFeatures() {
        int fired = 0;
        for (int trial = 0; trial < 20; trial++) {
            double[] labels =
                    Arrays.stream(noise(100 + trial)).mapToDouble(row -> row[0]).toArray();
            LabelExchange found = LabelExchange.of(trial, 39, sequences, labels, heldOut(noise(trial)));
            fired += found.probability() <= 0.05 ? 1 : 0;
        }
        // One of twenty is expected; five or more have a probability of 0.3 %.
        assertThat(fired).isLessThan(5);
    }

    @Test
    void firesWhereTheyDo() {
        double[][] features = noise(3);
        double[][] other = noise(4);
        double[] labels = IntStream.range(0, ROWS)
                .mapToDouble(row -> features[row][1] + other[row][0])
                .toArray();
        LabelExchange found = LabelExchange.of(5, 39, sequences, labels, heldOut(features));
        assertThat(found.probability()).isEqualTo(1.0 / 40);
        assertThat(found.observed())
                .isGreaterThan(0.3)
                .isGreaterThan(found.exchanged().upper());
    }

    @Test
    void whatThePositionExplainsIsPartOfTheNull() {
        // The feature says the position and the label depends on nothing else.
        double[][] features = IntStream.range(0, ROWS)
                .mapToObj(row -> new double[] {row % LENGTH})
                .toArray(double[][]::new);
        double[] labels = IntStream.range(0, ROWS)
                .mapToDouble(row -> 2.0 * (row % LENGTH))
                .toArray();
        LabelExchange found = LabelExchange.of(5, 19, sequences, labels, heldOut(features));
        assertThat(found.exchanged().upper()).isGreaterThan(0.999);
    }

    @Test
    void exchangesOnlySequencesOfTheSameLength() {
        int[] lengths = {0, 0, 1, 2, 2, 3};
        double[] labels = {1, 2, 3, 4, 5, 6};
        LabelExchange.of(1, 30, lengths, labels, exchanged -> {
            assertThat(exchanged[0] + 1).isEqualTo(exchanged[1]);
            assertThat(exchanged[0]).isIn(1.0, 4.0);
            assertThat(exchanged[2]).isIn(3.0, 6.0);
            assertThat(Arrays.stream(exchanged).sum()).isEqualTo(21);
            return 0;
        });
    }
}
