package dev.spectraledge.analysis.experiment.probe;

import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.statistic.Null;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * A statistic of labels, and what it is worth where labels do not belong to the features (ours): whole sequences of labels are
 * exchanged between sequences of the same length, so that everything that position and length alone explain is still
 * explained.
 *
 * @param observed with the labels as they are
 * @param exchanged with exchanged labels
 */
public record LabelExchange(double observed, Null exchanged) {

    /**
     * Draws the null.
     *
     * @param sequences to which sequence each row belongs; rows of one sequence follow one another
     * @param statistic of labels, of which large values say that there is something
     */
    public static LabelExchange of(
            int seed, int count, int[] sequences, double[] labels, ToDoubleFunction<double[]> statistic) {
        NumpyRandom random = NumpyRandom.seeded(seed);
        Map<Integer, List<Integer>> firstRows = firstRows(sequences);
        double[] draws = new double[count];
        for (int draw = 0; draw < count; draw++) {
            draws[draw] = statistic.applyAsDouble(exchanged(random, firstRows, labels));
        }
        return new LabelExchange(statistic.applyAsDouble(labels), Null.of(draws));
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

    /** Of at least the observed value where labels do not belong to the features. */
    public double probability() {
        return exchanged.probability(observed);
    }

    /** Adds the statistic, its 95 % bound for exchanged labels, and its p value. */
    void report(Findings findings, String quantity, String item, long step) {
        findings.controlled(quantity, item, step, observed);
        findings.controlled(quantity + "/exchanged", item, step, exchanged.upper());
        findings.controlled(quantity + "-p", item, step, probability());
    }
}
