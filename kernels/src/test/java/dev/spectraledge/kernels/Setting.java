package dev.spectraledge.kernels;

import java.util.Arrays;
import java.util.List;

/**
 * How the operands of one trial lie in memory.
 *
 * @param lengths of the query sequences, run by run
 * @param keyLengths of the key sequences of cross-attention
 * @param strided whether every tensor is a slice of a larger one
 */
record Setting(int[][] lengths, int[][] keyLengths, boolean strided) {
    private static final int[][] ONE_RUN = {{4, 1, 9}};
    private static final int[][] ONE_RUN_KEYS = {{2, 6, 3}};
    /** The second run has no rows at all. */
    private static final int[][] THREE_RUNS = {{3, 2}, {}, {1, 7, 11}};

    private static final int[][] THREE_RUNS_KEYS = {{5, 1}, {}, {2, 3, 17}};

    /** One and three runs, contiguous and strided. */
    static List<Setting> all() {
        return List.of(
                new Setting(ONE_RUN, ONE_RUN_KEYS, false),
                new Setting(ONE_RUN, ONE_RUN_KEYS, true),
                new Setting(THREE_RUNS, THREE_RUNS_KEYS, false),
                new Setting(THREE_RUNS, THREE_RUNS_KEYS, true));
    }

    /** Sequences longer than a register or a block of any kernel, strided. */
    static Setting longSequences() {
        return new Setting(new int[][] {{67, 130}}, new int[][] {{129, 40}}, true);
    }

    /** As many keys, but few scores: strided. */
    static Setting longAndShortSequences() {
        return new Setting(new int[][] {{3, 130}}, new int[][] {{129, 5}}, true);
    }

    /** One run, keys in the reverse order, strided. */
    static Setting ofLengths(int... lengths) {
        int[] reverse = new int[lengths.length];
        Arrays.setAll(reverse, i -> lengths[lengths.length - 1 - i]);
        return new Setting(new int[][] {lengths}, new int[][] {reverse}, true);
    }

    /** Two runs of as many sequences, all of one length, strided. */
    static Setting ofOneLength(int sequences, int queries, int keys) {
        int[] lengths = new int[sequences];
        int[] keyLengths = new int[sequences];
        Arrays.fill(lengths, queries);
        Arrays.fill(keyLengths, keys);
        return new Setting(new int[][] {lengths, lengths}, new int[][] {keyLengths, keyLengths}, true);
    }

    /** One run, contiguous. */
    static Setting plain() {
        return all().getFirst();
    }

    int runs() {
        return lengths.length;
    }

    @Override
    public String toString() {
        return runs() + (runs() == 1 ? " run" : " runs") + (strided ? ", strided" : ", contiguous");
    }
}
