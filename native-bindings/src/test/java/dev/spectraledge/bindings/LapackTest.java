package dev.spectraledge.bindings;

import static dev.spectraledge.bindings.Precision.DOUBLE;
import static dev.spectraledge.bindings.Precision.FLOAT;
import static dev.spectraledge.bindings.SingularVectors.FULL;
import static dev.spectraledge.bindings.SingularVectors.NONE;
import static dev.spectraledge.bindings.SingularVectors.THIN;
import static java.lang.foreign.MemorySegment.NULL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spectraledge.bindings.SizeCheck.Argument;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Judged by the test ratios of LAPACK's own TESTING folder (LAPACK Working Note 41): a ratio below 30 passes. */
class LapackTest {
    private static final double THRESHOLD = 30;
    private static final int SEED = 20250118;

    /** What the matrix of a test looks like. */
    enum Kind {
        RANDOM,
        RANK_TWO,
        GRADED,
        ZERO;

        double[] matrix(Precision p, int m, int n) {
            SplittableRandom random = new SplittableRandom(SEED);
            double[] a = new double[m * n];
            switch (this) {
                case RANDOM -> a = p.gaussian(random, m * n);
                case RANK_TWO -> {
                    double[] left = p.gaussian(random, m * 2);
                    double[] right = p.gaussian(random, n * 2);
                    for (int i = 0; i < m; i++) {
                        for (int j = 0; j < n; j++) {
                            a[i * n + j] = left[2 * i] * right[2 * j] + left[2 * i + 1] * right[2 * j + 1];
                        }
                    }
                }
                case GRADED -> {
                    a = p.gaussian(random, m * n);
                    for (int i = 0; i < m; i++) {
                        for (int j = 0; j < n; j++) {
                            a[i * n + j] *= Math.pow(10, -6.0 * i / m);
                        }
                    }
                }
                case ZERO -> {}
            }
            // Rounded, so that the test compares with the matrix that LAPACK sees.
            for (int i = 0; i < a.length; i++) {
                a[i] = p == FLOAT ? (float) a[i] : a[i];
            }
            return a;
        }

        double[] symmetric(Precision p, int n) {
            double[] a = matrix(p, n, n);
            for (int i = 0; i < n; i++) {
                for (int j = 0; j < i; j++) {
                    a[i * n + j] = a[j * n + i];
                }
            }
            return a;
        }
    }

    static Stream<Arguments> rectangular() {
        int[][] shapes = {{1, 1}, {5, 5}, {20, 7}, {7, 20}, {64, 64}, {100, 30}, {3, 100}, {1, 6}, {6, 1}};
        List<Arguments> cases = new ArrayList<>();
        for (Precision p : Precision.values()) {
            for (Kind kind : Kind.values()) {
                for (int[] shape : shapes) {
                    cases.add(Arguments.of(p, kind, shape[0], shape[1]));
                }
            }
        }
        return cases.stream();
    }

    static Stream<Arguments> square() {
        return rectangular()
                .filter(arguments -> arguments.get()[2].equals(arguments.get()[3]));
    }

    @ParameterizedTest
    @MethodSource("rectangular")
    void singularValueDecompositionReproducesTheMatrix(Precision p, Kind kind, int m, int n) {
        double[] a = kind.matrix(p, m, n);
        double[] thin = decompose(p, THIN, a, m, n);
        double[] full = decompose(p, FULL, a, m, n);
        double[] none = decompose(p, NONE, a, m, n);
        for (int i = 0; i < thin.length; i++) {
            double tolerance = THRESHOLD * p.epsilon * Math.max(thin[0], Double.MIN_NORMAL);
            assertThat(Math.abs(full[i] - thin[i])).isLessThanOrEqualTo(tolerance);
            assertThat(Math.abs(none[i] - thin[i])).isLessThanOrEqualTo(tolerance);
        }
    }

    /** Decomposes with padded rows, checks the ratios, and returns the singular values. */
    private static double[] decompose(Precision p, SingularVectors vectors, double[] a, int m, int n) {
        int k = Math.min(m, n);
        int ucols = vectors.columns(m, k);
        int vrows = vectors.columns(n, k);
        int lda = n + 1;
        int ldu = Math.max(1, ucols) + 2;
        int ldvt = n + 3;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment na = p.of(arena, pad(a, m, n, lda));
            MemorySegment s = p.allocate(arena, k);
            MemorySegment u = p.allocate(arena, (long) m * ldu);
            MemorySegment vt = p.allocate(arena, Math.max(1L, (long) vrows * ldvt));
            MemorySegment iwork = arena.allocate(ValueLayout.JAVA_INT, Lapack.gesddIntegerWorkLength(m, n));
            if (p == FLOAT) {
                Lapack.sgesdd(
                        vectors,
                        m,
                        n,
                        na,
                        lda,
                        s,
                        u,
                        ldu,
                        vt,
                        ldvt,
                        p.allocate(arena, Lapack.sgesddWorkLength(vectors, m, n)),
                        iwork);
            } else {
                Lapack.dgesdd(
                        vectors,
                        m,
                        n,
                        na,
                        lda,
                        s,
                        u,
                        ldu,
                        vt,
                        ldvt,
                        p.allocate(arena, Lapack.dgesddWorkLength(vectors, m, n)),
                        iwork);
            }
            double[] sigma = p.read(s);
            assertThat(sigma).isSortedAccordingTo((x, y) -> Double.compare(y, x));
            assertThat(sigma[k - 1]).isNotNegative();
            if (vectors != NONE) {
                double[] left = unpad(p.read(u), m, ucols, ldu);
                double[] right = unpad(p.read(vt), vrows, n, ldvt);
                double[] product = new double[m * n];
                for (int i = 0; i < m; i++) {
                    for (int j = 0; j < n; j++) {
                        for (int l = 0; l < k; l++) {
                            product[i * n + j] += left[i * ucols + l] * sigma[l] * right[l * n + j];
                        }
                    }
                }
                assertResidual(p, a, product, m, n);
                assertOrthonormal(p, transpose(left, m, ucols), ucols, m);
                assertOrthonormal(p, right, vrows, n);
            }
            return sigma;
        }
    }

    @ParameterizedTest
    @MethodSource("rectangular")
    void qrReproducesTheMatrix(Precision p, Kind kind, int m, int n) {
        double[] a = kind.matrix(p, m, n);
        int k = Math.min(m, n);
        int lda = n + 2;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment na = p.of(arena, pad(a, m, n, lda));
            MemorySegment tau = p.allocate(arena, k);
            if (p == FLOAT) {
                Lapack.sgeqrf(m, n, na, lda, tau, p.allocate(arena, Lapack.sgeqrfWorkLength(m, n)));
            } else {
                Lapack.dgeqrf(m, n, na, lda, tau, p.allocate(arena, Lapack.dgeqrfWorkLength(m, n)));
            }
            double[] r = unpad(p.read(na), m, n, lda);
            if (p == FLOAT) {
                Lapack.sorgqr(m, k, k, na, lda, tau, p.allocate(arena, Lapack.sorgqrWorkLength(m, k, k)));
            } else {
                Lapack.dorgqr(m, k, k, na, lda, tau, p.allocate(arena, Lapack.dorgqrWorkLength(m, k, k)));
            }
            double[] q = unpad(p.read(na), m, k, lda);
            double[] product = new double[m * n];
            for (int i = 0; i < m; i++) {
                for (int j = 0; j < n; j++) {
                    for (int l = 0; l <= Math.min(j, k - 1); l++) {
                        product[i * n + j] += q[i * k + l] * r[l * n + j];
                    }
                }
            }
            assertResidual(p, a, product, m, n);
            assertOrthonormal(p, transpose(q, m, k), k, m);
        }
    }

    @ParameterizedTest
    @MethodSource("square")
    void symmetricEigenDecompositionReproducesTheMatrix(Precision p, Kind kind, int m, int n) {
        double[] a = kind.symmetric(p, n);
        for (boolean upper : new boolean[] {true, false}) {
            double[] values = eigen(p, a, n, upper, true);
            double[] valuesAlone = eigen(p, a, n, upper, false);
            double tolerance = THRESHOLD * n * p.epsilon * Math.max(Math.abs(values[0]), Math.abs(values[n - 1]));
            for (int i = 0; i < n; i++) {
                assertThat(Math.abs(values[i] - valuesAlone[i])).isLessThanOrEqualTo(tolerance);
            }
        }
    }

    private static double[] eigen(Precision p, double[] a, int n, boolean upper, boolean vectors) {
        try (Arena arena = Arena.ofConfined()) {
            int lda = n + 1;
            MemorySegment na = p.of(arena, pad(oneTriangle(a, n, upper), n, n, lda));
            MemorySegment w = p.allocate(arena, n);
            MemorySegment iwork = arena.allocate(ValueLayout.JAVA_INT, Lapack.syevdIntegerWorkLength(vectors, n));
            if (p == FLOAT) {
                Lapack.ssyevd(
                        vectors, upper, n, na, lda, w, p.allocate(arena, Lapack.ssyevdWorkLength(vectors, n)), iwork);
            } else {
                Lapack.dsyevd(
                        vectors, upper, n, na, lda, w, p.allocate(arena, Lapack.dsyevdWorkLength(vectors, n)), iwork);
            }
            double[] values = p.read(w);
            assertThat(values).isSorted();
            if (vectors) {
                assertEigen(p, a, n, values, unpad(p.read(na), n, n, lda), true);
            }
            return values;
        }
    }

    /** ‖A zᵢ − λᵢ zᵢ‖ / (‖A‖ n ε) and the orthonormality of the rows of z (LAPACK's xDRVST). */
    private static void assertEigen(Precision p, double[] a, int n, double[] values, double[] z, boolean complete) {
        int c = values.length;
        double[] az = new double[c * n];
        double[] lambdaZ = new double[c * n];
        for (int i = 0; i < c; i++) {
            for (int j = 0; j < n; j++) {
                lambdaZ[i * n + j] = values[i] * z[i * n + j];
                for (int l = 0; l < n; l++) {
                    az[i * n + j] += z[i * n + l] * a[l * n + j];
                }
            }
        }
        double residual = norm(subtract(az, lambdaZ), c, n);
        assertThat(residual).isLessThanOrEqualTo(THRESHOLD * norm(a, n, n) * n * p.epsilon);
        assertOrthonormal(p, z, c, n);
        if (complete) {
            double trace = 0;
            double sum = 0;
            for (int i = 0; i < n; i++) {
                trace += a[i * n + i];
                sum += values[i];
            }
            assertThat(Math.abs(trace - sum)).isLessThanOrEqualTo(THRESHOLD * n * p.epsilon * norm(a, n, n));
        }
    }

    @Test
    void choleskyReproducesTheMatrix() {
        int n = 40;
        double[] g = DOUBLE.gaussian(new SplittableRandom(SEED), n * n);
        double[] a = new double[n * n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j <= i; j++) {
                double sum = i == j ? 1 : 0;
                for (int l = 0; l < n; l++) {
                    sum += g[i * n + l] * g[j * n + l];
                }
                a[i * n + j] = sum;
                a[j * n + i] = a[i * n + j];
            }
        }
        for (boolean upper : new boolean[] {true, false}) {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment na = DOUBLE.of(arena, pad(oneTriangle(a, n, upper), n, n, n + 1));
                Lapack.dpotrf(upper, n, na, n + 1);
                double[] factor = unpad(DOUBLE.read(na), n, n, n + 1);
                double[] product = new double[n * n];
                for (int i = 0; i < n; i++) {
                    for (int j = 0; j < n; j++) {
                        for (int l = 0; l <= Math.min(i, j); l++) {
                            product[i * n + j] += upper
                                    ? factor[l * n + i] * factor[l * n + j]
                                    : factor[i * n + l] * factor[j * n + l];
                        }
                    }
                }
                assertResidual(DOUBLE, a, product, n, n);
            }
        }
    }

    @Test
    void indefiniteMatrixIsANumericalFailure() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment a = DOUBLE.of(arena, 1, 0, 0, 0, 1, 0, 0, 0, -1);
            assertThatThrownBy(() -> Lapack.dpotrf(true, 3, a, 3))
                    .isInstanceOfSatisfying(LapackException.class, e -> {
                        assertThat(e.info()).isEqualTo(3);
                        assertThat(e.routine()).isEqualTo("dpotrf");
                    })
                    .hasMessageContaining("the leading minor of order 3 is not positive definite (info = 3)");
            MemorySegment tooShort = a.asSlice(0, 9L * DOUBLE.bytes - 1);
            assertThatThrownBy(() -> Lapack.dpotrf(true, 3, tooShort, 3))
                    .isInstanceOf(IndexOutOfBoundsException.class)
                    .hasMessageStartingWith("a needs 9 elements");
        }
    }

    @Test
    void negativeInfoNamesRoutineAndArgument() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment s = DOUBLE.allocate(arena, 2);
            MemorySegment iwork = arena.allocate(64);
            MemorySegment nan = DOUBLE.of(arena, 1, Double.NaN, 3, 4);
            assertThatThrownBy(() ->
                            Lapack.dgesdd(NONE, 2, 2, nan, 2, s, NULL, 1, NULL, 2, DOUBLE.allocate(arena, 100), iwork))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("dgesdd refused its argument 5 (a): illegal value or NaN");
        }
    }

    @Test
    void refusesIllegalDimensions() {
        assertThatThrownBy(() -> Lapack.sgesddWorkLength(THIN, -1, 2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("m = -1 must not be negative");
        assertThatThrownBy(() -> Lapack.dorgqrWorkLength(2, 3, 3))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("m = 2, n = 3, k = 3");
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment s = arena.allocate(400);
            assertThatThrownBy(() -> Lapack.sgeqrf(3, 3, s.asReadOnly(), 3, s, s))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("a is written to");
        }
    }

    static Stream<SizeCheck> sizeChecks() {
        return Stream.of(
                SizeCheck.of(
                        "sgesdd thin",
                        s -> Lapack.sgesdd(THIN, 5, 3, s[0], 4, s[1], s[2], 6, s[3], 7, s[5], s[4]),
                        new Argument("a", 4 * 4 + 3, Float.BYTES),
                        new Argument("s", 3, Float.BYTES),
                        new Argument("u", 4 * 6 + 3, Float.BYTES),
                        new Argument("vt", 2 * 7 + 3, Float.BYTES),
                        new Argument("iwork", 24, Integer.BYTES),
                        new Argument("work", 4 * 9 + 7 * 3, Float.BYTES)),
                SizeCheck.of(
                        "sgesdd full",
                        s -> Lapack.sgesdd(FULL, 5, 3, s[0], 4, s[1], s[2], 6, s[3], 7, s[5], s[4]),
                        new Argument("a", 4 * 4 + 3, Float.BYTES),
                        new Argument("s", 3, Float.BYTES),
                        new Argument("u", 4 * 6 + 5, Float.BYTES),
                        new Argument("vt", 2 * 7 + 3, Float.BYTES),
                        new Argument("iwork", 24, Integer.BYTES),
                        new Argument("work", 4 * 9 + 6 * 3 + 5, Float.BYTES)),
                SizeCheck.of(
                        "sgesdd none",
                        s -> Lapack.sgesdd(NONE, 3, 5, s[0], 6, s[1], NULL, 1, NULL, 5, s[3], s[2]),
                        new Argument("a", 2 * 6 + 5, Float.BYTES),
                        new Argument("s", 3, Float.BYTES),
                        new Argument("iwork", 24, Integer.BYTES),
                        new Argument("work", 3 * 3 + 7 * 3, Float.BYTES)),
                SizeCheck.of(
                        "sgeqrf",
                        s -> Lapack.sgeqrf(5, 3, s[0], 4, s[1], s[2]),
                        new Argument("a", 4 * 4 + 3, Float.BYTES),
                        new Argument("tau", 3, Float.BYTES),
                        new Argument("work", 3, Float.BYTES)),
                SizeCheck.of(
                        "sorgqr",
                        s -> Lapack.sorgqr(5, 3, 2, s[0], 4, s[1], s[2]),
                        new Argument("a", 4 * 4 + 3, Float.BYTES),
                        new Argument("tau", 2, Float.BYTES),
                        new Argument("work", 3, Float.BYTES)),
                SizeCheck.of(
                        "ssyevd",
                        s -> Lapack.ssyevd(true, false, 4, s[0], 5, s[1], s[3], s[2]),
                        new Argument("a", 3 * 5 + 4, Float.BYTES),
                        new Argument("w", 4, Float.BYTES),
                        new Argument("iwork", 23, Integer.BYTES),
                        new Argument("work", 1 + 6 * 4 + 2 * 16, Float.BYTES)),
                SizeCheck.of(
                        "dgesdd thin",
                        s -> Lapack.dgesdd(THIN, 5, 3, s[0], 4, s[1], s[2], 6, s[3], 7, s[5], s[4]),
                        new Argument("a", 4 * 4 + 3, Double.BYTES),
                        new Argument("s", 3, Double.BYTES),
                        new Argument("u", 4 * 6 + 3, Double.BYTES),
                        new Argument("vt", 2 * 7 + 3, Double.BYTES),
                        new Argument("iwork", 24, Integer.BYTES),
                        new Argument("work", 4 * 9 + 7 * 3, Double.BYTES)),
                SizeCheck.of(
                        "dgesdd full",
                        s -> Lapack.dgesdd(FULL, 5, 3, s[0], 4, s[1], s[2], 6, s[3], 7, s[5], s[4]),
                        new Argument("a", 4 * 4 + 3, Double.BYTES),
                        new Argument("s", 3, Double.BYTES),
                        new Argument("u", 4 * 6 + 5, Double.BYTES),
                        new Argument("vt", 2 * 7 + 3, Double.BYTES),
                        new Argument("iwork", 24, Integer.BYTES),
                        new Argument("work", 4 * 9 + 6 * 3 + 5, Double.BYTES)),
                SizeCheck.of(
                        "dgesdd none",
                        s -> Lapack.dgesdd(NONE, 3, 5, s[0], 6, s[1], NULL, 1, NULL, 5, s[3], s[2]),
                        new Argument("a", 2 * 6 + 5, Double.BYTES),
                        new Argument("s", 3, Double.BYTES),
                        new Argument("iwork", 24, Integer.BYTES),
                        new Argument("work", 3 * 3 + 7 * 3, Double.BYTES)),
                SizeCheck.of(
                        "dgeqrf",
                        s -> Lapack.dgeqrf(5, 3, s[0], 4, s[1], s[2]),
                        new Argument("a", 4 * 4 + 3, Double.BYTES),
                        new Argument("tau", 3, Double.BYTES),
                        new Argument("work", 3, Double.BYTES)),
                SizeCheck.of(
                        "dorgqr",
                        s -> Lapack.dorgqr(5, 3, 2, s[0], 4, s[1], s[2]),
                        new Argument("a", 4 * 4 + 3, Double.BYTES),
                        new Argument("tau", 2, Double.BYTES),
                        new Argument("work", 3, Double.BYTES)),
                SizeCheck.of(
                        "dsyevd",
                        s -> Lapack.dsyevd(true, false, 4, s[0], 5, s[1], s[3], s[2]),
                        new Argument("a", 3 * 5 + 4, Double.BYTES),
                        new Argument("w", 4, Double.BYTES),
                        new Argument("iwork", 23, Integer.BYTES),
                        new Argument("work", 1 + 6 * 4 + 2 * 16, Double.BYTES)));
    }

    @ParameterizedTest
    @MethodSource("sizeChecks")
    void refusesSegmentsThatAreTooShort(SizeCheck check) {
        check.verify();
    }

    /** ‖A − B‖₁ / (‖A‖₁ max(m, n) ε) (LAPACK's xBDT01 and xQRT01). */
    private static void assertResidual(Precision p, double[] a, double[] b, int m, int n) {
        assertThat(norm(subtract(a, b), m, n))
                .isLessThanOrEqualTo(THRESHOLD * norm(a, m, n) * Math.max(m, n) * p.epsilon);
    }

    /** ‖I − Q Qᵀ‖₁ / (n ε) of a matrix with orthonormal rows (LAPACK's xORT01). */
    private static void assertOrthonormal(Precision p, double[] q, int rows, int n) {
        double[] difference = new double[rows * rows];
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < rows; j++) {
                double sum = i == j ? -1 : 0;
                for (int l = 0; l < n; l++) {
                    sum += q[i * n + l] * q[j * n + l];
                }
                difference[i * rows + j] = sum;
            }
        }
        assertThat(norm(difference, rows, rows)).isLessThanOrEqualTo(THRESHOLD * n * p.epsilon);
    }

    /** Greatest column sum of magnitudes; NaN counts as infinite, so that no comparison lets it pass. */
    private static double norm(double[] a, int m, int n) {
        double greatest = 0;
        for (int j = 0; j < n; j++) {
            double sum = 0;
            for (int i = 0; i < m; i++) {
                sum += Math.abs(a[i * n + j]);
            }
            greatest = Math.max(greatest, Double.isNaN(sum) ? Double.POSITIVE_INFINITY : sum);
        }
        return greatest;
    }

    private static double[] subtract(double[] a, double[] b) {
        double[] difference = new double[a.length];
        for (int i = 0; i < a.length; i++) {
            difference[i] = a[i] - b[i];
        }
        return difference;
    }

    private static double[] transpose(double[] a, int m, int n) {
        double[] result = new double[a.length];
        for (int i = 0; i < m; i++) {
            for (int j = 0; j < n; j++) {
                result[j * m + i] = a[i * n + j];
            }
        }
        return result;
    }

    /** The matrix with NaN in the triangle that must not be read. */
    private static double[] oneTriangle(double[] a, int n, boolean upper) {
        double[] result = a.clone();
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                if (upper ? j < i : j > i) {
                    result[i * n + j] = Double.NaN;
                }
            }
        }
        return result;
    }

    private static double[] pad(double[] a, int m, int n, int ld) {
        double[] result = new double[m * ld];
        Arrays.fill(result, Double.NaN);
        for (int i = 0; i < m; i++) {
            System.arraycopy(a, i * n, result, i * ld, n);
        }
        return result;
    }

    private static double[] unpad(double[] a, int m, int n, int ld) {
        double[] result = new double[m * n];
        for (int i = 0; i < m; i++) {
            System.arraycopy(a, i * ld, result, i * n, n);
        }
        return result;
    }
}
