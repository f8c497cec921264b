package dev.spectraledge.bindings;

import static dev.spectraledge.bindings.raw.lapacke.lapacke_h.LAPACKE_dgelqf_work;
import static dev.spectraledge.bindings.raw.lapacke.lapacke_h.LAPACKE_dgesdd_work;
import static dev.spectraledge.bindings.raw.lapacke.lapacke_h.LAPACKE_dorglq_work;
import static dev.spectraledge.bindings.raw.lapacke.lapacke_h.LAPACKE_dpotrf_work;
import static dev.spectraledge.bindings.raw.lapacke.lapacke_h.LAPACKE_dsyevd_work;
import static dev.spectraledge.bindings.raw.lapacke.lapacke_h.LAPACKE_sgelqf_work;
import static dev.spectraledge.bindings.raw.lapacke.lapacke_h.LAPACKE_sgesdd_work;
import static dev.spectraledge.bindings.raw.lapacke.lapacke_h.LAPACKE_sorglq_work;
import static dev.spectraledge.bindings.raw.lapacke.lapacke_h.LAPACKE_ssyevd_work;
import static java.lang.foreign.MemorySegment.NULL;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.spectraledge.bindings.raw.lapacke.lapacke_h;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Locale;

/**
 * The LAPACK factorisations that this program uses, row-major and with every workspace given by the caller, so that
 * calls allocate nothing.
 *
 * <p>LAPACKE transposes row-major arguments into memory that it allocates. These methods do not: a row-major matrix is
 * the transpose of the column-major matrix at the same address, and every factorisation here has a transposed twin. The
 * decomposition A = U S Vᵀ is Aᵀ = V S Uᵀ with the arguments swapped; A = Q R is Aᵀ = Rᵀ Qᵀ, an LQ factorisation with
 * the same reflectors in the same places; for symmetric matrices the triangles change names.
 *
 * <p>Too small segments give {@link IndexOutOfBoundsException} before the call. An argument that LAPACK refuses (NaN in
 * a matrix among them, where it looks) gives {@link IllegalArgumentException}; a numerical failure gives
 * {@link LapackException}.
 */
public final class Lapack {
    private static final int FLOAT = Float.BYTES;
    private static final int DOUBLE = Double.BYTES;

    /** Asks for the best length of a workspace in place of one. */
    private static final int QUERY = -1;

    // Names of LAPACKE's arguments in its order, as the caller of this class knows them.
    private static final List<String> GESDD_ARGUMENTS = List.of(
            "layout",
            "vectors",
            "n",
            "m",
            "a",
            "lda",
            "s",
            "vt",
            "ldvt",
            "u",
            "ldu",
            "work",
            "length of work",
            "iwork");
    private static final List<String> GEQRF_ARGUMENTS =
            List.of("layout", "n", "m", "a", "lda", "tau", "work", "length of work");
    private static final List<String> ORGQR_ARGUMENTS =
            List.of("layout", "n", "m", "k", "a", "lda", "tau", "work", "length of work");
    private static final List<String> SYEVD_ARGUMENTS = List.of(
            "layout", "vectors", "upper", "n", "a", "lda", "w", "work", "length of work", "iwork", "length of iwork");
    private static final List<String> POTRF_ARGUMENTS = List.of("layout", "upper", "n", "a", "lda");

    static {
        OpenBlasLibrary.load();
    }

    private static final int COLUMN_MAJOR = lapacke_h.LAPACK_COL_MAJOR();

    private Lapack() {}

    /**
     * Singular value decomposition A = U diag(s) Vᵀ in float32 by divide and conquer; A is m × n and is destroyed.
     *
     * @param vectors THIN: u is m × k and vt k × n with k = min(m, n); FULL: u is m × m and vt n × n; NONE: both ignored
     * @param s receives k singular values, largest first
     * @param work scratch, preferably {@link #sgesddWorkLength} elements
     * @param iwork scratch of {@link #gesddIntegerWorkLength} int32
     * @throws LapackException when the iteration does not converge
     */
    public static void sgesdd(
            SingularVectors vectors,
            int m,
            int n,
            MemorySegment a,
            int lda,
            MemorySegment s,
            MemorySegment u,
            int ldu,
            MemorySegment vt,
            int ldvt,
            MemorySegment work,
            MemorySegment iwork) {
        checkMatrix(m, n, a, lda, FLOAT);
        int k = Math.min(m, n);
        Segments.array("s", s, k, FLOAT);
        checkVectors("u", vectors, u, m, vectors.columns(m, k), ldu, FLOAT);
        checkVectors("vt", vectors, vt, vectors.columns(n, k), n, ldvt, FLOAT);
        Segments.array("work", work, gesddLeastWork(vectors, m, n), FLOAT);
        Segments.array("iwork", iwork, gesddIntegerWorkLength(m, n), Integer.BYTES);
        int info = LAPACKE_sgesdd_work(
                COLUMN_MAJOR, vectors.job(), n, m, a, lda, s, vt, ldvt, u, ldu, work, length(work, FLOAT), iwork);
        check("sgesdd", info, GESDD_ARGUMENTS, "the bidiagonal divide and conquer did not converge");
    }

    /** Elements that {@link #sgesdd} wants as {@code work} for speed. */
    public static int sgesddWorkLength(SingularVectors vectors, int m, int n) {
        checkDimensions(m, n);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment answer = arena.allocate(JAVA_FLOAT);
            int info = LAPACKE_sgesdd_work(
                    COLUMN_MAJOR,
                    vectors.job(),
                    n,
                    m,
                    NULL,
                    ld(n),
                    NULL,
                    NULL,
                    ld(n),
                    NULL,
                    ld(m),
                    answer,
                    QUERY,
                    NULL);
            check("sgesdd", info, GESDD_ARGUMENTS, "");
            // For some shapes LAPACK asks for less than the minimum that it documents.
            return Math.max(swork(answer), Math.toIntExact(gesddLeastWork(vectors, m, n)));
        }
    }

    /**
     * Singular value decomposition A = U diag(s) Vᵀ in float64 by divide and conquer; A is m × n and is destroyed.
     *
     * @param vectors THIN: u is m × k and vt k × n with k = min(m, n); FULL: u is m × m and vt n × n; NONE: both ignored
     * @param s receives k singular values, largest first
     * @param work scratch, preferably {@link #dgesddWorkLength} elements
     * @param iwork scratch of {@link #gesddIntegerWorkLength} int32
     * @throws LapackException when the iteration does not converge
     */
    public static void dgesdd(
            SingularVectors vectors,
            int m,
            int n,
            MemorySegment a,
            int lda,
            MemorySegment s,
            MemorySegment u,
            int ldu,
            MemorySegment vt,
            int ldvt,
            MemorySegment work,
            MemorySegment iwork) {
        checkMatrix(m, n, a, lda, DOUBLE);
        int k = Math.min(m, n);
        Segments.array("s", s, k, DOUBLE);
        checkVectors("u", vectors, u, m, vectors.columns(m, k), ldu, DOUBLE);
        checkVectors("vt", vectors, vt, vectors.columns(n, k), n, ldvt, DOUBLE);
        Segments.array("work", work, gesddLeastWork(vectors, m, n), DOUBLE);
        Segments.array("iwork", iwork, gesddIntegerWorkLength(m, n), Integer.BYTES);
        int info = LAPACKE_dgesdd_work(
                COLUMN_MAJOR, vectors.job(), n, m, a, lda, s, vt, ldvt, u, ldu, work, length(work, DOUBLE), iwork);
        check("dgesdd", info, GESDD_ARGUMENTS, "the bidiagonal divide and conquer did not converge");
    }

    /** Elements that {@link #dgesdd} wants as {@code work} for speed. */
    public static int dgesddWorkLength(SingularVectors vectors, int m, int n) {
        checkDimensions(m, n);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment answer = arena.allocate(JAVA_DOUBLE);
            int info = LAPACKE_dgesdd_work(
                    COLUMN_MAJOR,
                    vectors.job(),
                    n,
                    m,
                    NULL,
                    ld(n),
                    NULL,
                    NULL,
                    ld(n),
                    NULL,
                    ld(m),
                    answer,
                    QUERY,
                    NULL);
            check("dgesdd", info, GESDD_ARGUMENTS, "");
            // For some shapes LAPACK asks for less than the minimum that it documents.
            return Math.max(dwork(answer), Math.toIntExact(gesddLeastWork(vectors, m, n)));
        }
    }

    /**
     * Householder QR factorisation A = Q R in float32; A is m × n. R replaces the upper triangle (trapezoid) of A; below it
     * and in {@code tau}, min(m, n) elements, stand the reflectors from which {@link #sorgqr} forms Q.
     *
     * @param work scratch, preferably {@link #sgeqrfWorkLength} elements
     */
    public static void sgeqrf(int m, int n, MemorySegment a, int lda, MemorySegment tau, MemorySegment work) {
        checkMatrix(m, n, a, lda, FLOAT);
        Segments.array("tau", tau, Math.min(m, n), FLOAT);
        Segments.array("work", work, Math.max(1, n), FLOAT);
        int info = LAPACKE_sgelqf_work(COLUMN_MAJOR, n, m, a, lda, tau, work, length(work, FLOAT));
        check("sgeqrf", info, GEQRF_ARGUMENTS, "");
    }

    /** Elements that {@link #sgeqrf} wants as {@code work} for speed. */
    public static int sgeqrfWorkLength(int m, int n) {
        checkDimensions(m, n);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment answer = arena.allocate(JAVA_FLOAT);
            check(
                    "sgeqrf",
                    LAPACKE_sgelqf_work(COLUMN_MAJOR, n, m, NULL, ld(n), NULL, answer, QUERY),
                    GEQRF_ARGUMENTS,
                    "");
            return swork(answer);
        }
    }

    /**
     * Householder QR factorisation A = Q R in float64; A is m × n. R replaces the upper triangle (trapezoid) of A; below it
     * and in {@code tau}, min(m, n) elements, stand the reflectors from which {@link #dorgqr} forms Q.
     *
     * @param work scratch, preferably {@link #dgeqrfWorkLength} elements
     */
    public static void dgeqrf(int m, int n, MemorySegment a, int lda, MemorySegment tau, MemorySegment work) {
        checkMatrix(m, n, a, lda, DOUBLE);
        Segments.array("tau", tau, Math.min(m, n), DOUBLE);
        Segments.array("work", work, Math.max(1, n), DOUBLE);
        int info = LAPACKE_dgelqf_work(COLUMN_MAJOR, n, m, a, lda, tau, work, length(work, DOUBLE));
        check("dgeqrf", info, GEQRF_ARGUMENTS, "");
    }

    /** Elements that {@link #dgeqrf} wants as {@code work} for speed. */
    public static int dgeqrfWorkLength(int m, int n) {
        checkDimensions(m, n);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment answer = arena.allocate(JAVA_DOUBLE);
            check(
                    "dgeqrf",
                    LAPACKE_dgelqf_work(COLUMN_MAJOR, n, m, NULL, ld(n), NULL, answer, QUERY),
                    GEQRF_ARGUMENTS,
                    "");
            return dwork(answer);
        }
    }

    /**
     * Forms the first n columns of Q, m × n, in place of the k reflectors that {@link #sgeqrf} left in A and tau in
     * float32; m ≥ n ≥ k.
     *
     * @param work scratch, preferably {@link #sorgqrWorkLength} elements
     */
    public static void sorgqr(int m, int n, int k, MemorySegment a, int lda, MemorySegment tau, MemorySegment work) {
        checkReflectors(m, n, k);
        Segments.writableMatrix("a", a, m, n, lda, FLOAT);
        Segments.vector("tau", tau, k, FLOAT);
        Segments.array("work", work, Math.max(1, n), FLOAT);
        int info = LAPACKE_sorglq_work(COLUMN_MAJOR, n, m, k, a, lda, tau, work, length(work, FLOAT));
        check("sorgqr", info, ORGQR_ARGUMENTS, "");
    }

    /** Elements that {@link #sorgqr} wants as {@code work} for speed. */
    public static int sorgqrWorkLength(int m, int n, int k) {
        checkReflectors(m, n, k);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment answer = arena.allocate(JAVA_FLOAT);
            check(
                    "sorgqr",
                    LAPACKE_sorglq_work(COLUMN_MAJOR, n, m, k, NULL, ld(n), NULL, answer, QUERY),
                    ORGQR_ARGUMENTS,
                    "");
            return swork(answer);
        }
    }

    /**
     * Forms the first n columns of Q, m × n, in place of the k reflectors that {@link #dgeqrf} left in A and tau in
     * float64; m ≥ n ≥ k.
     *
     * @param work scratch, preferably {@link #dorgqrWorkLength} elements
     */
    public static void dorgqr(int m, int n, int k, MemorySegment a, int lda, MemorySegment tau, MemorySegment work) {
        checkReflectors(m, n, k);
        Segments.writableMatrix("a", a, m, n, lda, DOUBLE);
        Segments.vector("tau", tau, k, DOUBLE);
        Segments.array("work", work, Math.max(1, n), DOUBLE);
        int info = LAPACKE_dorglq_work(COLUMN_MAJOR, n, m, k, a, lda, tau, work, length(work, DOUBLE));
        check("dorgqr", info, ORGQR_ARGUMENTS, "");
    }

    /** Elements that {@link #dorgqr} wants as {@code work} for speed. */
    public static int dorgqrWorkLength(int m, int n, int k) {
        checkReflectors(m, n, k);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment answer = arena.allocate(JAVA_DOUBLE);
            check(
                    "dorgqr",
                    LAPACKE_dorglq_work(COLUMN_MAJOR, n, m, k, NULL, ld(n), NULL, answer, QUERY),
                    ORGQR_ARGUMENTS,
                    "");
            return dwork(answer);
        }
    }

    /**
     * All eigenvalues, and if asked the eigenvectors, of the symmetric n × n matrix A in float32 by divide and conquer. Only
     * one triangle of A is read; A is destroyed.
     *
     * @param vectors whether the <em>rows</em> of A become the orthonormal eigenvectors, in the order of {@code w}
     * @param w receives n eigenvalues, smallest first
     * @param work scratch, preferably {@link #ssyevdWorkLength} elements
     * @param iwork scratch of {@link #syevdIntegerWorkLength} int32
     * @throws LapackException when the iteration does not converge
     */
    public static void ssyevd(
            boolean vectors,
            boolean upper,
            int n,
            MemorySegment a,
            int lda,
            MemorySegment w,
            MemorySegment work,
            MemorySegment iwork) {
        checkMatrix(n, n, a, lda, FLOAT);
        Segments.array("w", w, n, FLOAT);
        Segments.array("work", work, syevdLeastWork(vectors, n), FLOAT);
        Segments.array("iwork", iwork, syevdIntegerWorkLength(vectors, n), Integer.BYTES);
        int info = LAPACKE_ssyevd_work(
                COLUMN_MAJOR,
                job(vectors),
                triangle(upper),
                n,
                a,
                lda,
                w,
                work,
                length(work, FLOAT),
                iwork,
                length(iwork, Integer.BYTES));
        check("ssyevd", info, SYEVD_ARGUMENTS, "an eigenvalue did not converge (code %d)");
    }

    /** Elements that {@link #ssyevd} wants as {@code work} for speed. */
    public static int ssyevdWorkLength(boolean vectors, int n) {
        Segments.dimension("n", n);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment answer = arena.allocate(JAVA_FLOAT);
            MemorySegment integerAnswer = arena.allocate(JAVA_INT);
            int info = LAPACKE_ssyevd_work(
                    COLUMN_MAJOR,
                    job(vectors),
                    triangle(true),
                    n,
                    NULL,
                    ld(n),
                    NULL,
                    answer,
                    QUERY,
                    integerAnswer,
                    QUERY);
            check("ssyevd", info, SYEVD_ARGUMENTS, "");
            return swork(answer);
        }
    }

    /**
     * All eigenvalues, and if asked the eigenvectors, of the symmetric n × n matrix A in float64 by divide and conquer. Only
     * one triangle of A is read; A is destroyed.
     *
     * @param vectors whether the <em>rows</em> of A become the orthonormal eigenvectors, in the order of {@code w}
     * @param w receives n eigenvalues, smallest first
     * @param work scratch, preferably {@link #dsyevdWorkLength} elements
     * @param iwork scratch of {@link #syevdIntegerWorkLength} int32
     * @throws LapackException when the iteration does not converge
     */
    public static void dsyevd(
            boolean vectors,
            boolean upper,
            int n,
            MemorySegment a,
            int lda,
            MemorySegment w,
            MemorySegment work,
            MemorySegment iwork) {
        checkMatrix(n, n, a, lda, DOUBLE);
        Segments.array("w", w, n, DOUBLE);
        Segments.array("work", work, syevdLeastWork(vectors, n), DOUBLE);
        Segments.array("iwork", iwork, syevdIntegerWorkLength(vectors, n), Integer.BYTES);
        int info = LAPACKE_dsyevd_work(
                COLUMN_MAJOR,
                job(vectors),
                triangle(upper),
                n,
                a,
                lda,
                w,
                work,
                length(work, DOUBLE),
                iwork,
                length(iwork, Integer.BYTES));
        check("dsyevd", info, SYEVD_ARGUMENTS, "an eigenvalue did not converge (code %d)");
    }

    /** Elements that {@link #dsyevd} wants as {@code work} for speed. */
    public static int dsyevdWorkLength(boolean vectors, int n) {
        Segments.dimension("n", n);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment answer = arena.allocate(JAVA_DOUBLE);
            MemorySegment integerAnswer = arena.allocate(JAVA_INT);
            int info = LAPACKE_dsyevd_work(
                    COLUMN_MAJOR,
                    job(vectors),
                    triangle(true),
                    n,
                    NULL,
                    ld(n),
                    NULL,
                    answer,
                    QUERY,
                    integerAnswer,
                    QUERY);
            check("dsyevd", info, SYEVD_ARGUMENTS, "");
            return dwork(answer);
        }
    }

    /**
     * Cholesky factorisation of the symmetric positive definite n × n matrix A in float64: A = Uᵀ U with U in the upper, or
     * A = L Lᵀ with L in the lower triangle, which is the only part that is read and replaced.
     *
     * @throws LapackException when A is not positive definite; its info is the order of the first bad leading minor
     */
    public static void dpotrf(boolean upper, int n, MemorySegment a, int lda) {
        checkMatrix(n, n, a, lda, DOUBLE);
        int info = LAPACKE_dpotrf_work(COLUMN_MAJOR, triangle(upper), n, a, lda);
        check("dpotrf", info, POTRF_ARGUMENTS, "the leading minor of order %d is not positive definite");
    }

    /** Number of int32 that {@code sgesdd} and {@code dgesdd} need as {@code iwork}. */
    public static int gesddIntegerWorkLength(int m, int n) {
        return Math.multiplyExact(8, Math.min(m, n));
    }

    /** Number of int32 that {@code ssyevd} and {@code dsyevd} need as {@code iwork}. */
    public static int syevdIntegerWorkLength(boolean vectors, int n) {
        return vectors && n > 1 ? Math.addExact(3, Math.multiplyExact(5, n)) : 1;
    }

    // Least workspaces, from the argument descriptions of the LAPACK routines. They are checked here because LAPACK
    // itself would complain on standard output.

    private static long gesddLeastWork(SingularVectors vectors, int m, int n) {
        long k = Math.min(m, n);
        long longer = Math.max(m, n);
        return Math.max(
                1,
                switch (vectors) {
                    case NONE -> 3 * k + Math.max(longer, 7 * k);
                    case THIN -> 4 * k * k + 7 * k;
                    case FULL -> 4 * k * k + 6 * k + longer;
                });
    }

    private static long syevdLeastWork(boolean vectors, int n) {
        long order = n;
        if (order <= 1) {
            return 1;
        }
        return vectors ? 1 + 6 * order + 2 * order * order : 2 * order + 1;
    }

    private static void checkDimensions(int m, int n) {
        Segments.dimension("m", m);
        Segments.dimension("n", n);
    }

    private static void checkMatrix(int m, int n, MemorySegment a, int lda, int elementBytes) {
        checkDimensions(m, n);
        Segments.writableMatrix("a", a, m, n, lda, elementBytes);
    }

    private static void checkVectors(
            String name,
            SingularVectors vectors,
            MemorySegment segment,
            int rows,
            int columns,
            int ld,
            int elementBytes) {
        if (vectors == SingularVectors.NONE) {
            // LAPACK reads nothing but still wants a valid leading dimension.
            Segments.matrix(name, segment, 0, columns, ld, elementBytes);
        } else {
            Segments.writableMatrix(name, segment, rows, columns, ld, elementBytes);
        }
    }

    private static void checkReflectors(int m, int n, int k) {
        if (k < 0 || n < k || m < n) {
            throw new IllegalArgumentException("orgqr needs m ≥ n ≥ k ≥ 0, not m = " + m + ", n = " + n + ", k = " + k);
        }
    }

    private static void check(String routine, int info, List<String> arguments, String meaning) {
        if (info < 0) {
            int position = -info;
            String name = position <= arguments.size() ? arguments.get(position - 1) : "unknown";
            throw new IllegalArgumentException(
                    routine + " refused its argument " + position + " (" + name + "): illegal value or NaN");
        }
        if (info > 0) {
            throw new LapackException(routine, info, String.format(Locale.ROOT, meaning, info));
        }
    }

    private static int ld(int columns) {
        return Math.max(1, columns);
    }

    private static byte job(boolean vectors) {
        return (byte) (vectors ? 'V' : 'N');
    }

    /** The upper triangle of a row-major matrix is the lower one of the column-major matrix that LAPACK sees. */
    private static byte triangle(boolean upper) {
        return (byte) (upper ? 'L' : 'U');
    }

    private static int length(MemorySegment work, int elementBytes) {
        return (int) Math.min(Integer.MAX_VALUE, work.byteSize() / elementBytes);
    }

    /** LAPACK answers in floating point: round up, so that a length that float32 cannot hold is never too small. */
    private static int swork(MemorySegment answer) {
        return Math.toIntExact((long) Math.ceil(Math.nextUp(answer.get(JAVA_FLOAT, 0))));
    }

    private static int dwork(MemorySegment answer) {
        return Math.toIntExact((long) Math.ceil(answer.get(JAVA_DOUBLE, 0)));
    }
}
