package dev.spectraledge.analysis.experiment.probe;

import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Rows that a probe is fitted to and rows that it is judged on.
 *
 * @param train indices of rows
 * @param test indices of other rows
 */
@SuppressWarnings("ArrayRecordComponent")
public record ProbeSplit(int[] train, int[] test) {
    private static final double TRAIN_SHARE = 0.7;

    /** As published: tokens at random, the first ⌊0.7n⌋ of a permutation to fit; tokens of one sequence are on both sides. */
    public static ProbeSplit ofTokens(NumpyRandom random, int rows) {
        int[] order = random.permutation(rows);
        int fitted = (int) (TRAIN_SHARE * rows);
        return new ProbeSplit(Arrays.copyOf(order, fitted), Arrays.copyOfRange(order, fitted, rows));
    }

    /**
     * Whole sequences at random, ⌊0.7·sequences⌋ of them to fit (ours). Where the same input occurs in a fitted sequence as
     * well, as a prefix does that both begin with, its row is not judged on, so that nothing can be looked up.
     *
     * @param sequences to which sequence each row belongs
     * @param inputs equal exactly for rows that the model cannot tell apart
     */
    public static ProbeSplit ofSequences(int seed, int[] sequences, int[] inputs) {
        int[] distinct = Arrays.stream(sequences).distinct().toArray();
        int[] order = NumpyRandom.seeded(seed).permutation(distinct.length);
        int fitted = (int) (TRAIN_SHARE * distinct.length);
        Map<Integer, Boolean> isFitted = new HashMap<>();
        for (int place = 0; place < order.length; place++) {
            isFitted.put(distinct[order[place]], place < fitted);
        }
        int[] train = rows(sequences, isFitted, true);
        Set<Integer> seen = new HashSet<>();
        for (int row : train) {
            seen.add(inputs[row]);
        }
        int[] test = Arrays.stream(rows(sequences, isFitted, false))
                .filter(row -> !seen.contains(inputs[row]))
                .toArray();
        return new ProbeSplit(train, test);
    }

    private static int[] rows(int[] sequences, Map<Integer, Boolean> isFitted, boolean wanted) {
        int[] rows = new int[sequences.length];
        int count = 0;
        for (int row = 0; row < sequences.length; row++) {
            if (isFitted.get(sequences[row]) == wanted) {
                rows[count++] = row;
            }
        }
        return Arrays.copyOf(rows, count);
    }

    /** Rows to fit. */
    public double[][] train(double[][] features) {
        return select(features, train);
    }

    /** Rows to judge on. */
    public double[][] test(double[][] features) {
        return select(features, test);
    }

    /** Labels of the rows to fit. */
    public double[] train(double[] labels) {
        return select(labels, train);
    }

    /** Labels of the rows to judge on. */
    public double[] test(double[] labels) {
        return select(labels, test);
    }

    private static double[][] select(double[][] features, int[] rows) {
        return Arrays.stream(rows).mapToObj(row -> features[row]).toArray(double[][]::new);
    }

    private static double[] select(double[] labels, int[] rows) {
        return Arrays.stream(rows).mapToDouble(row -> labels[row]).toArray();
    }
}
