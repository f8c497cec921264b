package dev.spectraledge.kernels;

import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/**
 * Sequences of different lengths laid end to end, without padding, for each run: sequence i of a run occupies the rows
 * {@code [begin(run, i), begin(run, i + 1))} of every activation.
 */
public final class PackedSequences implements Rows {
    private final Tensor boundaries;
    private final int[] sequences;
    private final int capacityRows;

    /** Room for {@code capacitySequences} sequences of {@code capacityRows} rows in all, per run. */
    public PackedSequences(MemoryOwner owner, int runs, int capacitySequences, int capacityRows) {
        this.boundaries = Tensor.allocate(owner, DType.INT32, runs, capacitySequences + 1L);
        this.sequences = new int[runs];
        this.capacityRows = capacityRows;
    }

    /** Forgets all sequences of all runs. */
    public void clear() {
        Arrays.fill(sequences, 0);
    }

    /** Appends a sequence and returns the row at which it begins. */
    public int append(int run, int length) {
        int begin = rows(run);
        if (begin + length > capacityRows || sequences[run] + 1 >= boundaries.size(1)) {
            throw new IllegalStateException("a batch of " + (begin + length) + " rows in " + (sequences[run] + 1)
                    + " sequences exceeds the workspace of " + capacityRows + " rows in " + (boundaries.size(1) - 1)
                    + " sequences");
        }
        sequences[run]++;
        Tensor ends = boundaries.run(run);
        ends.segment().set(ValueLayout.JAVA_INT, (long) sequences[run] * Integer.BYTES, begin + length);
        return begin;
    }

    @Override
    public int runs() {
        return sequences.length;
    }

    /** Number of sequences of a run. */
    public int sequences(int run) {
        return sequences[run];
    }

    /** First row of sequence {@code index}; {@code begin(run, sequences(run))} is the number of rows. */
    public int begin(int run, int index) {
        return boundaries.run(run).getInt(index);
    }

    public int length(int run, int index) {
        return begin(run, index + 1) - begin(run, index);
    }

    @Override
    public int rows(int run) {
        return begin(run, sequences[run]);
    }

    public int capacityRows() {
        return capacityRows;
    }

    /** INT32 {@code [runs, capacity + 1]}: where each sequence begins, for backends that read it on a device. */
    public Tensor boundaries() {
        return boundaries;
    }
}
