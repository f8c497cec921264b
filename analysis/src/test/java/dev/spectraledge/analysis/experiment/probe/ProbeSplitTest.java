package dev.spectraledge.analysis.experiment.probe;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ProbeSplitTest {
    @Test
    void tokensAreSplitSevenToThree() {
        ProbeSplit split = ProbeSplit.ofTokens(NumpyRandom.seeded(42), 12);
        assertThat(split.train()).containsExactly(10, 9, 0, 8, 5, 2, 1, 11);
        assertThat(split.test()).containsExactly(4, 7, 3, 6);
    }

    @Test
    void sequencesAreNeverOnBothSides() {
        int[] sequences = IntStream.range(0, 400).map(row -> row / 4).toArray();
        int[] inputs = IntStream.range(0, 400).toArray();
        ProbeSplit split = ProbeSplit.ofSequences(7, sequences, inputs);
        Set<Integer> fitted = new HashSet<>(
                Arrays.stream(split.train()).map(row -> sequences[row]).boxed().toList());
        assertThat(fitted).hasSize(70);
        assertThat(Arrays.stream(split.test()).boxed()).hasSize(120).allMatch(row -> !fitted.contains(sequences[row]));
    }

    @Test
    void inputsThatWereFittedAreNotJudgedOn() {
        int[] sequences = IntStream.range(0, 400).map(row -> row / 4).toArray();
        // The first row of all sequences is the same input, as a first opening bracket is.
        int[] inputs =
                IntStream.range(0, 400).map(row -> row % 4 == 0 ? 0 : row).toArray();
        ProbeSplit split = ProbeSplit.ofSequences(7, sequences, inputs);
        assertThat(split.train()).hasSize(280);
        assertThat(Arrays.stream(split.test()).boxed()).hasSize(90).allMatch(row -> row % 4 != 0);
    }

    @Test
    void rowsAreSelectedTogetherWithTheirLabels() {
        ProbeSplit split = new ProbeSplit(new int[] {2, 0}, new int[] {1});
        double[][] features = {{0}, {10}, {20}};
        double[] labels = {5, 6, 7};
        assertThat(split.train(features)).isDeepEqualTo(new double[][] {{20}, {0}});
        assertThat(split.train(labels)).containsExactly(7, 5);
        assertThat(split.test(features)).isDeepEqualTo(new double[][] {{10}});
        assertThat(split.test(labels)).containsExactly(6);
    }
}
