package dev.spectraledge.analysis.spectrum;

/**
 * Eigenvalues and eigenvectors of small symmetric matrices by the cyclic Jacobi method (Golub and Van Loan, Matrix
 * Computations, §8.5). For the ten to twenty rows of a window it is as accurate as the matrix allows, and it allocates
 * nothing.
 */
public final class SymmetricEigenproblem {
    private static final int MAXIMUM_SWEEPS = 60;

    private final int capacity;
    private final double[] matrix;
    private final double[] values;
    private final double[] vectors;
    private int size;

    public SymmetricEigenproblem(int capacity) {
        this.capacity = capacity;
        this.matrix = new double[Math.multiplyExact(capacity, capacity)];
        this.values = new double[capacity];
        this.vectors = new double[matrix.length];
    }

    /** Starts a matrix of the given size; its lower triangle is then set entry by entry. */
    public void begin(int newSize) {
        if (newSize < 1 || newSize > capacity) {
            throw new IllegalArgumentException(
                    "a matrix of size " + newSize + " does not fit a solver for " + capacity);
        }
        size = newSize;
    }

    /** Sets the entry and its mirror image. */
    public void set(int row, int column, double value) {
        matrix[row * capacity + column] = value;
        matrix[column * capacity + row] = value;
    }

    public int size() {
        return size;
    }

    /** Eigenvalue {@code index}, the largest first. */
    public double value(int index) {
        return values[index];
    }

    /** Component {@code row} of the unit eigenvector {@code index}. */
    public double vector(int row, int index) {
        return vectors[row * capacity + index];
    }

    /** Finds all eigenvalues and eigenvectors; a matrix that is not finite is refused. */
    public void solve() {
        double norm = 0;
        for (int row = 0; row < size; row++) {
            for (int column = 0; column < size; column++) {
                double entry = matrix[row * capacity + column];
                norm += entry * entry;
                vectors[row * capacity + column] = row == column ? 1 : 0;
            }
        }
        if (!Double.isFinite(norm)) {
            throw new ArithmeticException("the matrix holds numbers that are not finite or too large");
        }
        for (int sweep = 0; !isDiagonal(); sweep++) {
            if (sweep == MAXIMUM_SWEEPS) {
                throw new ArithmeticException("Jacobi's method did not converge in " + MAXIMUM_SWEEPS
                        + " sweeps of a matrix of size " + size);
            }
            for (int p = 0; p < size - 1; p++) {
                for (int q = p + 1; q < size; q++) {
                    rotate(p, q);
                }
            }
        }
        for (int index = 0; index < size; index++) {
            values[index] = matrix[index * capacity + index];
        }
        sortDescending();
    }

    /** Whether every off-diagonal entry is negligible beside its two diagonal ones, the criterion that keeps small eigenvalues accurate. */
    private boolean isDiagonal() {
        for (int p = 0; p < size - 1; p++) {
            for (int q = p + 1; q < size; q++) {
                if (!isNegligible(p, q)) {
                    return false;
                }
            }
        }
        return true;
    }

    private boolean isNegligible(int p, int q) {
        double scale = Math.sqrt(Math.abs(matrix[p * capacity + p])) * Math.sqrt(Math.abs(matrix[q * capacity + q]));
        double entry = Math.abs(matrix[p * capacity + q]);
        return entry <= 0x1p-54 * scale || entry <= Double.MIN_NORMAL;
    }

    private void rotate(int p, int q) {
        if (isNegligible(p, q)) {
            return;
        }
        double offDiagonal = matrix[p * capacity + q];
        double theta = (matrix[q * capacity + q] - matrix[p * capacity + p]) / (2 * offDiagonal);
        double tangent = Math.copySign(1, theta) / (Math.abs(theta) + Math.sqrt(1 + theta * theta));
        double cosine = 1 / Math.sqrt(1 + tangent * tangent);
        double sine = tangent * cosine;
        matrix[p * capacity + p] -= tangent * offDiagonal;
        matrix[q * capacity + q] += tangent * offDiagonal;
        matrix[p * capacity + q] = 0;
        matrix[q * capacity + p] = 0;
        for (int row = 0; row < size; row++) {
            if (row != p && row != q) {
                double atP = matrix[row * capacity + p];
                double atQ = matrix[row * capacity + q];
                set(row, p, cosine * atP - sine * atQ);
                set(row, q, sine * atP + cosine * atQ);
            }
            double vectorP = vectors[row * capacity + p];
            double vectorQ = vectors[row * capacity + q];
            vectors[row * capacity + p] = cosine * vectorP - sine * vectorQ;
            vectors[row * capacity + q] = sine * vectorP + cosine * vectorQ;
        }
    }

    private void sortDescending() {
        for (int index = 0; index < size - 1; index++) {
            int largest = index;
            for (int candidate = index + 1; candidate < size; candidate++) {
                if (values[candidate] > values[largest]) {
                    largest = candidate;
                }
            }
            if (largest != index) {
                double value = values[index];
                values[index] = values[largest];
                values[largest] = value;
                for (int row = 0; row < size; row++) {
                    double component = vectors[row * capacity + index];
                    vectors[row * capacity + index] = vectors[row * capacity + largest];
                    vectors[row * capacity + largest] = component;
                }
            }
        }
    }
}
