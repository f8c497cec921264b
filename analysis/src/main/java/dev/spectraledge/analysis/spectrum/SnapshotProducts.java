package dev.spectraledge.analysis.spectrum;

/**
 * Products ⟨θ_i, Δ_j⟩ of the parameters at the ends of a window's intervals with its updates. Because θ_i is the newest θ
 * less the updates since, all of them follow from the Gram matrix and ⟨θ, Δ_j⟩ of the newest θ alone, one inner product
 * for each new update. Requires that the intervals adjoin. Ours.
 */
public final class SnapshotProducts {
    private final int capacity;
    private final double[] newest;
    private final double[] before;
    private int rows;

    public SnapshotProducts(int capacity) {
        this.capacity = capacity;
        newest = new double[capacity];
        before = new double[Math.multiplyExact(capacity, capacity)];
    }

    /** Forgets all updates. */
    public void clear() {
        rows = 0;
    }

    /**
     * Follows {@code gram} after an update was appended to it.
     *
     * @param productWithAfter ⟨θ at the end of the interval, Δ_new⟩
     */
    public void append(GramMatrix gram, double productWithAfter) {
        int last = gram.rows() - 1;
        if (rows == capacity) {
            System.arraycopy(newest, 1, newest, 0, last);
        }
        rows = gram.rows();
        for (int column = 0; column < last; column++) {
            newest[column] += gram.get(last, column);
        }
        newest[last] = productWithAfter;
        for (int column = 0; column < rows; column++) {
            double product = newest[column];
            for (int row = last; row >= 0; row--) {
                product -= gram.get(row, column);
                before[row * capacity + column] = product;
            }
        }
    }

    /** ⟨θ at the end of the newest interval, Δ_column⟩. */
    public double withNewest(int column) {
        return newest[column];
    }

    /** Takes up what {@link #withNewest} gave for one of {@code heldRows} columns. */
    void restore(int column, int heldRows, double product) {
        rows = heldRows;
        newest[column] = product;
    }

    /** ⟨θ at the start of interval {@code row}, Δ_column⟩. */
    public double before(int row, int column) {
        return before[row * capacity + column];
    }
}
