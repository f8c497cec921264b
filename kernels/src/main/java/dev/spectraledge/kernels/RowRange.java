package dev.spectraledge.kernels;

/**
 * The rows {@code [begin, end)} of other rows, as far as those reach, for operations on slices of their tensors. A device finds
 * their number where it finds that of the others, so that it is right in a recording as well.
 */
public final class RowRange implements Rows {
    private final int begin;
    private final int end;
    private Rows rows;

    public RowRange(int begin, int end) {
        this.begin = begin;
        this.end = end;
    }

    /** Of which rows these are some, from now on. */
    public void lookAt(Rows all) {
        rows = all;
    }

    /** Of which rows these are some. */
    public Rows all() {
        return rows;
    }

    public int begin() {
        return begin;
    }

    /** How many they are at most. */
    public int capacity() {
        return end - begin;
    }

    @Override
    public int runs() {
        return rows.runs();
    }

    @Override
    public int rows(int run) {
        return Math.clamp((long) rows.rows(run) - begin, 0, capacity());
    }
}
