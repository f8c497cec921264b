package dev.spectraledge.trainer.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Sequences of labelled tokens whose common beginnings are kept once (ours). What a causal model computes at a position
 * depends on the tokens up to there alone, so that sequences which begin alike need it once: the 5,000 test sequences of the
 * published Dyck experiments have 64,820 tokens, but only 15,625 different beginnings. Tokens are the same if their targets
 * are, too.
 */
public final class PrefixTree {
    private final Examples data;
    /** The distinct sequences, in the order of their content, so that those that begin alike are neighbours. */
    private final long[] sequences;

    private final double[] multiplicity;

    /**
     * What a sequence adds to those before it in its part.
     *
     * @param sequence its number
     * @param shared how many of its first tokens the one before it begins with
     * @param weights of the other tokens: how many sequences of the part have them
     */
    @SuppressWarnings("ArrayRecordComponent")
    public record Branch(long sequence, int shared, double[] weights) {}

    /**
     * Branches that make one batch, of which the first shares nothing.
     *
     * @param rows tokens that are kept
     * @param keys sum of the whole lengths of the sequences
     */
    public record Part(List<Branch> branches, int rows, int keys) {}

    private PrefixTree(Examples data, long[] sequences, double[] multiplicity) {
        this.data = data;
        this.sequences = sequences;
        this.multiplicity = multiplicity;
    }

    /** Of what a model is judged by; what has the same content under several numbers is put together. */
    public static PrefixTree of(EvaluationSet set) {
        Examples data = set.examples();
        Comparator<Long> byContent = inOrderOfContent(data);
        int[] order = IntStream.range(0, set.size())
                .boxed()
                .sorted((left, right) -> byContent.compare(set.example(left), set.example(right)))
                .mapToInt(Integer::intValue)
                .toArray();
        long[] sequences = new long[order.length];
        double[] multiplicity = new double[order.length];
        int count = 0;
        for (int index : order) {
            long sequence = set.example(index);
            if (count == 0 || byContent.compare(sequences[count - 1], sequence) != 0) {
                sequences[count++] = sequence;
            }
            multiplicity[count - 1] += set.multiplicity(index);
        }
        return new PrefixTree(data, Arrays.copyOf(sequences, count), Arrays.copyOf(multiplicity, count));
    }

    private static Comparator<Long> inOrderOfContent(Examples data) {
        return (left, right) -> {
            int common = common(data, left, right);
            if (common == data.length(left) || common == data.length(right)) {
                return Integer.compare(data.length(left), data.length(right));
            }
            int byToken = Integer.compare(data.token(left, common), data.token(right, common));
            return byToken != 0 ? byToken : Integer.compare(data.target(left, common), data.target(right, common));
        };
    }

    private static int common(Examples data, long left, long right) {
        int most = Math.min(data.length(left), data.length(right));
        int common = 0;
        while (common < most
                && data.token(left, common) == data.token(right, common)
                && data.target(left, common) == data.target(right, common)) {
            common++;
        }
        return common;
    }

    /**
     * A share of the sequences, in parts; the shares have about as many rows.
     *
     * @param mostRows of a part, unless one sequence has more
     * @param mostKeys likewise
     */
    public List<Part> parts(int share, int shares, int mostRows, int mostKeys) {
        List<Part> parts = new ArrayList<>();
        int from = boundary(share, shares);
        int to = boundary(share + 1, shares);
        while (from < to) {
            int end = from + 1;
            int rows = data.length(sequences[from]);
            int keys = rows;
            while (end < to && rows + own(end) <= mostRows && keys + data.length(sequences[end]) <= mostKeys) {
                rows += own(end);
                keys += data.length(sequences[end]);
                end++;
            }
            parts.add(new Part(branches(from, end), rows, keys));
            from = end;
        }
        return parts;
    }

    /** All sequences in one part. */
    public Part whole() {
        return parts(0, 1, Integer.MAX_VALUE, Integer.MAX_VALUE).getFirst();
    }

    /** Tokens that a sequence does not have in common with its neighbour. */
    private int own(int index) {
        return data.length(sequences[index]) - (index == 0 ? 0 : common(data, sequences[index - 1], sequences[index]));
    }

    /** The first sequence of a share. */
    private int boundary(int share, int shares) {
        long all = IntStream.range(0, sequences.length).mapToLong(this::own).sum();
        long before = 0;
        int index = 0;
        while (index < sequences.length && before < all * share / shares) {
            before += own(index++);
        }
        return index;
    }

    private List<Branch> branches(int from, int to) {
        List<Branch> branches = new ArrayList<>();
        double[][] weightsAt = new double[data.contextLength()][];
        int[] indexAt = new int[data.contextLength()];
        for (int index = from; index < to; index++) {
            int length = data.length(sequences[index]);
            int shared = index == from ? 0 : length - own(index);
            double[] weights = new double[length - shared];
            Arrays.setAll(indexAt, position -> position < shared ? indexAt[position] : position - shared);
            Arrays.fill(weightsAt, shared, length, weights);
            for (int position = 0; position < length; position++) {
                weightsAt[position][indexAt[position]] += multiplicity[index];
            }
            branches.add(new Branch(sequences[index], shared, weights));
        }
        return branches;
    }
}
