package dev.spectraledge.analysis.pretrained;

/**
 * A tensor of another program's and where its elements are in one of ours, of which it may be some of the rows.
 *
 * @param ours null where we have none and theirs is zero
 * @param firstRow of ours that it has
 * @param theirs its name
 * @param rows of our matrix, or the length of a vector
 * @param columns of our matrix, or 1
 * @param isVector whether it has one axis
 * @param layout how it lies there
 */
record Correspondence(
        String ours, int firstRow, String theirs, int rows, int columns, boolean isVector, Layout layout) {
    /** How elements of a matrix lie in the other program's file. */
    sealed interface Layout {
        /** As here, {@code [out, in]}. */
        record Plain() implements Layout {}

        /** {@code [in, out]}, as GPT-2's Conv1D. */
        record Transposed() implements Layout {}

        /** Rows of queries, keys and values of one head after those of another. */
        record PerHead(int heads) implements Layout {}
    }

    static final Layout PLAIN = new Layout.Plain();
    static final Layout TRANSPOSED = new Layout.Transposed();

    /** Kinds of tensor among queries, keys and values. */
    private static final int OPERANDS = 3;

    static Correspondence matrix(String ours, int firstRow, String theirs, int rows, int columns, Layout layout) {
        return new Correspondence(ours, firstRow, theirs, rows, columns, false, layout);
    }

    static Correspondence vector(String ours, int firstRow, String theirs, int length, Layout layout) {
        return new Correspondence(ours, firstRow, theirs, length, 1, true, layout);
    }

    /** Theirs' shape. */
    long[] shape() {
        if (isVector) {
            return new long[] {rows};
        }
        return layout instanceof Layout.Transposed ? new long[] {columns, rows} : new long[] {rows, columns};
    }

    long elements() {
        return (long) rows * columns;
    }

    /** Where element {@code index} of theirs is among the elements of ours. */
    long ourElement(long index) {
        return switch (layout) {
            case Layout.Plain plain -> (long) firstRow * columns + index;
            case Layout.Transposed transposed -> (firstRow + index % rows) * columns + index / rows;
            case Layout.PerHead perHead -> (firstRow + ourRow(index / columns, perHead)) * columns + index % columns;
        };
    }

    private long ourRow(long row, Layout.PerHead perHead) {
        int ofHead = rows / perHead.heads();
        int headWidth = ofHead / OPERANDS;
        long head = row / ofHead;
        long operand = row % ofHead / headWidth;
        return operand * (rows / OPERANDS) + head * headWidth + row % headWidth;
    }
}
