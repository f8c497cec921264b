package dev.spectraledge.kernels.linalg;

import dev.spectraledge.bindings.Lapack;
import dev.spectraledge.bindings.LapackException;
import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;

/**
 * QR factorisation Y = Q R of tall panels by their Gram matrix: CholeskyQR2 (Yamamoto, Nakatsukasa, Yanagisawa and Fukaya
 * 2015, "Roundoff error analysis of the CholeskyQR2 algorithm") with the Gram matrix in double also where the panel is
 * not (Yamazaki, Tomov and Dongarra 2015, "Mixed-precision Cholesky QR factorization"). It is matrix products alone, and
 * as accurate as Householder's where Y is not too ill-conditioned. Whether it is not is seen before Y is touched, from
 * the condition of its triangle, and again after the first pass, from how far QᵀQ is from the identity; otherwise the
 * panel is factored by Householder reflections, which {@link #householderFactorisations} counts.
 */
final class PanelQr {
    /** Of the first pass's rounding errors times the condition, and of ‖QᵀQ − I‖_F after it. */
    private static final double LARGEST_DEPARTURE = 0.125;
    /** Beyond it the Gram matrix in double says nothing reliable: its rounding error of 2⁻⁵³ grows by the square. */
    private static final double LARGEST_CONDITION = 0x1p22;

    private final TallAlgebra algebra;
    private final Backend backend;
    private final DenseFactorizations factorizations;
    private int householderFactorisations;

    PanelQr(TallAlgebra algebra, DenseFactorizations factorizations) {
        this.algebra = algebra;
        this.factorizations = factorizations;
        backend = algebra.backend();
    }

    /** How many panels were too ill-conditioned for their Gram matrix. */
    int householderFactorisations() {
        return householderFactorisations;
    }

    /** Replaces Y by a basis of its range that is orthonormal to about 1/8: enough to keep columns independent. */
    void condition(TallMatrix panel) {
        try (MemoryOwner scratch = MemoryOwner.open("conditioning of a panel")) {
            double[][] triangle = triangle(scratch, panel);
            if (triangle == null) {
                householder(scratch, panel);
            } else {
                divide(scratch, panel, triangle);
            }
        }
    }

    /** Replaces Y by Q, orthonormal to rounding, and returns R. */
    double[][] factor(TallMatrix panel) {
        try (MemoryOwner scratch = MemoryOwner.open("factorisation of a panel")) {
            double[][] first = triangle(scratch, panel);
            if (first == null) {
                return householder(scratch, panel);
            }
            divide(scratch, panel, first);
            Tensor gram = algebra.gram(scratch, panel);
            if (!(departure(gram) <= LARGEST_DEPARTURE)) {
                return DoubleMatrices.multiply(householder(scratch, panel), first);
            }
            double[][] second = cholesky(gram);
            divide(scratch, panel, second);
            return DoubleMatrices.multiply(second, first);
        }
    }

    /** R of the Cholesky factorisation YᵀY = RᵀR, or null where it is not to be trusted. */
    private double[][] triangle(MemoryOwner scratch, TallMatrix panel) {
        Tensor gram = algebra.gram(scratch, panel);
        for (int index = 0; index < panel.narrow(); index++) {
            if (!Double.isFinite(gram.get(index, index))) {
                throw new ArithmeticException("a matrix to be decomposed must hold finite numbers only, and its squares"
                        + " must not overflow");
            }
        }
        double[][] triangle;
        try {
            triangle = cholesky(gram);
        } catch (LapackException indefinite) {
            return null;
        }
        double rounding = (panel.type() == DType.FLOAT32 ? 0x1p-24 : 0x1p-53) * Math.sqrt(panel.narrow());
        return condition(triangle) <= Math.min(LARGEST_DEPARTURE / rounding, LARGEST_CONDITION) ? triangle : null;
    }

    private static double[][] cholesky(Tensor gram) {
        int order = Math.toIntExact(gram.size(0));
        Lapack.dpotrf(true, order, gram.segment(), order);
        double[][] triangle = DoubleMatrices.array(gram);
        for (int row = 0; row < order; row++) {
            for (int column = 0; column < row; column++) {
                triangle[row][column] = 0;
            }
        }
        return triangle;
    }

    /** Bound on the condition number of R with its columns scaled to length 1, by which the errors of both passes grow. */
    private static double condition(double[][] triangle) {
        double[][] inverse = DoubleMatrices.invertUpperTriangle(triangle);
        double squares = 0;
        for (int row = 0; row < triangle.length; row++) {
            double column = 0;
            double inverted = 0;
            for (int index = 0; index < triangle.length; index++) {
                column += triangle[index][row] * triangle[index][row];
                inverted += inverse[row][index] * inverse[row][index];
            }
            squares += column * inverted;
        }
        return Math.sqrt(triangle.length * squares);
    }

    /** ‖G − I‖_F. */
    private static double departure(Tensor gram) {
        double squares = 0;
        for (int row = 0; row < gram.size(0); row++) {
            for (int column = 0; column < gram.size(1); column++) {
                double entry = gram.get(row, column) - (row == column ? 1 : 0);
                squares += entry * entry;
            }
        }
        return Math.sqrt(squares);
    }

    /** Y ← Y·R⁻¹. */
    private void divide(MemoryOwner scratch, TallMatrix panel, double[][] triangle) {
        Tensor inverse = DoubleMatrices.tensor(scratch, DoubleMatrices.invertUpperTriangle(triangle));
        algebra.multiply(panel, algebra.onDevice(scratch, panel.type(), inverse));
    }

    private double[][] householder(MemoryOwner scratch, TallMatrix panel) {
        householderFactorisations++;
        int tall = Math.toIntExact(panel.tall());
        int columns = panel.narrow();
        DenseFactorizations.Qr qr = factorizations.qr(scratch, panel.type(), tall, columns);
        if (panel.transposed()) {
            Tensor identity = algebra.identity(scratch, panel.type(), columns).reshape(1, columns, columns);
            Tensor matrix = backend.allocate(scratch, panel.type(), 1, tall, columns);
            backend.gemm(true, false, 1, panel.stored(), identity, 0, matrix);
            qr.factor(matrix.at(0));
            backend.gemm(false, true, 1, identity, matrix, 0, panel.stored());
        } else {
            qr.factor(panel.stored().at(0));
        }
        return DoubleMatrices.array(algebra.onHost(scratch, qr.triangle()));
    }
}
