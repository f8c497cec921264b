package dev.spectraledge.kernels;

import java.lang.foreign.ValueLayout;

/**
 * Sequences of different lengths laid end to end, without padding, for each run: sequence i of a run occupies the rows
 * {@code [begin(run, i), begin(run, i + 1))} of every activation. All of it is in {@link #table}, which a backend can
 * overwrite with that of another batch.
 */
public final class PackedSequences implements Rows {
    private final Tensor table;
    private final int capacityRows;
    private long changes;

    /** Room for {@code capacitySequences} sequences of {@code capacityRows} rows in all, per run. */
    public PackedSequences(MemoryOwner owner, int runs, int capacitySequences, int capacityRows) {
        this.table = Tensor.allocate(owner, DType.INT32, runs, capacitySequences + 2L);
        this.capacityRows = capacityRows;
    }

    /** No sequences yet, in given memory, INT32 {@code [runs, capacitySequences + 2]}, such as a slot of a ring of batches. */
    public PackedSequences(Tensor table, int capacityRows) {
        this.table = table;
        this.capacityRows = capacityRows;
        for (int run = 0; run < runs(); run++) {
            write(run, 0, 0);
            write(run, 1, 0);
        }
    }

    /** Forgets all sequences of all runs. */
    public void clear() {
        for (int run = 0; run < runs(); run++) {
            write(run, 0, 0);
        }
        changes++;
    }

    /** Appends a sequence and returns the row at which it begins. */
    public int append(int run, int length) {
        int begin = rows(run);
        int index = sequences(run) + 1;
        if (begin + length > capacityRows || index > capacitySequences()) {
            throw new IllegalStateException("a batch of " + (begin + length) + " rows in " + index
                    + " sequences exceeds the workspace of " + capacityRows + " rows in " + capacitySequences()
                    + " sequences");
        }
        write(run, 1 + index, begin + length);
        write(run, 0, index);
        changes++;
        return begin;
    }

    private void write(int run, int column, int value) {
        table.run(run).segment().set(ValueLayout.JAVA_INT, (long) column * Integer.BYTES, value);
    }

    @Override
    public int runs() {
        return (int) table.size(0);
    }

    /** Number of sequences of a run. */
    public int sequences(int run) {
        return table.run(run).getInt(0);
    }

    /** First row of sequence {@code index}; {@code begin(run, sequences(run))} is the number of rows. */
    public int begin(int run, int index) {
        return table.run(run).getInt(1L + index);
    }

    public int length(int run, int index) {
        return begin(run, index + 1) - begin(run, index);
    }

    @Override
    public int rows(int run) {
        return begin(run, sequences(run));
    }

    public int capacityRows() {
        return capacityRows;
    }

    /** The most sequences of a run. */
    public int capacitySequences() {
        return (int) table.size(1) - 2;
    }

    /**
     * INT32 {@code [runs, capacitySequences + 2]}: the number of sequences, the row where each begins (the first at 0), and
     * the number of rows after the last of them; what follows is unused.
     */
    public Tensor table() {
        return table;
    }

    /** Counts the calls of {@link #append} and {@link #clear}, so that a copy on a device can tell whether it is stale. */
    public long changes() {
        return changes;
    }
}
