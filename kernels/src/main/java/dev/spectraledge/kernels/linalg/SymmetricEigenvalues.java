package dev.spectraledge.kernels.linalg;

/**
 * The eigenvalues of small symmetric matrices, without vectors: each within a few ulp of the largest in magnitude ({@link
 * TridiagonalQl}), in an eighth of the time of {@link SymmetricEigen}, whose small ones are better. That is no loss where the
 * entries are rounded themselves, which moves an eigenvalue as far (Weyl). Allocates nothing after construction; for one thread
 * at a time.
 */
public final class SymmetricEigenvalues {
    private static final double[] NO_BASIS = new double[0];

    private final int capacity;
    private final double[] matrix;
    private final double[] values;
    private final TridiagonalQl method;

    /** Room for matrices of up to {@code capacity} rows, at most {@link SymmetricEigen#MAXIMUM_ORDER}. */
    public SymmetricEigenvalues(int capacity) {
        SymmetricEigen.requireOrder(capacity);
        this.capacity = capacity;
        matrix = new double[capacity * capacity];
        values = new double[capacity];
        method = new TridiagonalQl(capacity);
    }

    /**
     * Finds those of the symmetric matrix in the first {@code order}² elements of {@code source}, row by row; only its upper
     * triangle is read.
     *
     * @throws ArithmeticException where an entry is not finite
     */
    public void compute(double[] source, int order) {
        if (order < 1 || order > capacity) {
            throw new IllegalArgumentException("order " + order + " of a matrix is not in 1 to " + capacity);
        }
        double scale = SymmetricEigen.load(source, order, matrix);
        method.diagonalize(matrix, order, NO_BASIS, 0);
        for (int index = 0; index < order; index++) {
            double value = method.value(index) * scale;
            int place = index;
            while (place > 0 && values[place - 1] < value) {
                values[place] = values[place - 1];
                place--;
            }
            values[place] = value;
        }
    }

    /** Eigenvalue {@code index}, 0 being the largest. */
    public double value(int index) {
        return values[index];
    }
}
