package dev.spectraledge.analysis.spectrum;

import java.util.Objects;

/**
 * Inner products ⟨Δ_i, Δ_j⟩ of the last few updates, oldest first: a square symmetric matrix with room for a fixed
 * number of rows.
 */
public final class GramMatrix {
    private final int capacity;
    private final double[] products;
    private int rows;

    public GramMatrix(int capacity) {
        this.capacity = capacity;
        this.products = new double[Math.multiplyExact(capacity, capacity)];
    }

    public int capacity() {
        return capacity;
    }

    /** Number of updates held now. */
    public int rows() {
        return rows;
    }

    public double get(int row, int column) {
        return products[Objects.checkIndex(row, rows) * capacity + Objects.checkIndex(column, rows)];
    }

    /** Changes the number of rows, whose entries are then {@link #set} one by one. */
    public void resize(int newRows) {
        if (newRows < 0 || newRows > capacity) {
            throw new IllegalArgumentException(newRows + " rows do not fit a Gram matrix with room for " + capacity);
        }
        rows = newRows;
    }

    /** Sets an entry and its mirror image. */
    public void set(int row, int column, double product) {
        products[Objects.checkIndex(row, rows) * capacity + Objects.checkIndex(column, rows)] = product;
        products[column * capacity + row] = product;
    }

    /** The mean cosine of two different updates of the rows {@code [from, to)}; NaN where one of them is 0. Ours. */
    public double meanCosine(int from, int to) {
        double sum = 0;
        for (int row = from; row < to; row++) {
            for (int column = from; column < row; column++) {
                sum += get(row, column) / Math.sqrt(get(row, row) * get(column, column));
            }
        }
        double pairs = (to - from) * (to - from - 1) / 2.0;
        return sum / pairs;
    }

    /** The products of rows {@code [from, to)}, in a matrix of their own. */
    public GramMatrix part(int from, int to) {
        GramMatrix part = new GramMatrix(to - from);
        part.resize(to - from);
        for (int row = from; row < to; row++) {
            for (int column = from; column <= row; column++) {
                part.set(row - from, column - from, get(row, column));
            }
        }
        return part;
    }

    /** Forgets all updates. */
    public void clear() {
        rows = 0;
    }

    /**
     * Appends an update, dropping the oldest one when there is no room.
     *
     * @param productsWithOlder ⟨Δ_new, Δ_j⟩ of the rows that stay, oldest first, and then |Δ_new|²
     */
    public void append(double[] productsWithOlder) {
        if (rows == capacity) {
            for (int row = 1; row < rows; row++) {
                System.arraycopy(products, row * capacity + 1, products, (row - 1) * capacity, rows - 1);
            }
        } else {
            rows++;
        }
        for (int row = 0; row < rows; row++) {
            set(row, rows - 1, productsWithOlder[row]);
        }
    }
}
