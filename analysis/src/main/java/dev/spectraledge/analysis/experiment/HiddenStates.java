package dev.spectraledge.analysis.experiment;

import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * What one place of a model holds for each token of its inputs.
 *
 * @param layer such as {@code embedding}, {@code layer_0} or {@code normalised}
 * @param sequence of each row, counted from 0
 * @param position of each row in its sequence
 * @param token of each row
 * @param target of each row; negative where there is none
 * @param values {@code [rows][width]}
 */
public record HiddenStates(String layer, int[] sequence, int[] position, int[] token, int[] target, double[][] values) {

    /** Number of rows. */
    public int rows() {
        return values.length;
    }

    /** The rows that fulfil a condition, in their order. */
    public HiddenStates where(IntPredicate wanted) {
        int[] rows = IntStream.range(0, rows()).filter(wanted).toArray();
        return new HiddenStates(
                layer,
                pick(sequence, rows),
                pick(position, rows),
                pick(token, rows),
                pick(target, rows),
                IntStream.of(rows).mapToObj(row -> values[row]).toArray(double[][]::new));
    }

    private static int[] pick(int[] numbers, int[] rows) {
        return IntStream.of(rows).map(row -> numbers[row]).toArray();
    }

    /** The same rows with other values. */
    public HiddenStates with(String otherLayer, double[][] otherValues) {
        return new HiddenStates(otherLayer, sequence, position, token, target, otherValues);
    }
}
