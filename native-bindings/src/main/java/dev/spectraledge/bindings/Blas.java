package dev.spectraledge.bindings;

import static dev.spectraledge.bindings.raw.openblas.openblas_h.cblas_daxpy;
import static dev.spectraledge.bindings.raw.openblas.openblas_h.cblas_dcopy;
import static dev.spectraledge.bindings.raw.openblas.openblas_h.cblas_ddot;
import static dev.spectraledge.bindings.raw.openblas.openblas_h.cblas_dgemm;
import static dev.spectraledge.bindings.raw.openblas.openblas_h.cblas_dgemv;
import static dev.spectraledge.bindings.raw.openblas.openblas_h.cblas_dger;
import static dev.spectraledge.bindings.raw.openblas.openblas_h.cblas_dnrm2;
import static dev.spectraledge.bindings.raw.openblas.openblas_h.cblas_dscal;
import static dev.spectraledge.bindings.raw.openblas.openblas_h.cblas_dsdot;
import static dev.spectraledge.bindings.raw.openblas.openblas_h.cblas_dsyrk;
import static dev.spectraledge.bindings.raw.openblas.openblas_h.cblas_saxpy;
import static dev.spectraledge.bindings.raw.openblas.openblas_h.cblas_scopy;
import static dev.spectraledge.bindings.raw.openblas.openblas_h.cblas_sdot;
import static dev.spectraledge.bindings.raw.openblas.openblas_h.cblas_sgemm;
import static dev.spectraledge.bindings.raw.openblas.openblas_h.cblas_sgemv;
import static dev.spectraledge.bindings.raw.openblas.openblas_h.cblas_sger;
import static dev.spectraledge.bindings.raw.openblas.openblas_h.cblas_snrm2;
import static dev.spectraledge.bindings.raw.openblas.openblas_h.cblas_sscal;
import static dev.spectraledge.bindings.raw.openblas.openblas_h.cblas_ssyrk;

import dev.spectraledge.bindings.raw.openblas.openblas_h;
import java.lang.foreign.MemorySegment;

/**
 * The BLAS routines that this program uses, row-major. A segment starts at the first element of its matrix or vector;
 * leading dimensions, increments and strides count elements.
 *
 * <p>Every method refuses, before calling, a segment that is too small ({@link IndexOutOfBoundsException}) and a negative
 * dimension, too small leading dimension, non-positive increment or read-only output ({@link IllegalArgumentException}).
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
    private static final int UPPER = openblas_h.CblasUpper();
    private static final int LOWER = openblas_h.CblasLower();

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

    /** y ← α op(A) x + β y in float32; A is m × n as stored, so x has n and y m elements, or the reverse if transposed. */
    public static void sgemv(
            boolean trans,
            int m,
            int n,
            float alpha,
            MemorySegment a,
            int lda,
            MemorySegment x,
            int incx,
            float beta,
            MemorySegment y,
            int incy) {
        Segments.dimension("m", m);
        Segments.dimension("n", n);
        Segments.matrix("a", a, m, n, lda, FLOAT);
        Segments.vector("x", x, trans ? m : n, incx, FLOAT);
        Segments.writableVector("y", y, trans ? n : m, incy, FLOAT);
        cblas_sgemv(ROW_MAJOR, transpose(trans), m, n, alpha, a, lda, x, incx, beta, y, incy);
    }

    /** y ← α op(A) x + β y in float64; A is m × n as stored, so x has n and y m elements, or the reverse if transposed. */
    public static void dgemv(
            boolean trans,
            int m,
            int n,
            double alpha,
            MemorySegment a,
            int lda,
            MemorySegment x,
            int incx,
            double beta,
            MemorySegment y,
            int incy) {
        Segments.dimension("m", m);
        Segments.dimension("n", n);
        Segments.matrix("a", a, m, n, lda, DOUBLE);
        Segments.vector("x", x, trans ? m : n, incx, DOUBLE);
        Segments.writableVector("y", y, trans ? n : m, incy, DOUBLE);
        cblas_dgemv(ROW_MAJOR, transpose(trans), m, n, alpha, a, lda, x, incx, beta, y, incy);
    }

    /**
     * C ← α A Aᵀ + β C in float32 with A n × k, or α Aᵀ A + β C with A k × n when {@code trans}; of the n × n matrix C only
     * the upper or the lower triangle is read and written.
     */
    public static void ssyrk(
            boolean upper,
            boolean trans,
            int n,
            int k,
            float alpha,
            MemorySegment a,
            int lda,
            float beta,
            MemorySegment c,
            int ldc) {
        Segments.dimension("n", n);
        Segments.dimension("k", k);
        Segments.matrix("a", a, trans ? k : n, trans ? n : k, lda, FLOAT);
        Segments.writableMatrix("c", c, n, n, ldc, FLOAT);
        cblas_ssyrk(ROW_MAJOR, upper ? UPPER : LOWER, transpose(trans), n, k, alpha, a, lda, beta, c, ldc);
    }

    /**
     * C ← α A Aᵀ + β C in float64 with A n × k, or α Aᵀ A + β C with A k × n when {@code trans}; of the n × n matrix C only
     * the upper or the lower triangle is read and written.
     */
    public static void dsyrk(
            boolean upper,
            boolean trans,
            int n,
            int k,
            double alpha,
            MemorySegment a,
            int lda,
            double beta,
            MemorySegment c,
            int ldc) {
        Segments.dimension("n", n);
        Segments.dimension("k", k);
        Segments.matrix("a", a, trans ? k : n, trans ? n : k, lda, DOUBLE);
        Segments.writableMatrix("c", c, n, n, ldc, DOUBLE);
        cblas_dsyrk(ROW_MAJOR, upper ? UPPER : LOWER, transpose(trans), n, k, alpha, a, lda, beta, c, ldc);
    }

    /** A ← α x yᵀ + A in float32, with A m × n, x of m and y of n elements. */
    public static void sger(
            int m, int n, float alpha, MemorySegment x, int incx, MemorySegment y, int incy, MemorySegment a, int lda) {
        Segments.dimension("m", m);
        Segments.dimension("n", n);
        Segments.vector("x", x, m, incx, FLOAT);
        Segments.vector("y", y, n, incy, FLOAT);
        Segments.writableMatrix("a", a, m, n, lda, FLOAT);
        cblas_sger(ROW_MAJOR, m, n, alpha, x, incx, y, incy, a, lda);
    }

    /** A ← α x yᵀ + A in float64, with A m × n, x of m and y of n elements. */
    public static void dger(
            int m,
            int n,
            double alpha,
            MemorySegment x,
            int incx,
            MemorySegment y,
            int incy,
            MemorySegment a,
            int lda) {
        Segments.dimension("m", m);
        Segments.dimension("n", n);
        Segments.vector("x", x, m, incx, DOUBLE);
        Segments.vector("y", y, n, incy, DOUBLE);
        Segments.writableMatrix("a", a, m, n, lda, DOUBLE);
        cblas_dger(ROW_MAJOR, m, n, alpha, x, incx, y, incy, a, lda);
    }

    /** y ← α x + y in float32, n elements. */
    public static void saxpy(int n, float alpha, MemorySegment x, int incx, MemorySegment y, int incy) {
        Segments.dimension("n", n);
        Segments.vector("x", x, n, incx, FLOAT);
        Segments.writableVector("y", y, n, incy, FLOAT);
        cblas_saxpy(n, alpha, x, incx, y, incy);
    }

    /** y ← α x + y in float64, n elements. */
    public static void daxpy(int n, double alpha, MemorySegment x, int incx, MemorySegment y, int incy) {
        Segments.dimension("n", n);
        Segments.vector("x", x, n, incx, DOUBLE);
        Segments.writableVector("y", y, n, incy, DOUBLE);
        cblas_daxpy(n, alpha, x, incx, y, incy);
    }

    /** xᵀ y in float32, n elements. */
    public static float sdot(int n, MemorySegment x, int incx, MemorySegment y, int incy) {
        Segments.dimension("n", n);
        Segments.vector("x", x, n, incx, FLOAT);
        Segments.vector("y", y, n, incy, FLOAT);
        return cblas_sdot(n, x, incx, y, incy);
    }

    /** xᵀ y in float64, n elements. */
    public static double ddot(int n, MemorySegment x, int incx, MemorySegment y, int incy) {
        Segments.dimension("n", n);
        Segments.vector("x", x, n, incx, DOUBLE);
        Segments.vector("y", y, n, incy, DOUBLE);
        return cblas_ddot(n, x, incx, y, incy);
    }

    /** ‖x‖₂ in float32, n elements, without overflow of the squares. */
    public static float snrm2(int n, MemorySegment x, int incx) {
        Segments.dimension("n", n);
        Segments.vector("x", x, n, incx, FLOAT);
        return cblas_snrm2(n, x, incx);
    }

    /** ‖x‖₂ in float64, n elements, without overflow of the squares. */
    public static double dnrm2(int n, MemorySegment x, int incx) {
        Segments.dimension("n", n);
        Segments.vector("x", x, n, incx, DOUBLE);
        return cblas_dnrm2(n, x, incx);
    }

    /** x ← α x in float32, n elements. */
    public static void sscal(int n, float alpha, MemorySegment x, int incx) {
        Segments.dimension("n", n);
        Segments.writableVector("x", x, n, incx, FLOAT);
        cblas_sscal(n, alpha, x, incx);
    }

    /** x ← α x in float64, n elements. */
    public static void dscal(int n, double alpha, MemorySegment x, int incx) {
        Segments.dimension("n", n);
        Segments.writableVector("x", x, n, incx, DOUBLE);
        cblas_dscal(n, alpha, x, incx);
    }

    /** y ← x in float32, n elements. */
    public static void scopy(int n, MemorySegment x, int incx, MemorySegment y, int incy) {
        Segments.dimension("n", n);
        Segments.vector("x", x, n, incx, FLOAT);
        Segments.writableVector("y", y, n, incy, FLOAT);
        cblas_scopy(n, x, incx, y, incy);
    }

    /** y ← x in float64, n elements. */
    public static void dcopy(int n, MemorySegment x, int incx, MemorySegment y, int incy) {
        Segments.dimension("n", n);
        Segments.vector("x", x, n, incx, DOUBLE);
        Segments.writableVector("y", y, n, incy, DOUBLE);
        cblas_dcopy(n, x, incx, y, incy);
    }

    /**
     * xᵀ y of float32 vectors of n elements, returned in float64. OpenBLAS's vector kernels form partial sums of short
     * blocks in float32 and add only those in float64: the relative error is near 1e-9, not 1e-16.
     */
    public static double dsdot(int n, MemorySegment x, int incx, MemorySegment y, int incy) {
        Segments.dimension("n", n);
        Segments.vector("x", x, n, incx, FLOAT);
        Segments.vector("y", y, n, incy, FLOAT);
        return cblas_dsdot(n, x, incx, y, incy);
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
