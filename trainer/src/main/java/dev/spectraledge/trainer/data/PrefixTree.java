package dev.spectraledge.trainer.data;

import java.util.ArrayList;
import java.util.Arrays;
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

    private final int[] multiplicity;

    /**
     * What a sequence adds to those before it in its part.
     *
     * @param sequence its number
     * @param shared how many of its first tokens the one before it begins with
     * @param counts of the other tokens: how many sequences of the part have them
     */
    @SuppressWarnings("ArrayRecordComponent")
    public record Branch(long sequence, int shared, int[] counts) {}

    /**
     * Branches that make one batch, of which the first shares nothing.
     *
     * @param rows tokens that are kept
     * @param keys sum of the whole lengths of the sequences
     */
    public record Part(List<Branch> branches, int rows, int keys) {}

    private PrefixTree(Examples data, long[] sequences, int[] multiplicity) {
        this.data = data;
        this.sequences = sequences;
        this.multiplicity = multiplicity;
    }

    /** Of what a model is judged by; what has the same content under several numbers is put together. */
    public static PrefixTree of(EvaluationSet set) {
        Examples data = set.examples();
        int[] order = IntStream.range(0, set.size())
                .boxed()
                .sorted((left, right) -> ContentOrder.compare(data, set.example(left), set.example(right)))
                .mapToInt(Integer::intValue)
                .toArray();
        long[] sequences = new long[order.length];
        int[] multiplicity = new int[order.length];
        int count = 0;
        for (int index : order) {
            long sequence = set.example(index);
            if (count == 0 || ContentOrder.compare(data, sequences[count - 1], sequence) != 0) {
                sequences[count++] = sequence;
            }
            multiplicity[count - 1] += set.multiplicity(index);
        }
        return new PrefixTree(data, Arrays.copyOf(sequences, count), Arrays.copyOf(multiplicity, count));
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
        return data.length(sequences[index])
                - (index == 0 ? 0 : ContentOrder.common(data, sequences[index - 1], sequences[index]));
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
        int[][] countsAt = new int[data.contextLength()][];
        int[] indexAt = new int[data.contextLength()];
        for (int index = from; index < to; index++) {
            int length = data.length(sequences[index]);
            int shared = index == from ? 0 : length - own(index);
            int[] counts = new int[length - shared];
            Arrays.setAll(indexAt, position -> position < shared ? indexAt[position] : position - shared);
            Arrays.fill(countsAt, shared, length, counts);
            for (int position = 0; position < length; position++) {
                countsAt[position][indexAt[position]] += multiplicity[index];
            }
            branches.add(new Branch(sequences[index], shared, counts));
        }
        return branches;
    }
}
