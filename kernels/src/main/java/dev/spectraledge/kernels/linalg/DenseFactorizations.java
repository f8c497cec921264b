package dev.spectraledge.kernels.linalg;

import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;

/** The dense factorisations that belong to a backend: LAPACK's on the host, cuSOLVER's on a device. */
public interface DenseFactorizations {
    /** Those of LAPACK. */
    DenseFactorizations LAPACK = new DenseFactorizations() {
        @Override
        public Qr qr(MemoryOwner owner, DType type, int rows, int columns) {
            return new DenseQr(owner, type, rows, columns);
        }

        @Override
        public Svd svd(MemoryOwner owner, DType type, int rows, int columns) {
            return new DenseSvd(owner, type, rows, columns);
        }
    };

    /** For m × n matrices with m ≥ n. */
    Qr qr(MemoryOwner owner, DType type, int rows, int columns);

    /** For m × n matrices. */
    Svd svd(MemoryOwner owner, DType type, int rows, int columns);

    /** Thin Householder QR factorisation A = Q R. */
    interface Qr {
        /** Replaces {@code matrix [m, n]} by its factor Q, and {@link #triangle()} by R. */
        void factor(Tensor matrix);

        /** R, {@code [n, n]}, upper triangular with any signs on its diagonal; overwritten by the next factorisation. */
        Tensor triangle();
    }

    /** Thin singular value decomposition A = U diag(σ) Vᵀ. */
    interface Svd {
        /** Decomposes {@code matrix [m, n]}, which is left as it is. */
        void decompose(Tensor matrix);

        /** {@code [min(m, n)]}, largest first; overwritten by the next decomposition, like the others. */
        Tensor singularValues();

        /** U, {@code [m, min(m, n)]}. */
        Tensor leftVectors();

        /** Vᵀ, {@code [min(m, n), n]}. */
        Tensor rightVectors();
    }
}
