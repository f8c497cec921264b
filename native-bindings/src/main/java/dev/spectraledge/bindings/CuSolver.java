package dev.spectraledge.bindings;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.spectraledge.bindings.CuBlas.ElementType;
import dev.spectraledge.bindings.CudaUnavailableException.Reason;
import dev.spectraledge.bindings.raw.cusolver.cusolver_h;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Dense factorisations on a device by cuSOLVER, <em>column-major</em>, since not all of them have a transposed twin: a
 * row-major matrix at the same address is the transpose, and for symmetric matrices the triangles change names.
 *
 * <p>One object serves one stream at a time and one thread at a time. Matrices and workspaces are device memory as
 * {@link CudaDriver} gives it; a segment starts at the first element and too small ones are refused before the call with
 * {@link IndexOutOfBoundsException}. Each factorisation writes LAPACK's {@code info} to the device: 0, or a numerical
 * failure that the caller reads when it fetches the result. The calls wait for the device in parts, so they do not go into
 * a captured graph.
 */
public final class CuSolver implements AutoCloseable {
    private static final int FLOAT = Float.BYTES;
    private static final int DOUBLE = Double.BYTES;

    /** gesvdj's choice between all singular vectors, 0, and those that belong to a singular value. */
    private static final int ECONOMY = 1;

    private final MemorySegment handle;
    private final MemorySegment parameters;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment answer = arena.allocate(2 * Long.BYTES, Long.BYTES);
    private final MemorySegment hostAnswer = answer.asSlice(Long.BYTES);

    CuSolver(MemorySegment handle, MemorySegment parameters) {
        this.handle = handle;
        this.parameters = parameters;
    }

    /** Bytes of workspace on the device and on the host. */
    public record WorkspaceBytes(long device, long host) {}

    /**
     * cuSOLVER for the current context.
     *
     * @throws CudaUnavailableException when there is no cuSOLVER, or the driver is too old for it
     */
    public static CuSolver create() {
        CudaLibraries.open(CudaLibrary.CUSOLVER);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment result = arena.allocate(ADDRESS);
            int status = cusolver_h.cusolverDnCreate(result);
            if (status == cusolver_h.CUSOLVER_STATUS_NOT_INITIALIZED()) {
                throw new CudaUnavailableException(
                        Reason.DRIVER_TOO_OLD,
                        "the NVIDIA driver is too old, or missing, for cuSOLVER " + version()
                                + ": cusolverDnCreate: CUSOLVER_STATUS_NOT_INITIALIZED");
            }
            check("cusolverDnCreate", status);
            MemorySegment handle = result.get(ADDRESS, 0);
            check("cusolverDnCreateParams", cusolver_h.cusolverDnCreateParams(result));
            return new CuSolver(handle, result.get(ADDRESS, 0));
        }
    }

    /**
     * Version of the library, as 1000 · major + 100 · minor + patch; it needs no driver.
     *
     * @throws CudaUnavailableException when there is no cuSOLVER
     */
    public static int version() {
        CudaLibraries.open(CudaLibrary.CUSOLVER);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment version = arena.allocate(JAVA_INT);
            check("cusolverGetVersion", cusolver_h.cusolverGetVersion(version));
            return version.get(JAVA_INT, 0);
        }
    }

    /** Lets later calls run in this stream. */
    public void setStream(CudaDriver.Stream stream) {
        check("cusolverDnSetStream", cusolver_h.cusolverDnSetStream(handle, stream.handle()));
    }

    /** Whether the same input always gives the same bits; it does at first. */
    public void setDeterministic(boolean deterministic) {
        int mode = deterministic
                ? cusolver_h.CUSOLVER_DETERMINISTIC_RESULTS()
                : cusolver_h.CUSOLVER_ALLOW_NON_DETERMINISTIC_RESULTS();
        check("cusolverDnSetDeterministicMode", cusolver_h.cusolverDnSetDeterministicMode(handle, mode));
    }

    /** Gives cuSOLVER back, after all its work is done. */
    @Override
    public void close() {
        check("cusolverDnDestroyParams", cusolver_h.cusolverDnDestroyParams(parameters));
        check("cusolverDnDestroy", cusolver_h.cusolverDnDestroy(handle));
        arena.close();
    }

    /** Elements that {@link #sgeqrf} needs as {@code work}. */
    public int sgeqrfWorkLength(int m, int n, MemorySegment a, int lda) {
        checkMatrix(m, n, a, lda, FLOAT);
        check("cusolverDnSgeqrf_bufferSize", cusolver_h.cusolverDnSgeqrf_bufferSize(handle, m, n, a, lda, answer));
        return answer.get(JAVA_INT, 0);
    }

    /**
     * A = Q R in float32 for A of m × n, overwritten by R and, below its diagonal, the reflectors of Q.
     *
     * @param tau receives the min(m, n) factors of the reflectors
     * @param work scratch of at least {@link #sgeqrfWorkLength} elements
     * @param info receives one int32
     */
    public void sgeqrf(
            int m, int n, MemorySegment a, int lda, MemorySegment tau, MemorySegment work, MemorySegment info) {
        Segments.array("tau", tau, Math.min(m, n), FLOAT);
        Segments.array("info", info, 1, Integer.BYTES);
        int length = sgeqrfWorkLength(m, n, a, lda);
        Segments.array("work", work, length, FLOAT);
        check("cusolverDnSgeqrf", cusolver_h.cusolverDnSgeqrf(handle, m, n, a, lda, tau, work, length, info));
    }

    /** Elements that {@link #sorgqr} needs as {@code work}. */
    public int sorgqrWorkLength(int m, int n, int k, MemorySegment a, int lda, MemorySegment tau) {
        checkOrgqr(m, n, k, a, lda, tau, FLOAT);
        check(
                "cusolverDnSorgqr_bufferSize",
                cusolver_h.cusolverDnSorgqr_bufferSize(handle, m, n, k, a, lda, tau, answer));
        return answer.get(JAVA_INT, 0);
    }

    /**
     * The first n columns of Q in float32 from the k reflectors that {@link #sgeqrf} left in A of m × n, m ≥ n ≥ k; they
     * overwrite A.
     *
     * @param work scratch of at least {@link #sorgqrWorkLength} elements
     * @param info receives one int32
     */
    public void sorgqr(
            int m, int n, int k, MemorySegment a, int lda, MemorySegment tau, MemorySegment work, MemorySegment info) {
        Segments.array("info", info, 1, Integer.BYTES);
        int length = sorgqrWorkLength(m, n, k, a, lda, tau);
        Segments.array("work", work, length, FLOAT);
        check("cusolverDnSorgqr", cusolver_h.cusolverDnSorgqr(handle, m, n, k, a, lda, tau, work, length, info));
    }

    /** Elements that {@link #ssyevd} needs as {@code work}. */
    public int ssyevdWorkLength(boolean vectors, boolean upper, int n, MemorySegment a, int lda, MemorySegment w) {
        checkMatrix(n, n, a, lda, FLOAT);
        Segments.array("w", w, n, FLOAT);
        check(
                "cusolverDnSsyevd_bufferSize",
                cusolver_h.cusolverDnSsyevd_bufferSize(handle, mode(vectors), triangle(upper), n, a, lda, w, answer));
        return answer.get(JAVA_INT, 0);
    }

    /**
     * Eigenvalues, and eigenvectors if asked, of a symmetric A of n × n in float32 by divide and conquer. A is overwritten, by
     * the eigenvectors as columns if asked.
     *
     * @param upper which triangle of the column-major A is read
     * @param w receives the n eigenvalues, smallest first
     * @param work scratch of at least {@link #ssyevdWorkLength} elements
     * @param info receives one int32
     */
    public void ssyevd(
            boolean vectors,
            boolean upper,
            int n,
            MemorySegment a,
            int lda,
            MemorySegment w,
            MemorySegment work,
            MemorySegment info) {
        Segments.array("info", info, 1, Integer.BYTES);
        int length = ssyevdWorkLength(vectors, upper, n, a, lda, w);
        Segments.array("work", work, length, FLOAT);
        check(
                "cusolverDnSsyevd",
                cusolver_h.cusolverDnSsyevd(handle, mode(vectors), triangle(upper), n, a, lda, w, work, length, info));
    }

    /** Elements that {@link #sgesvdj} needs as {@code work}. */
    public int sgesvdjWorkLength(
            boolean vectors,
            int m,
            int n,
            MemorySegment a,
            int lda,
            MemorySegment s,
            MemorySegment u,
            int ldu,
            MemorySegment v,
            int ldv,
            JacobiSettings settings) {
        checkGesvdj(vectors, m, n, a, lda, s, u, ldu, v, ldv, FLOAT);
        check(
                "cusolverDnSgesvdj_bufferSize",
                cusolver_h.cusolverDnSgesvdj_bufferSize(
                        handle, mode(vectors), ECONOMY, m, n, a, lda, s, u, ldu, v, ldv, answer, settings.handle));
        return answer.get(JAVA_INT, 0);
    }

    /**
     * A = U diag(s) Vᵀ in float32 by Jacobi rotations for A of m × n, which is destroyed; k = min(m, n).
     *
     * @param s receives the k singular values, largest first
     * @param u receives m × k if {@code vectors}, else unused
     * @param v receives V, not its transpose: n × k if {@code vectors}, else unused
     * @param work scratch of at least {@link #sgesvdjWorkLength} elements
     * @param info receives one int32
     */
    public void sgesvdj(
            boolean vectors,
            int m,
            int n,
            MemorySegment a,
            int lda,
            MemorySegment s,
            MemorySegment u,
            int ldu,
            MemorySegment v,
            int ldv,
            MemorySegment work,
            MemorySegment info,
            JacobiSettings settings) {
        Segments.array("info", info, 1, Integer.BYTES);
        int length = sgesvdjWorkLength(vectors, m, n, a, lda, s, u, ldu, v, ldv, settings);
        Segments.array("work", work, length, FLOAT);
        check(
                "cusolverDnSgesvdj",
                cusolver_h.cusolverDnSgesvdj(
                        handle,
                        mode(vectors),
                        ECONOMY,
                        m,
                        n,
                        a,
                        lda,
                        s,
                        u,
                        ldu,
                        v,
                        ldv,
                        work,
                        length,
                        info,
                        settings.handle));
    }

    /** Elements that {@link #dgeqrf} needs as {@code work}. */
    public int dgeqrfWorkLength(int m, int n, MemorySegment a, int lda) {
        checkMatrix(m, n, a, lda, DOUBLE);
        check("cusolverDnDgeqrf_bufferSize", cusolver_h.cusolverDnDgeqrf_bufferSize(handle, m, n, a, lda, answer));
        return answer.get(JAVA_INT, 0);
    }

    /**
     * A = Q R in float64 for A of m × n, overwritten by R and, below its diagonal, the reflectors of Q.
     *
     * @param tau receives the min(m, n) factors of the reflectors
     * @param work scratch of at least {@link #dgeqrfWorkLength} elements
     * @param info receives one int32
     */
    public void dgeqrf(
            int m, int n, MemorySegment a, int lda, MemorySegment tau, MemorySegment work, MemorySegment info) {
        Segments.array("tau", tau, Math.min(m, n), DOUBLE);
        Segments.array("info", info, 1, Integer.BYTES);
        int length = dgeqrfWorkLength(m, n, a, lda);
        Segments.array("work", work, length, DOUBLE);
        check("cusolverDnDgeqrf", cusolver_h.cusolverDnDgeqrf(handle, m, n, a, lda, tau, work, length, info));
    }

    /** Elements that {@link #dorgqr} needs as {@code work}. */
    public int dorgqrWorkLength(int m, int n, int k, MemorySegment a, int lda, MemorySegment tau) {
        checkOrgqr(m, n, k, a, lda, tau, DOUBLE);
        check(
                "cusolverDnDorgqr_bufferSize",
                cusolver_h.cusolverDnDorgqr_bufferSize(handle, m, n, k, a, lda, tau, answer));
        return answer.get(JAVA_INT, 0);
    }

    /**
     * The first n columns of Q in float64 from the k reflectors that {@link #dgeqrf} left in A of m × n, m ≥ n ≥ k; they
     * overwrite A.
     *
     * @param work scratch of at least {@link #dorgqrWorkLength} elements
     * @param info receives one int32
     */
    public void dorgqr(
            int m, int n, int k, MemorySegment a, int lda, MemorySegment tau, MemorySegment work, MemorySegment info) {
        Segments.array("info", info, 1, Integer.BYTES);
        int length = dorgqrWorkLength(m, n, k, a, lda, tau);
        Segments.array("work", work, length, DOUBLE);
        check("cusolverDnDorgqr", cusolver_h.cusolverDnDorgqr(handle, m, n, k, a, lda, tau, work, length, info));
    }

    /** Elements that {@link #dsyevd} needs as {@code work}. */
    public int dsyevdWorkLength(boolean vectors, boolean upper, int n, MemorySegment a, int lda, MemorySegment w) {
        checkMatrix(n, n, a, lda, DOUBLE);
        Segments.array("w", w, n, DOUBLE);
        check(
                "cusolverDnDsyevd_bufferSize",
                cusolver_h.cusolverDnDsyevd_bufferSize(handle, mode(vectors), triangle(upper), n, a, lda, w, answer));
        return answer.get(JAVA_INT, 0);
    }

    /**
     * Eigenvalues, and eigenvectors if asked, of a symmetric A of n × n in float64 by divide and conquer. A is overwritten, by
     * the eigenvectors as columns if asked.
     *
     * @param upper which triangle of the column-major A is read
     * @param w receives the n eigenvalues, smallest first
     * @param work scratch of at least {@link #dsyevdWorkLength} elements
     * @param info receives one int32
     */
    public void dsyevd(
            boolean vectors,
            boolean upper,
            int n,
            MemorySegment a,
            int lda,
            MemorySegment w,
            MemorySegment work,
            MemorySegment info) {
        Segments.array("info", info, 1, Integer.BYTES);
        int length = dsyevdWorkLength(vectors, upper, n, a, lda, w);
        Segments.array("work", work, length, DOUBLE);
        check(
                "cusolverDnDsyevd",
                cusolver_h.cusolverDnDsyevd(handle, mode(vectors), triangle(upper), n, a, lda, w, work, length, info));
    }

    /** Elements that {@link #dgesvdj} needs as {@code work}. */
    public int dgesvdjWorkLength(
            boolean vectors,
            int m,
            int n,
            MemorySegment a,
            int lda,
            MemorySegment s,
            MemorySegment u,
            int ldu,
            MemorySegment v,
            int ldv,
            JacobiSettings settings) {
        checkGesvdj(vectors, m, n, a, lda, s, u, ldu, v, ldv, DOUBLE);
        check(
                "cusolverDnDgesvdj_bufferSize",
                cusolver_h.cusolverDnDgesvdj_bufferSize(
                        handle, mode(vectors), ECONOMY, m, n, a, lda, s, u, ldu, v, ldv, answer, settings.handle));
        return answer.get(JAVA_INT, 0);
    }

    /**
     * A = U diag(s) Vᵀ in float64 by Jacobi rotations for A of m × n, which is destroyed; k = min(m, n).
     *
     * @param s receives the k singular values, largest first
     * @param u receives m × k if {@code vectors}, else unused
     * @param v receives V, not its transpose: n × k if {@code vectors}, else unused
     * @param work scratch of at least {@link #dgesvdjWorkLength} elements
     * @param info receives one int32
     */
    public void dgesvdj(
            boolean vectors,
            int m,
            int n,
            MemorySegment a,
            int lda,
            MemorySegment s,
            MemorySegment u,
            int ldu,
            MemorySegment v,
            int ldv,
            MemorySegment work,
            MemorySegment info,
            JacobiSettings settings) {
        Segments.array("info", info, 1, Integer.BYTES);
        int length = dgesvdjWorkLength(vectors, m, n, a, lda, s, u, ldu, v, ldv, settings);
        Segments.array("work", work, length, DOUBLE);
        check(
                "cusolverDnDgesvdj",
                cusolver_h.cusolverDnDgesvdj(
                        handle,
                        mode(vectors),
                        ECONOMY,
                        m,
                        n,
                        a,
                        lda,
                        s,
                        u,
                        ldu,
                        v,
                        ldv,
                        work,
                        length,
                        info,
                        settings.handle));
    }

    /** Workspace that {@link #syevBatched} needs. */
    public WorkspaceBytes syevBatchedWorkspace(
            boolean vectors,
            boolean upper,
            int n,
            MemorySegment a,
            int lda,
            MemorySegment w,
            ElementType type,
            int batch) {
        checkSyevBatched(n, a, lda, w, type, batch);
        querySyevBatched(vectors, upper, n, a, lda, w, type, batch);
        return new WorkspaceBytes(answer.get(JAVA_LONG, 0), answer.get(JAVA_LONG, Long.BYTES));
    }

    /**
     * Eigenvalues, and eigenvectors if asked, of {@code batch} symmetric matrices of n × n that lie one after another, lda ·
     * n elements apart. A is overwritten, by the eigenvectors as columns if asked.
     *
     * @param upper which triangle of each column-major matrix is read
     * @param w receives n eigenvalues per matrix, smallest first
     * @param type FLOAT32 or FLOAT64, of A, w and the computation
     * @param deviceWork scratch as {@link #syevBatchedWorkspace} says
     * @param hostWork off-heap scratch as {@link #syevBatchedWorkspace} says
     * @param info receives one int32 per matrix
     */
    public void syevBatched(
            boolean vectors,
            boolean upper,
            int n,
            MemorySegment a,
            int lda,
            MemorySegment w,
            ElementType type,
            int batch,
            MemorySegment deviceWork,
            MemorySegment hostWork,
            MemorySegment info) {
        checkSyevBatched(n, a, lda, w, type, batch);
        Segments.array("info", info, batch, Integer.BYTES);
        querySyevBatched(vectors, upper, n, a, lda, w, type, batch);
        long deviceBytes = answer.get(JAVA_LONG, 0);
        long hostBytes = answer.get(JAVA_LONG, Long.BYTES);
        Segments.bytes("deviceWork", deviceWork, deviceBytes);
        Segments.bytes("hostWork", hostWork, hostBytes);
        check(
                "cusolverDnXsyevBatched",
                cusolver_h.cusolverDnXsyevBatched(
                        handle,
                        parameters,
                        mode(vectors),
                        triangle(upper),
                        n,
                        type.code(),
                        a,
                        lda,
                        type.code(),
                        w,
                        type.code(),
                        deviceWork,
                        deviceBytes,
                        hostWork,
                        hostBytes,
                        info,
                        batch));
    }

    private void querySyevBatched(
            boolean vectors,
            boolean upper,
            int n,
            MemorySegment a,
            int lda,
            MemorySegment w,
            ElementType type,
            int batch) {
        check(
                "cusolverDnXsyevBatched_bufferSize",
                cusolver_h.cusolverDnXsyevBatched_bufferSize(
                        handle,
                        parameters,
                        mode(vectors),
                        triangle(upper),
                        n,
                        type.code(),
                        a,
                        lda,
                        type.code(),
                        w,
                        type.code(),
                        answer,
                        hostAnswer,
                        batch));
    }

    /** When the Jacobi rotations of a singular value decomposition stop. */
    public static final class JacobiSettings implements AutoCloseable {
        private final MemorySegment handle;

        private JacobiSettings(MemorySegment handle) {
            this.handle = handle;
        }

        /**
         * Settings with the library's tolerance, that of the element type, and at most 100 sweeps.
         *
         * @throws CudaUnavailableException when there is no cuSOLVER
         */
        public static JacobiSettings create() {
            CudaLibraries.open(CudaLibrary.CUSOLVER);
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment result = arena.allocate(ADDRESS);
                check("cusolverDnCreateGesvdjInfo", cusolver_h.cusolverDnCreateGesvdjInfo(result));
                return new JacobiSettings(result.get(ADDRESS, 0));
            }
        }

        /** Stops when the off-diagonal part is below {@code tolerance} times the norm of the matrix. */
        public void setTolerance(double tolerance) {
            check("cusolverDnXgesvdjSetTolerance", cusolver_h.cusolverDnXgesvdjSetTolerance(handle, tolerance));
        }

        /** Stops after this many sweeps over all pairs of columns. */
        public void setMaxSweeps(int sweeps) {
            check("cusolverDnXgesvdjSetMaxSweeps", cusolver_h.cusolverDnXgesvdjSetMaxSweeps(handle, sweeps));
        }

        @Override
        public void close() {
            check("cusolverDnDestroyGesvdjInfo", cusolver_h.cusolverDnDestroyGesvdjInfo(handle));
        }
    }

    /** Sweeps that the last singular value decomposition with these settings took. */
    public int sweeps(JacobiSettings settings) {
        check("cusolverDnXgesvdjGetSweeps", cusolver_h.cusolverDnXgesvdjGetSweeps(handle, settings.handle, answer));
        return answer.get(JAVA_INT, 0);
    }

    /** ‖A − U diag(s) Vᵀ‖ over the Frobenius norm of the last decomposition with these settings. */
    public double residual(JacobiSettings settings) {
        check("cusolverDnXgesvdjGetResidual", cusolver_h.cusolverDnXgesvdjGetResidual(handle, settings.handle, answer));
        return answer.get(JAVA_DOUBLE, 0);
    }

    private static void checkMatrix(int m, int n, MemorySegment a, int lda, int bytes) {
        Segments.dimension("m", m);
        Segments.dimension("n", n);
        columnMajor("a", a, m, n, lda, bytes);
    }

    private static void checkOrgqr(int m, int n, int k, MemorySegment a, int lda, MemorySegment tau, int bytes) {
        checkMatrix(m, n, a, lda, bytes);
        if (k < 0 || k > n || n > m) {
            throw new IllegalArgumentException("m = " + m + ", n = " + n + ", k = " + k + " must be m >= n >= k >= 0");
        }
        Segments.array("tau", tau, k, bytes);
    }

    private static void checkGesvdj(
            boolean vectors,
            int m,
            int n,
            MemorySegment a,
            int lda,
            MemorySegment s,
            MemorySegment u,
            int ldu,
            MemorySegment v,
            int ldv,
            int bytes) {
        checkMatrix(m, n, a, lda, bytes);
        int k = Math.min(m, n);
        Segments.array("s", s, k, bytes);
        if (vectors) {
            columnMajor("u", u, m, k, ldu, bytes);
            columnMajor("v", v, n, k, ldv, bytes);
        }
    }

    private static void checkSyevBatched(
            int n, MemorySegment a, int lda, MemorySegment w, ElementType type, int batch) {
        if (type == ElementType.BFLOAT16) {
            throw new IllegalArgumentException("cuSOLVER has no eigenvalues of " + type);
        }
        Segments.dimension("n", n);
        Segments.dimension("batch", batch);
        Segments.matrices("a", a, n, n, lda, (long) lda * n, batch, type.bytes());
        Segments.array("w", w, (long) n * batch, type.bytes());
    }

    /** A column-major matrix has the memory of a row-major one with rows and columns changed. */
    private static void columnMajor(
            String name, MemorySegment segment, int rows, int columns, int ld, int elementBytes) {
        Segments.writableMatrix(name, segment, /* rows= */ columns, /* columns= */ rows, ld, elementBytes);
    }

    private static int mode(boolean vectors) {
        return vectors ? cusolver_h.CUSOLVER_EIG_MODE_VECTOR() : cusolver_h.CUSOLVER_EIG_MODE_NOVECTOR();
    }

    private static int triangle(boolean upper) {
        return upper ? cusolver_h.CUBLAS_FILL_MODE_UPPER() : cusolver_h.CUBLAS_FILL_MODE_LOWER();
    }

    private static void check(String operation, int status) {
        if (status != 0) {
            throw new CudaException(operation, status, CuSolverStatus.name(status), CuSolverStatus.text(status));
        }
    }
}
