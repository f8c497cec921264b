package dev.spectraledge.bindings;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.spectraledge.bindings.CuBlas.ComputeType;
import dev.spectraledge.bindings.CuBlas.ElementType;
import dev.spectraledge.bindings.CudaUnavailableException.Reason;
import dev.spectraledge.bindings.raw.cublas.cublas_h;
import dev.spectraledge.bindings.raw.cublaslt.cublasLtMatmulHeuristicResult_t;
import dev.spectraledge.bindings.raw.cublaslt.cublaslt_h;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.util.ArrayList;
import java.util.List;

/**
 * Products with an epilogue on a device by cuBLASLt, <em>column-major</em>: D ← epilogue(α op(A) op(B) + β C). A row-major
 * matrix at the same address is the transpose, so a row-major C = A B is asked for as Cᵀ = Bᵀ Aᵀ.
 *
 * <p>A product is described once: descriptor, layouts, preference, and the algorithm that {@link #algorithms} finds. They
 * live on the host and, {@link #algorithms} apart, need no device. {@link #matmul} then allocates nothing. Matrices are
 * device memory as {@link CudaDriver} gives it; too small ones are refused before the call with
 * {@link IndexOutOfBoundsException}.
 */
public final class CuBlasLt implements AutoCloseable {
    private final MemorySegment handle;

    CuBlasLt(MemorySegment handle) {
        this.handle = handle;
    }

    /** What is done to a product before it is stored. The GELU of this library is the one with tanh. */
    public enum Epilogue {
        NONE(cublaslt_h.CUBLASLT_EPILOGUE_DEFAULT()),
        /** Adds one number to each row of D. */
        BIAS(cublaslt_h.CUBLASLT_EPILOGUE_BIAS()),
        GELU_BIAS(cublaslt_h.CUBLASLT_EPILOGUE_GELU_BIAS()),
        /** {@link #GELU_BIAS}, and the input of the GELU goes to the auxiliary matrix. */
        GELU_AUXILIARY_BIAS(cublaslt_h.CUBLASLT_EPILOGUE_GELU_AUX_BIAS()),
        /** Multiplies by the derivative of GELU at the auxiliary matrix. */
        GELU_BACKWARD(cublaslt_h.CUBLASLT_EPILOGUE_DGELU()),
        /** {@link #GELU_BACKWARD}, and the sums over each row of D go to the bias. */
        GELU_BACKWARD_BIAS_GRADIENT(cublaslt_h.CUBLASLT_EPILOGUE_DGELU_BGRAD()),
        /** The sums over each row of op(A) go to the bias. */
        BIAS_GRADIENT_OF_A(cublaslt_h.CUBLASLT_EPILOGUE_BGRADA()),
        /** The sums over each column of op(B) go to the bias. */
        BIAS_GRADIENT_OF_B(cublaslt_h.CUBLASLT_EPILOGUE_BGRADB());

        private final int code;

        Epilogue(int code) {
            this.code = code;
        }

        int code() {
            return code;
        }
    }

    /** What is computed: operations on A and B, precision, epilogue. */
    public static final class MatmulDescriptor implements AutoCloseable {
        private final MemorySegment handle;
        private final ComputeType computeType;

        private MatmulDescriptor(MemorySegment handle, ComputeType computeType) {
            this.handle = handle;
            this.computeType = computeType;
        }

        /**
         * A product without transposition and epilogue.
         *
         * @throws CudaUnavailableException when there is no cuBLASLt
         */
        public static MatmulDescriptor create(ComputeType computeType) {
            return new MatmulDescriptor(
                    created(
                            "cublasLtMatmulDescCreate",
                            out -> cublaslt_h.cublasLtMatmulDescCreate(
                                    out,
                                    computeType.code(),
                                    computeType.scaleType().code())),
                    computeType);
        }

        /** Which of A and B are transposed. */
        public void setTransposes(boolean transA, boolean transB) {
            setInt(cublaslt_h.CUBLASLT_MATMUL_DESC_TRANSA(), op(transA));
            setInt(cublaslt_h.CUBLASLT_MATMUL_DESC_TRANSB(), op(transB));
        }

        /** What is done to the product before it is stored. */
        public void setEpilogue(Epilogue epilogue) {
            setInt(cublaslt_h.CUBLASLT_MATMUL_DESC_EPILOGUE(), epilogue.code());
        }

        /**
         * The bias, or where its gradient goes.
         *
         * @param device as many elements as D has rows, of D's type
         * @param batchStride elements from the bias of one product to the next
         */
        public void setBias(MemorySegment device, long batchStride) {
            setLong(cublaslt_h.CUBLASLT_MATMUL_DESC_BIAS_POINTER(), device.address());
            setLong(cublaslt_h.CUBLASLT_MATMUL_DESC_BIAS_BATCH_STRIDE(), batchStride);
        }

        /**
         * The auxiliary matrix of a GELU epilogue, in the shape of D.
         *
         * @param ld elements from one column to the next, a multiple of 8
         * @param batchStride elements from the matrix of one product to the next, a multiple of 8
         */
        public void setAuxiliary(MemorySegment device, long ld, long batchStride) {
            if (ld % 8 != 0 || batchStride % 8 != 0) {
                throw new IllegalArgumentException("auxiliary matrix with leading dimension " + ld
                        + " and batch stride " + batchStride + "; both must be multiples of 8");
            }
            setLong(cublaslt_h.CUBLASLT_MATMUL_DESC_EPILOGUE_AUX_POINTER(), device.address());
            setLong(cublaslt_h.CUBLASLT_MATMUL_DESC_EPILOGUE_AUX_LD(), ld);
            setLong(cublaslt_h.CUBLASLT_MATMUL_DESC_EPILOGUE_AUX_BATCH_STRIDE(), batchStride);
        }

        MemorySegment handle() {
            return handle;
        }

        private void setInt(int attribute, int value) {
            setAttribute(
                    "cublasLtMatmulDescSetAttribute " + attribute,
                    arena -> arena.allocateFrom(JAVA_INT, value),
                    (buffer, bytes) -> cublaslt_h.cublasLtMatmulDescSetAttribute(handle, attribute, buffer, bytes));
        }

        private void setLong(int attribute, long value) {
            setAttribute(
                    "cublasLtMatmulDescSetAttribute " + attribute,
                    arena -> arena.allocateFrom(JAVA_LONG, value),
                    (buffer, bytes) -> cublaslt_h.cublasLtMatmulDescSetAttribute(handle, attribute, buffer, bytes));
        }

        @Override
        public void close() {
            check("cublasLtMatmulDescDestroy", cublaslt_h.cublasLtMatmulDescDestroy(handle));
        }
    }

    /** Shape of column-major matrices in device memory. */
    public static final class MatrixLayout implements AutoCloseable {
        private final MemorySegment handle;
        private final ElementType type;
        private final int rows;
        private final int columns;
        private final int ld;
        private long stride;
        private int batch = 1;

        private MatrixLayout(MemorySegment handle, ElementType type, int rows, int columns, int ld) {
            this.handle = handle;
            this.type = type;
            this.rows = rows;
            this.columns = columns;
            this.ld = ld;
        }

        /**
         * The layout of one matrix.
         *
         * @param ld elements from one column to the next
         * @throws CudaUnavailableException when there is no cuBLASLt
         */
        public static MatrixLayout create(ElementType type, int rows, int columns, int ld) {
            Segments.dimension("rows", rows);
            Segments.dimension("columns", columns);
            return new MatrixLayout(
                    created(
                            "cublasLtMatrixLayoutCreate",
                            out -> cublaslt_h.cublasLtMatrixLayoutCreate(out, type.code(), rows, columns, ld)),
                    type,
                    rows,
                    columns,
                    ld);
        }

        /**
         * Makes it the layout of several matrices.
         *
         * @param newStride elements from one matrix to the next
         */
        public void setBatch(int newBatch, long newStride) {
            Segments.dimension("batch", newBatch);
            setAttribute(
                    "cublasLtMatrixLayoutSetAttribute BATCH_COUNT",
                    arena -> arena.allocateFrom(JAVA_INT, newBatch),
                    (buffer, bytes) -> cublaslt_h.cublasLtMatrixLayoutSetAttribute(
                            handle, cublaslt_h.CUBLASLT_MATRIX_LAYOUT_BATCH_COUNT(), buffer, bytes));
            setAttribute(
                    "cublasLtMatrixLayoutSetAttribute STRIDED_BATCH_OFFSET",
                    arena -> arena.allocateFrom(JAVA_LONG, newStride),
                    (buffer, bytes) -> cublaslt_h.cublasLtMatrixLayoutSetAttribute(
                            handle, cublaslt_h.CUBLASLT_MATRIX_LAYOUT_STRIDED_BATCH_OFFSET(), buffer, bytes));
            batch = newBatch;
            stride = newStride;
        }

        MemorySegment handle() {
            return handle;
        }

        void check(String name, MemorySegment device) {
            // A column-major matrix has the memory of a row-major one with rows and columns changed.
            Segments.matrices(name, device, /* rows= */ columns, /* columns= */ rows, ld, stride, batch, type.bytes());
        }

        void checkWritable(String name, MemorySegment device) {
            Segments.writableMatrices(
                    name, device, /* rows= */ columns, /* columns= */ rows, ld, stride, batch, type.bytes());
        }

        @Override
        public void close() {
            CuBlasLt.check("cublasLtMatrixLayoutDestroy", cublaslt_h.cublasLtMatrixLayoutDestroy(handle));
        }
    }

    /** What an algorithm may use. */
    public static final class MatmulPreference implements AutoCloseable {
        private final MemorySegment handle;

        private MatmulPreference(MemorySegment handle) {
            this.handle = handle;
        }

        /**
         * Algorithms with at most this workspace, for matrices that are aligned to 256 bytes.
         *
         * @throws CudaUnavailableException when there is no cuBLASLt
         */
        public static MatmulPreference create(long maxWorkspaceBytes) {
            MatmulPreference preference = new MatmulPreference(
                    created("cublasLtMatmulPreferenceCreate", cublaslt_h::cublasLtMatmulPreferenceCreate));
            setAttribute(
                    "cublasLtMatmulPreferenceSetAttribute MAX_WORKSPACE_BYTES",
                    arena -> arena.allocateFrom(JAVA_LONG, maxWorkspaceBytes),
                    (buffer, bytes) -> cublaslt_h.cublasLtMatmulPreferenceSetAttribute(
                            preference.handle, cublaslt_h.CUBLASLT_MATMUL_PREF_MAX_WORKSPACE_BYTES(), buffer, bytes));
            return preference;
        }

        /** Algorithms for matrices that are aligned to this many bytes, a power of two each. */
        public void setAlignment(int a, int b, int c, int d) {
            setAlignment(cublaslt_h.CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_A_BYTES(), a);
            setAlignment(cublaslt_h.CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_B_BYTES(), b);
            setAlignment(cublaslt_h.CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_C_BYTES(), c);
            setAlignment(cublaslt_h.CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_D_BYTES(), d);
        }

        MemorySegment handle() {
            return handle;
        }

        private void setAlignment(int attribute, int value) {
            setAttribute(
                    "cublasLtMatmulPreferenceSetAttribute " + attribute,
                    arena -> arena.allocateFrom(JAVA_INT, value),
                    (buffer, bytes) ->
                            cublaslt_h.cublasLtMatmulPreferenceSetAttribute(handle, attribute, buffer, bytes));
        }

        @Override
        public void close() {
            check("cublasLtMatmulPreferenceDestroy", cublaslt_h.cublasLtMatmulPreferenceDestroy(handle));
        }
    }

    /**
     * A way to compute one product.
     *
     * @param data the library's description, in the memory of the arena given to {@link #algorithms}
     * @param workspaceBytes device memory that it works in
     */
    public record Algorithm(MemorySegment data, long workspaceBytes) {}

    /**
     * cuBLASLt for the current context.
     *
     * @throws CudaUnavailableException when there is no cuBLASLt, or the driver is too old for it
     */
    public static CuBlasLt create() {
        CudaLibraries.open(CudaLibrary.CUBLASLT);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment result = arena.allocate(ADDRESS);
            int status = cublaslt_h.cublasLtCreate(result);
            if (status == cublaslt_h.CUBLAS_STATUS_NOT_INITIALIZED()) {
                throw new CudaUnavailableException(
                        Reason.DRIVER_TOO_OLD,
                        "the NVIDIA driver is too old, or missing, for cuBLASLt " + version() + ": cublasLtCreate: "
                                + string(cublaslt_h.cublasLtGetStatusString(status)));
            }
            check("cublasLtCreate", status);
            return new CuBlasLt(result.get(ADDRESS, 0));
        }
    }

    /**
     * Version of the library, as 10000 · major + 100 · minor + patch; it needs no driver.
     *
     * @throws CudaUnavailableException when there is no cuBLASLt
     */
    public static long version() {
        CudaLibraries.open(CudaLibrary.CUBLASLT);
        return cublaslt_h.cublasLtGetVersion();
    }

    /**
     * Algorithms for one product, the one that is expected to be fastest first.
     *
     * @param allocator keeps the algorithms
     * @param count largest number of algorithms
     * @return empty when there is none for this combination
     */
    public List<Algorithm> algorithms(
            MatmulDescriptor descriptor,
            MatrixLayout a,
            MatrixLayout b,
            MatrixLayout c,
            MatrixLayout d,
            MatmulPreference preference,
            int count,
            SegmentAllocator allocator) {
        MemorySegment results = allocator.allocate(cublasLtMatmulHeuristicResult_t.layout(), count);
        MemorySegment found = allocator.allocate(JAVA_INT);
        int status = cublaslt_h.cublasLtMatmulAlgoGetHeuristic(
                handle,
                descriptor.handle,
                a.handle,
                b.handle,
                c.handle,
                d.handle,
                preference.handle,
                count,
                results,
                found);
        if (status == cublaslt_h.CUBLAS_STATUS_NOT_SUPPORTED()) {
            return List.of();
        }
        check("cublasLtMatmulAlgoGetHeuristic", status);
        List<Algorithm> algorithms = new ArrayList<>();
        for (int i = 0; i < found.get(JAVA_INT, 0); i++) {
            MemorySegment result = cublasLtMatmulHeuristicResult_t.asSlice(results, i);
            if (cublasLtMatmulHeuristicResult_t.state(result) == 0) {
                algorithms.add(new Algorithm(
                        cublasLtMatmulHeuristicResult_t.algo(result),
                        cublasLtMatmulHeuristicResult_t.workspaceSize(result)));
            }
        }
        return List.copyOf(algorithms);
    }

    /**
     * D ← epilogue(α op(A) op(B) + β C), in stream order.
     *
     * @param alpha one number on the host, of the descriptor's scale type; same for beta
     * @param c may be D
     * @param workspace device memory of at least the algorithm's size
     */
    public void matmul(
            MatmulDescriptor descriptor,
            MemorySegment alpha,
            MemorySegment a,
            MatrixLayout layoutA,
            MemorySegment b,
            MatrixLayout layoutB,
            MemorySegment beta,
            MemorySegment c,
            MatrixLayout layoutC,
            MemorySegment d,
            MatrixLayout layoutD,
            Algorithm algorithm,
            MemorySegment workspace,
            CudaDriver.Stream stream) {
        int scaleBytes = descriptor.computeType.scaleType().bytes();
        Segments.bytes("alpha", alpha, scaleBytes);
        Segments.bytes("beta", beta, scaleBytes);
        layoutA.check("a", a);
        layoutB.check("b", b);
        layoutC.check("c", c);
        layoutD.checkWritable("d", d);
        Segments.bytes("workspace", workspace, algorithm.workspaceBytes());
        check(
                "cublasLtMatmul",
                cublaslt_h.cublasLtMatmul(
                        handle,
                        descriptor.handle,
                        alpha,
                        a,
                        layoutA.handle,
                        b,
                        layoutB.handle,
                        beta,
                        c,
                        layoutC.handle,
                        d,
                        layoutD.handle,
                        algorithm.data(),
                        workspace,
                        workspace.byteSize(),
                        stream.handle()));
    }

    /** Gives cuBLASLt back, after all its work is done. */
    @Override
    public void close() {
        check("cublasLtDestroy", cublaslt_h.cublasLtDestroy(handle));
    }

    private interface Creation {
        int call(MemorySegment result);
    }

    private interface Value {
        MemorySegment in(Arena arena);
    }

    private interface Setter {
        int call(MemorySegment buffer, long bytes);
    }

    private static MemorySegment created(String operation, Creation creation) {
        CudaLibraries.open(CudaLibrary.CUBLASLT);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment result = arena.allocate(ADDRESS);
            check(operation, creation.call(result));
            return result.get(ADDRESS, 0);
        }
    }

    private static void setAttribute(String operation, Value value, Setter setter) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = value.in(arena);
            check(operation, setter.call(buffer, buffer.byteSize()));
        }
    }

    private static int op(boolean transpose) {
        return transpose ? cublas_h.CUBLAS_OP_T() : cublas_h.CUBLAS_OP_N();
    }

    private static void check(String operation, int status) {
        if (status != 0) {
            throw new CudaException(
                    operation,
                    status,
                    string(cublaslt_h.cublasLtGetStatusName(status)),
                    string(cublaslt_h.cublasLtGetStatusString(status)));
        }
    }

    private static String string(MemorySegment text) {
        return text.getString(0);
    }
}
