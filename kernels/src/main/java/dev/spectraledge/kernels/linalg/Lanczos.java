package dev.spectraledge.kernels.linalg;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/**
 * Both ends of the spectrum of a symmetric operator A that is given by its products with vectors: m steps of the method of
 * Lanczos with full reorthogonalisation (Golub and Van Loan, Matrix Computations, §10.1 and §10.3). The eigenvalues of the m ×
 * m matrix T that it makes are the Ritz values, in descending order; those at the ends approach the eigenvalues of A at the
 * ends first. An eigenvalue that A has several times is found once. Allocates nothing after construction; for one thread at a
 * time, on the host.
 *
 * <p>Errors. The products are written as A·V = V·(T + E) + β·v·eₘᵀ + R, with V the basis, E what orthogonalisation took from
 * them that T has no place for, which is measured, and R the rounding of that: a column of it is at most (j + 3)·2u(1 + √j)‖Av‖
 * in j steps, from the sums of Higham, Accuracy and Stability of Numerical Algorithms, §3.1. A Ritz vector Vs with its value θ
 * has therefore a residual of at most |β·sₘ| + ‖E·s‖ + Σ|sⱼ|(‖rⱼ‖ + δⱼ), where δ is what a product is off by, and within that
 * of θ there is an eigenvalue of A (Parlett, The Symmetric Eigenvalue Problem, theorem 4.5.1). V is orthonormal up to rounding,
 * since every product is orthogonalised twice.
 */
public final class Lanczos implements AutoCloseable {
    private static final double UNIT_ROUNDOFF = 0x1p-53;

    private final MemoryOwner owner;
    private final Backend backend;
    private final int mostSteps;
    /** Row j is the j-th vector, [1, n]. */
    private final Tensor[] rows;
    /** The first j + 1 of them, [1, j + 1, n]. */
    private final Tensor[] bases;
    /** [1, j + 1]. */
    private final Tensor[] coefficients;

    private final Tensor product;
    private final Tensor removed;
    private final Tensor square;
    private final SymmetricEigen eigen;
    private final double[] tridiagonal;
    /** By column: what T has no place for. */
    private final double[] excess;

    private final double[] productErrors;
    private final double[] diagonal;
    private final double[] offDiagonal;
    private int steps;
    private boolean isInvariant;

    /** A symmetric matrix, by its products. */
    @FunctionalInterface
    public interface Operator {
        /**
         * y ← A·x for a unit vector x, both FLOAT64 {@code [1, n]}.
         *
         * @return a bound on the norm of what y is off by; 0 for rounding alone
         */
        double apply(Tensor x, Tensor y);
    }

    /**
     * Makes room.
     *
     * @param n length of the vectors
     * @param mostSteps products with the operator, at most {@value SymmetricEigen#MAXIMUM_ORDER}; no more than n are made
     */
    public Lanczos(Backend backend, long n, int mostSteps) {
        if (mostSteps < 1 || mostSteps > SymmetricEigen.MAXIMUM_ORDER) {
            throw new IllegalArgumentException(
                    "steps must be 1 to " + SymmetricEigen.MAXIMUM_ORDER + ", got " + mostSteps);
        }
        if (n < 1) {
            throw new IllegalArgumentException("vectors have at least one element, got " + n);
        }
        owner = MemoryOwner.open("Lanczos basis");
        this.backend = backend;
        this.mostSteps = (int) Math.min(mostSteps, n);
        Tensor basis = backend.allocate(owner, DType.FLOAT64, 1, this.mostSteps + 1L, n);
        Tensor all = backend.allocate(owner, DType.FLOAT64, 1, this.mostSteps + 1L);
        rows = new Tensor[this.mostSteps + 1];
        bases = new Tensor[rows.length];
        coefficients = new Tensor[rows.length];
        for (int row = 0; row < rows.length; row++) {
            rows[row] = basis.at(0).slice(0, row, row + 1L);
            bases[row] = basis.slice(1, 0, row + 1L);
            coefficients[row] = all.slice(1, 0, row + 1L);
        }
        product = backend.allocate(owner, DType.FLOAT64, 1, n);
        removed = backend.allocate(owner, DType.FLOAT64, 1, n);
        square = backend.allocate(owner, DType.FLOAT64, 1);
        eigen = new SymmetricEigen(this.mostSteps);
        tridiagonal = new double[this.mostSteps * this.mostSteps];
        excess = new double[this.mostSteps * this.mostSteps];
        productErrors = new double[this.mostSteps];
        diagonal = new double[this.mostSteps];
        offDiagonal = new double[this.mostSteps];
    }

    /**
     * Decomposes.
     *
     * @param start FLOAT64 {@code [1, n]}, of any length but 0; should have a part along every eigenvector that is wanted, as a
     *     random vector has
     * @throws ArithmeticException where a product is not finite
     */
    public void run(Operator operator, Tensor start) {
        Arrays.fill(excess, 0);
        steps = 0;
        isInvariant = false;
        backend.copy(start, rows[0]);
        double length = norm(rows[0]);
        if (!(length > 0) || !Double.isFinite(length)) {
            throw new IllegalArgumentException(
                    "a start vector has a length that is neither 0 nor infinite, got " + length);
        }
        backend.scale(1 / length, rows[0]);
        while (steps < mostSteps && !isInvariant) {
            step(operator);
        }
        Arrays.fill(tridiagonal, 0);
        for (int j = 0; j < steps; j++) {
            tridiagonal[j * steps + j] = diagonal[j];
            if (j + 1 < steps) {
                tridiagonal[j * steps + j + 1] = offDiagonal[j];
                tridiagonal[(j + 1) * steps + j] = offDiagonal[j];
            }
        }
        eigen.decompose(tridiagonal, steps);
    }

    private void step(Operator operator) {
        int j = steps;
        double error = operator.apply(rows[j], product);
        double before = norm(product);
        if (!Double.isFinite(before)) {
            throw new ArithmeticException("product " + (j + 1) + " of an operator is not finite");
        }
        orthogonalise(j);
        orthogonalise(j);
        double rounding = 2 * (j + 3) * UNIT_ROUNDOFF * (1 + Math.sqrt(j + 1.0)) * before;
        productErrors[j] = error + rounding;
        diagonal[j] = excess[j * mostSteps + j];
        excess[j * mostSteps + j] = 0;
        if (j > 0) {
            excess[j * mostSteps + j - 1] -= offDiagonal[j - 1];
        }
        steps++;
        double rest = norm(product);
        offDiagonal[j] = rest;
        // What is left is rounding: the vectors so far span a space that the operator does not lead out of.
        isInvariant = rest <= rounding;
        if (!isInvariant) {
            backend.copy(product, rows[j + 1]);
            backend.scale(1 / rest, rows[j + 1]);
        }
    }

    /** Takes from the product what lies along the vectors so far, and notes it. */
    private void orthogonalise(int j) {
        backend.gramRow(bases[j], product, coefficients[j]);
        for (int i = 0; i <= j; i++) {
            excess[j * mostSteps + i] += coefficients[j].segment().getAtIndex(ValueLayout.JAVA_DOUBLE, i);
        }
        backend.combineRows(bases[j], coefficients[j], removed);
        backend.axpy(-1, removed, product);
    }

    private double norm(Tensor vector) {
        backend.sumOfSquares(vector, square);
        return Math.sqrt(square.segment().getAtIndex(ValueLayout.JAVA_DOUBLE, 0));
    }

    /** Number of Ritz values: that of the products, fewer than were allowed where {@link #isInvariant}. */
    public int size() {
        return steps;
    }

    /** Whether the operator leads to nothing new any more, so that the Ritz values are eigenvalues, up to their bounds. */
    public boolean isInvariant() {
        return isInvariant;
    }

    /** Ritz value {@code index}, 0 being the largest. */
    public double value(int index) {
        return eigen.value(index);
    }

    /** A bound on the distance of a Ritz value from the nearest eigenvalue. */
    public double bound(int index) {
        double ofExcess = 0;
        for (int row = 0; row < steps; row++) {
            double sum = 0;
            for (int column = 0; column < steps; column++) {
                sum += excess[column * mostSteps + row] * eigen.vector(index, column);
            }
            ofExcess += sum * sum;
        }
        double ofProducts = 0;
        for (int column = 0; column < steps; column++) {
            ofProducts += Math.abs(eigen.vector(index, column)) * productErrors[column];
        }
        double outside = Math.abs(offDiagonal[steps - 1] * eigen.vector(index, steps - 1));
        return outside + Math.sqrt(ofExcess) + ofProducts + eigen.valueErrorBound(index);
    }

    /** Writes the unit Ritz vector {@code index} to {@code out [1, n]}. */
    public void vector(int index, Tensor out) {
        for (int column = 0; column < steps; column++) {
            coefficients[steps - 1].segment().setAtIndex(ValueLayout.JAVA_DOUBLE, column, eigen.vector(index, column));
        }
        backend.combineRows(bases[steps - 1], coefficients[steps - 1], out);
    }

    @Override
    public void close() {
        owner.close();
    }
}
