package dev.spectraledge.kernels.cpu;

import dev.spectraledge.bindings.Blas;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.Tensor;

/** Products of matrices by OpenBLAS, in the type of their tensors. */
final class MatrixProducts {
    private MatrixProducts() {}

    /** C ← α·op(A)·op(B) + β·C with op(A) m × k and op(B) k × n, the upper left parts of their tensors. */
    static void gemm(
            boolean transposeA,
            boolean transposeB,
            int m,
            int n,
            int k,
            double alpha,
            Tensor a,
            Tensor b,
            double beta,
            Tensor c) {
        if (m == 0 || n == 0) {
            return;
        }
        if (c.type() == DType.FLOAT32) {
            Blas.sgemm(
                    transposeA,
                    transposeB,
                    m,
                    n,
                    k,
                    (float) alpha,
                    a.segment(),
                    leadingDimension(a),
                    b.segment(),
                    leadingDimension(b),
                    (float) beta,
                    c.segment(),
                    leadingDimension(c));
        } else {
            Blas.dgemm(
                    transposeA,
                    transposeB,
                    m,
                    n,
                    k,
                    alpha,
                    a.segment(),
                    leadingDimension(a),
                    b.segment(),
                    leadingDimension(b),
                    beta,
                    c.segment(),
                    leadingDimension(c));
        }
    }

    private static int leadingDimension(Tensor matrix) {
        return Math.toIntExact(Math.max(1, matrix.stride(0)));
    }
}
