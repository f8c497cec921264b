package dev.spectraledge.bindings;

import static java.lang.foreign.MemorySegment.NULL;
import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.spectraledge.bindings.CudaUnavailableException.Reason;
import dev.spectraledge.bindings.raw.cublas.cublas_h;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Dense products on a device by cuBLAS, row-major. One object serves one stream at a time and one thread at a time.
 *
 * <p>cuBLAS is column-major: a row-major matrix is the transpose of the column-major one at the same address, so each
 * product C = A B is asked for as Cᵀ = Bᵀ Aᵀ. Matrices are device memory as {@link CudaDriver} gives it; a segment starts
 * at the first element and too small ones are refused before the call with {@link IndexOutOfBoundsException}. alpha and
 * beta point to one number of the product's compute type, on the host or on the device as {@link #setPointerMode} says.
 * Products allocate nothing.
 */
public final class CuBlas implements AutoCloseable {
    private final MemorySegment handle;

    CuBlas(MemorySegment handle) {
        this.handle = handle;
    }

    /** How float32 products are computed. */
    public enum MathMode {
        /** True float32 with tensor cores wherever they give the same accuracy. */
        DEFAULT(cublas_h.CUBLAS_DEFAULT_MATH()),
        /** True float32, in the prescribed precision in every intermediate step. */
        PEDANTIC(cublas_h.CUBLAS_PEDANTIC_MATH()),
        /** Operands of float32 products rounded to 10 bits of mantissa. */
        TF32(cublas_h.CUBLAS_TF32_TENSOR_OP_MATH());

        private final int code;

        MathMode(int code) {
            this.code = code;
        }
    }

    /** Where alpha and beta lie. */
    public enum PointerMode {
        HOST(cublas_h.CUBLAS_POINTER_MODE_HOST()),
        DEVICE(cublas_h.CUBLAS_POINTER_MODE_DEVICE());

        private final int code;

        PointerMode(int code) {
            this.code = code;
        }
    }

    /** Element type of a matrix. */
    public enum ElementType {
        FLOAT32(cublas_h.CUDA_R_32F(), Float.BYTES),
        FLOAT64(cublas_h.CUDA_R_64F(), Double.BYTES),
        BFLOAT16(cublas_h.CUDA_R_16BF(), Short.BYTES);

        private final int code;
        private final int bytes;

        ElementType(int code, int bytes) {
            this.code = code;
            this.bytes = bytes;
        }

        int code() {
            return code;
        }

        /** Size of an element. */
        public int bytes() {
            return bytes;
        }
    }

    /** Precision of a product's sums, and of alpha and beta. */
    public enum ComputeType {
        FLOAT32(cublas_h.CUBLAS_COMPUTE_32F(), ElementType.FLOAT32),
        FLOAT32_PEDANTIC(cublas_h.CUBLAS_COMPUTE_32F_PEDANTIC(), ElementType.FLOAT32),
        FLOAT32_FROM_TF32(cublas_h.CUBLAS_COMPUTE_32F_FAST_TF32(), ElementType.FLOAT32),
        FLOAT64(cublas_h.CUBLAS_COMPUTE_64F(), ElementType.FLOAT64);

        private final int code;
        private final ElementType scaleType;

        ComputeType(int code, ElementType scaleType) {
            this.code = code;
            this.scaleType = scaleType;
        }

        int code() {
            return code;
        }

        /** Type of alpha and beta. */
        public ElementType scaleType() {
            return scaleType;
        }
    }

    /**
     * cuBLAS for the current context.
     *
     * @throws CudaUnavailableException when there is no cuBLAS, or the driver is too old for it
     */
    public static CuBlas create() {
        CudaLibraries.open(CudaLibrary.CUBLAS);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment handle = arena.allocate(ADDRESS);
            int status = cublas_h.cublasCreate_v2(handle);
            if (status == cublas_h.CUBLAS_STATUS_NOT_INITIALIZED()) {
                throw new CudaUnavailableException(
                        Reason.DRIVER_TOO_OLD,
                        "the NVIDIA driver is too old, or missing, for cuBLAS " + version(NULL) + ": cublasCreate: "
                                + string(cublas_h.cublasGetStatusString(status)));
            }
            check("cublasCreate", status);
            return new CuBlas(handle.get(ADDRESS, 0));
        }
    }

    /**
     * Version of the library, as 10000 · major + 100 · minor + patch; it needs no driver.
     *
     * @throws CudaUnavailableException when there is no cuBLAS
     */
    public static int version() {
        CudaLibraries.open(CudaLibrary.CUBLAS);
        return version(NULL);
    }

    private static int version(MemorySegment handle) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment version = arena.allocate(JAVA_INT);
            check("cublasGetVersion", cublas_h.cublasGetVersion_v2(handle, version));
            return version.get(JAVA_INT, 0);
        }
    }

    /** Lets later calls run in this stream; takes the workspace away. */
    public void setStream(CudaDriver.Stream stream) {
        check("cublasSetStream", cublas_h.cublasSetStream_v2(handle, stream.handle()));
    }

    /** Gives device memory to work in, aligned to 256 bytes; nothing is allocated by later calls if it is large enough. */
    public void setWorkspace(MemorySegment device) {
        check("cublasSetWorkspace", cublas_h.cublasSetWorkspace_v2(handle, device, device.byteSize()));
    }

    /** Sets how float32 products are computed. */
    public void setMathMode(MathMode mode) {
        check("cublasSetMathMode " + mode, cublas_h.cublasSetMathMode(handle, mode.code));
    }

    /** Says where alpha and beta of later calls lie; on the host at first. */
    public void setPointerMode(PointerMode mode) {
        check("cublasSetPointerMode " + mode, cublas_h.cublasSetPointerMode_v2(handle, mode.code));
    }

    /**
     * C ← α op(A) op(B) + β C in float32, where op transposes if asked: op(A) is m × k, op(B) k × n, C m × n.
     *
     * @param lda elements from one row of A as stored (m × k, or k × m when {@code transA}) to the next; same for ldb, ldc
     */
    public void sgemm(
            boolean transA,
            boolean transB,
            int m,
            int n,
            int k,
            MemorySegment alpha,
            MemorySegment a,
            int lda,
            MemorySegment b,
            int ldb,
            MemorySegment beta,
            MemorySegment c,
            int ldc) {
        checkProduct(transA, transB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc, Float.BYTES);
        check(
                "cublasSgemm",
                cublas_h.cublasSgemm_v2(handle, op(transB), op(transA), n, m, k, alpha, b, ldb, a, lda, beta, c, ldc));
    }

    /**
     * C ← α op(A) op(B) + β C in float64, where op transposes if asked: op(A) is m × k, op(B) k × n, C m × n.
     *
     * @param lda elements from one row of A as stored (m × k, or k × m when {@code transA}) to the next; same for ldb, ldc
     */
    public void dgemm(
            boolean transA,
            boolean transB,
            int m,
            int n,
            int k,
            MemorySegment alpha,
            MemorySegment a,
            int lda,
            MemorySegment b,
            int ldb,
            MemorySegment beta,
            MemorySegment c,
            int ldc) {
        checkProduct(transA, transB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc, Double.BYTES);
        check(
                "cublasDgemm",
                cublas_h.cublasDgemm_v2(handle, op(transB), op(transA), n, m, k, alpha, b, ldb, a, lda, beta, c, ldc));
    }

    /**
     * {@link #sgemm} for each of {@code batch} products.
     *
     * @param strideA elements from one matrix A to the next, 0 to use the same one; same for B; not 0 for C
     */
    public void sgemmStridedBatched(
            boolean transA,
            boolean transB,
            int m,
            int n,
            int k,
            MemorySegment alpha,
            MemorySegment a,
            int lda,
            long strideA,
            MemorySegment b,
            int ldb,
            long strideB,
            MemorySegment beta,
            MemorySegment c,
            int ldc,
            long strideC,
            int batch) {
        checkScalars(alpha, beta, Float.BYTES);
        checkProducts(
                transA,
                transB,
                m,
                n,
                k,
                a,
                lda,
                strideA,
                Float.BYTES,
                b,
                ldb,
                strideB,
                Float.BYTES,
                c,
                ldc,
                strideC,
                Float.BYTES,
                batch);
        check(
                "cublasSgemmStridedBatched",
                cublas_h.cublasSgemmStridedBatched(
                        handle,
                        op(transB),
                        op(transA),
                        n,
                        m,
                        k,
                        alpha,
                        b,
                        ldb,
                        strideB,
                        a,
                        lda,
                        strideA,
                        beta,
                        c,
                        ldc,
                        strideC,
                        batch));
    }

    /**
     * {@link #dgemm} for each of {@code batch} products.
     *
     * @param strideA elements from one matrix A to the next, 0 to use the same one; same for B; not 0 for C
     */
    public void dgemmStridedBatched(
            boolean transA,
            boolean transB,
            int m,
            int n,
            int k,
            MemorySegment alpha,
            MemorySegment a,
            int lda,
            long strideA,
            MemorySegment b,
            int ldb,
            long strideB,
            MemorySegment beta,
            MemorySegment c,
            int ldc,
            long strideC,
            int batch) {
        checkScalars(alpha, beta, Double.BYTES);
        checkProducts(
                transA,
                transB,
                m,
                n,
                k,
                a,
                lda,
                strideA,
                Double.BYTES,
                b,
                ldb,
                strideB,
                Double.BYTES,
                c,
                ldc,
                strideC,
                Double.BYTES,
                batch);
        check(
                "cublasDgemmStridedBatched",
                cublas_h.cublasDgemmStridedBatched(
                        handle,
                        op(transB),
                        op(transA),
                        n,
                        m,
                        k,
                        alpha,
                        b,
                        ldb,
                        strideB,
                        a,
                        lda,
                        strideA,
                        beta,
                        c,
                        ldc,
                        strideC,
                        batch));
    }

    /**
     * C ← α op(A) op(B) + β C for each of {@code batch} products, with element types of A and B, of C, and of the sums
     * chosen apart: bfloat16 matrices with float32 sums, for example.
     *
     * @param strideA elements from one matrix A to the next, 0 to use the same one; same for B; not 0 for C
     */
    public void gemmStridedBatched(
            boolean transA,
            boolean transB,
            int m,
            int n,
            int k,
            MemorySegment alpha,
            MemorySegment a,
            int lda,
            long strideA,
            MemorySegment b,
            int ldb,
            long strideB,
            ElementType operandType,
            MemorySegment beta,
            MemorySegment c,
            int ldc,
            long strideC,
            ElementType resultType,
            int batch,
            ComputeType computeType) {
        int operandBytes = operandType.bytes();
        checkScalars(alpha, beta, computeType.scaleType().bytes());
        checkProducts(
                transA,
                transB,
                m,
                n,
                k,
                a,
                lda,
                strideA,
                operandBytes,
                b,
                ldb,
                strideB,
                operandBytes,
                c,
                ldc,
                strideC,
                resultType.bytes(),
                batch);
        check(
                "cublasGemmStridedBatchedEx",
                cublas_h.cublasGemmStridedBatchedEx(
                        handle,
                        op(transB),
                        op(transA),
                        n,
                        m,
                        k,
                        alpha,
                        b,
                        operandType.code,
                        ldb,
                        strideB,
                        a,
                        operandType.code,
                        lda,
                        strideA,
                        beta,
                        c,
                        resultType.code,
                        ldc,
                        strideC,
                        batch,
                        computeType.code,
                        cublas_h.CUBLAS_GEMM_DEFAULT()));
    }

    /** Gives cuBLAS back, after all its work is done. */
    @Override
    public void close() {
        check("cublasDestroy", cublas_h.cublasDestroy_v2(handle));
    }

    private static void checkProduct(
            boolean transA,
            boolean transB,
            int m,
            int n,
            int k,
            MemorySegment alpha,
            MemorySegment a,
            int lda,
            MemorySegment b,
            int ldb,
            MemorySegment beta,
            MemorySegment c,
            int ldc,
            int bytes) {
        checkScalars(alpha, beta, bytes);
        checkProducts(transA, transB, m, n, k, a, lda, 0, bytes, b, ldb, 0, bytes, c, ldc, 0, bytes, 1);
    }

    private static void checkScalars(MemorySegment alpha, MemorySegment beta, int bytes) {
        Segments.bytes("alpha", alpha, bytes);
        Segments.bytes("beta", beta, bytes);
    }

    private static void checkProducts(
            boolean transA,
            boolean transB,
            int m,
            int n,
            int k,
            MemorySegment a,
            int lda,
            long strideA,
            int bytesA,
            MemorySegment b,
            int ldb,
            long strideB,
            int bytesB,
            MemorySegment c,
            int ldc,
            long strideC,
            int bytesC,
            int batch) {
        Segments.dimension("m", m);
        Segments.dimension("n", n);
        Segments.dimension("k", k);
        Segments.dimension("batch", batch);
        Segments.matrices("a", a, transA ? k : m, transA ? m : k, lda, strideA, batch, bytesA);
        Segments.matrices("b", b, transB ? n : k, transB ? k : n, ldb, strideB, batch, bytesB);
        Segments.writableMatrices("c", c, m, n, ldc, strideC, batch, bytesC);
    }

    private static int op(boolean transpose) {
        return transpose ? cublas_h.CUBLAS_OP_T() : cublas_h.CUBLAS_OP_N();
    }

    private static void check(String operation, int status) {
        if (status != 0) {
            throw new CudaException(
                    operation,
                    status,
                    string(cublas_h.cublasGetStatusName(status)),
                    string(cublas_h.cublasGetStatusString(status)));
        }
    }

    private static String string(MemorySegment text) {
        return text.getString(0);
    }
}
