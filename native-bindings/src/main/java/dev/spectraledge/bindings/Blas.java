package dev.spectraledge.bindings;

import static dev.spectraledge.bindings.raw.openblas.openblas_h.cblas_dgemm;
import static dev.spectraledge.bindings.raw.openblas.openblas_h.cblas_sgemm;

import dev.spectraledge.bindings.raw.openblas.openblas_h;
import java.lang.foreign.MemorySegment;

/**
 * The BLAS routines that this program uses, row-major. A segment starts at the first element of its matrix;
 * leading dimensions count elements.
 *
 * <p>Every method refuses, before calling, a segment that is too small ({@link IndexOutOfBoundsException}) and a negative
 * dimension, too small leading dimension or read-only output ({@link IllegalArgumentException}).
 * Nothing is allocated. Calls from several threads run independently as long as their outputs do not overlap.
 *
 * <p>The batched products of OpenBLAS ({@code cblas_?gemm_batch_strided}) are left out on purpose: up to 0.3.31 they
 * crash on small matrices in builds that choose their kernels at run time (OpenBLAS pull request 5980). A loop over
 * {@code gemm} costs one downcall, some nanoseconds, per product.
 */
public final class Blas {
    private static final int FLOAT = Float.BYTES;
    private static final int DOUBLE = Double.BYTES;

    static {
        OpenBlasLibrary.load();
    }

    private static final int ROW_MAJOR = openblas_h.CblasRowMajor();
    private static final int NO_TRANSPOSE = openblas_h.CblasNoTrans();
    private static final int TRANSPOSE = openblas_h.CblasTrans();

    private Blas() {}

    /**
     * C ← α op(A) op(B) + β C in float32, where op transposes if asked: op(A) is m × k, op(B) k × n, C m × n.
     *
     * @param lda elements from one row of A as stored (m × k, or k × m when {@code transA}) to the next; same for ldb, ldc
     */
    public static void sgemm(
            boolean transA,
            boolean transB,
            int m,
            int n,
            int k,
            float alpha,
            MemorySegment a,
            int lda,
            MemorySegment b,
            int ldb,
            float beta,
            MemorySegment c,
            int ldc) {
        checkGemmDimensions(m, n, k);
        Segments.matrix("a", a, transA ? k : m, transA ? m : k, lda, FLOAT);
        Segments.matrix("b", b, transB ? n : k, transB ? k : n, ldb, FLOAT);
        Segments.writableMatrix("c", c, m, n, ldc, FLOAT);
        cblas_sgemm(ROW_MAJOR, transpose(transA), transpose(transB), m, n, k, alpha, a, lda, b, ldb, beta, c, ldc);
    }

    /**
     * C ← α op(A) op(B) + β C in float64, where op transposes if asked: op(A) is m × k, op(B) k × n, C m × n.
     *
     * @param lda elements from one row of A as stored (m × k, or k × m when {@code transA}) to the next; same for ldb, ldc
     */
    public static void dgemm(
            boolean transA,
            boolean transB,
            int m,
            int n,
            int k,
            double alpha,
            MemorySegment a,
            int lda,
            MemorySegment b,
            int ldb,
            double beta,
            MemorySegment c,
            int ldc) {
        checkGemmDimensions(m, n, k);
        Segments.matrix("a", a, transA ? k : m, transA ? m : k, lda, DOUBLE);
        Segments.matrix("b", b, transB ? n : k, transB ? k : n, ldb, DOUBLE);
        Segments.writableMatrix("c", c, m, n, ldc, DOUBLE);
        cblas_dgemm(ROW_MAJOR, transpose(transA), transpose(transB), m, n, k, alpha, a, lda, b, ldb, beta, c, ldc);
    }

    private static void checkGemmDimensions(int m, int n, int k) {
        Segments.dimension("m", m);
        Segments.dimension("n", n);
        Segments.dimension("k", k);
    }

    private static int transpose(boolean transpose) {
        return transpose ? TRANSPOSE : NO_TRANSPOSE;
    }
}
