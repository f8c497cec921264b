package dev.spectraledge.analysis.experiment.probe;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * What a statistic is worth where labels do not belong to the features (ours): whole sequences of labels are exchanged
 * between sequences of the same length, so that everything that position and length alone explain is still explained.
 *
 * @param observed with the labels as they are
 * @param draws with exchanged labels, ascending
 */
@SuppressWarnings("ArrayRecordComponent")
public record PermutationNull(double observed, double[] draws) {

    /**
     * Draws the null.
     *
     * @param sequences to which sequence each row belongs; rows of one sequence follow one another
     * @param statistic of labels, of which large values say that there is something
     */
    public static PermutationNull of(
            int seed, int count, int[] sequences, double[] labels, ToDoubleFunction<double[]> statistic) {
        NumpyRandom random = NumpyRandom.seeded(seed);
        Map<Integer, List<Integer>> firstRows = firstRows(sequences);
        double[] draws = new double[count];
        for (int draw = 0; draw < count; draw++) {
            draws[draw] = statistic.applyAsDouble(exchanged(random, firstRows, labels));
        }
        Arrays.sort(draws);
        return new PermutationNull(statistic.applyAsDouble(labels), draws);
    }

    /** First rows of the sequences of each length. */
    private static Map<Integer, List<Integer>> firstRows(int[] sequences) {
        Map<Integer, List<Integer>> byLength = new TreeMap<>();
        int first = 0;
        for (int row = 1; row <= sequences.length; row++) {
            if (row == sequences.length || sequences[row] != sequences[first]) {
                byLength.computeIfAbsent(row - first, length -> new ArrayList<>())
                        .add(first);
                first = row;
            }
        }
        return byLength;
    }

    private static double[] exchanged(NumpyRandom random, Map<Integer, List<Integer>> firstRows, double[] labels) {
        double[] result = new double[labels.length];
        firstRows.forEach((length, firsts) -> {
            int[] order = random.permutation(firsts.size());
            IntStream.range(0, order.length)
                    .forEach(place ->
                            System.arraycopy(labels, firsts.get(order[place]), result, firsts.get(place), length));
        });
        return result;
    }

    /** Share of the labellings, the observed one included, with at least the observed value. */
    public double probability() {
        long exceeding = Arrays.stream(draws).filter(draw -> draw >= observed).count();
        return (1.0 + (double) exceeding) / (1.0 + draws.length);
    }

    /** The draw that 95 % do not exceed. */
    public double upper() {
        return draws[(int) Math.ceil(0.95 * draws.length) - 1];
    }
}
