package dev.spectraledge.bindings;

import static dev.spectraledge.bindings.Precision.DOUBLE;
import static dev.spectraledge.bindings.Precision.FLOAT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import dev.spectraledge.bindings.SizeCheck.Argument;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class BlasTest {
    /** Roundings that one product and one addition may make, per term, with one more for scaling. */
    private static final double ROUNDINGS = 2;

    private final SplittableRandom random = new SplittableRandom(20250117);

    static Stream<Arguments> gemmCases() {
        List<Arguments> cases = new ArrayList<>();
        int[][] shapes = {{1, 1, 1}, {3, 5, 7}, {33, 17, 65}, {70, 130, 64}, {4, 3, 0}, {0, 3, 4}};
        double[][] scales = {{1, 0}, {1, 1}, {-0.5, 0.25}, {0, 2}, {0, 0}};
        for (Precision precision : Precision.values()) {
            for (int transposes = 0; transposes < 4; transposes++) {
                for (int[] s : shapes) {
                    for (double[] scale : scales) {
                        cases.add(Arguments.of(
                                precision,
                                (transposes & 1) != 0,
                                (transposes & 2) != 0,
                                s[0],
                                s[1],
                                s[2],
                                scale[0],
                                scale[1]));
                    }
                }
            }
        }
        return cases.stream();
    }

    @ParameterizedTest
    @MethodSource("gemmCases")
    void gemmIsTheSumOfProducts(
            Precision p, boolean transA, boolean transB, int m, int n, int k, double alpha, double beta) {
        int lda = Math.max(1, transA ? m : k) + 1;
        int ldb = Math.max(1, transB ? k : n) + 2;
        int ldc = n + 3;
        double[] a = p.gaussian(random, (transA ? k : m) * lda);
        double[] b = p.gaussian(random, (transB ? n : k) * ldb);
        double[] c = p.gaussian(random, m * ldc);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment nativeC = p.of(arena, c);
            gemm(p, transA, transB, m, n, k, alpha, p.of(arena, a), lda, p.of(arena, b), ldb, beta, nativeC, ldc);
            double[] actual = p.read(nativeC);
            for (int i = 0; i < m; i++) {
                for (int j = 0; j < ldc; j++) {
                    int at = i * ldc + j;
                    if (j >= n) {
                        assertThat(actual[at]).as("padding of row %d", i).isEqualTo(c[at]);
                        continue;
                    }
                    double sum = beta * c[at];
                    double magnitude = Math.abs(sum);
                    for (int l = 0; l < k; l++) {
                        double product =
                                alpha * a[transA ? l * lda + i : i * lda + l] * b[transB ? j * ldb + l : l * ldb + j];
                        sum += product;
                        magnitude += Math.abs(product);
                    }
                    assertThat(Math.abs(actual[at] - sum))
                            .as("c[%d][%d]", i, j)
                            .isLessThanOrEqualTo(ROUNDINGS * (k + 2) * p.epsilon * magnitude);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void betaZeroOverwritesNaN(Precision p) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment c = p.of(arena, Double.NaN, Double.NaN);
            gemm(p, false, false, 1, 2, 1, 1, p.of(arena, 2), 1, p.of(arena, 3, 4), 2, 0, c, 2);
            assertThat(p.read(c)).containsExactly(6, 8);
        }
    }

    @ParameterizedTest
    @EnumSource
    void gemvIsTheSumOfProducts(Precision p) {
        int m = 21, n = 34, lda = 36;
        double[] a = p.gaussian(random, m * lda);
        for (boolean trans : new boolean[] {false, true}) {
            int rows = trans ? n : m;
            int columns = trans ? m : n;
            double[] x = p.gaussian(random, 2 * columns);
            double[] y = p.gaussian(random, 3 * rows);
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment ny = p.of(arena, y);
                if (p == FLOAT) {
                    Blas.sgemv(trans, m, n, 1.5f, p.of(arena, a), lda, p.of(arena, x), 2, 0.5f, ny, 3);
                } else {
                    Blas.dgemv(trans, m, n, 1.5, p.of(arena, a), lda, p.of(arena, x), 2, 0.5, ny, 3);
                }
                for (int i = 0; i < rows; i++) {
                    double sum = 0.5 * y[3 * i];
                    double magnitude = Math.abs(sum);
                    for (int j = 0; j < columns; j++) {
                        double product = 1.5 * a[trans ? j * lda + i : i * lda + j] * x[2 * j];
                        sum += product;
                        magnitude += Math.abs(product);
                    }
                    assertThat(Math.abs(p.get(ny, 3L * i) - sum))
                            .isLessThanOrEqualTo(ROUNDINGS * (columns + 2) * p.epsilon * magnitude);
                    assertThat(p.get(ny, 3L * i + 1)).isEqualTo(y[3 * i + 1]);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void syrkWritesOneTriangle(Precision p) {
        int n = 13, k = 22;
        for (int variant = 0; variant < 4; variant++) {
            boolean upper = (variant & 1) != 0;
            boolean trans = (variant & 2) != 0;
            int lda = (trans ? n : k) + 1;
            double[] a = p.gaussian(random, (trans ? k : n) * lda);
            double[] c = p.gaussian(random, n * n);
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment nc = p.of(arena, c);
                if (p == FLOAT) {
                    Blas.ssyrk(upper, trans, n, k, 2f, p.of(arena, a), lda, -1f, nc, n);
                } else {
                    Blas.dsyrk(upper, trans, n, k, 2, p.of(arena, a), lda, -1, nc, n);
                }
                for (int i = 0; i < n; i++) {
                    for (int j = 0; j < n; j++) {
                        double sum = -c[i * n + j];
                        double magnitude = Math.abs(sum);
                        for (int l = 0; l < k; l++) {
                            double product =
                                    2 * (trans ? a[l * lda + i] * a[l * lda + j] : a[i * lda + l] * a[j * lda + l]);
                            sum += product;
                            magnitude += Math.abs(product);
                        }
                        boolean written = upper ? j >= i : j <= i;
                        double expected = written ? sum : c[i * n + j];
                        double tolerance = written ? ROUNDINGS * (k + 2) * p.epsilon * magnitude : 0;
                        assertThat(Math.abs(p.get(nc, (long) i * n + j) - expected))
                                .isLessThanOrEqualTo(tolerance);
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void gerAddsTheOuterProduct(Precision p) {
        int m = 5, n = 7, lda = 8;
        double[] x = p.gaussian(random, 2 * m);
        double[] y = p.gaussian(random, n);
        double[] a = p.gaussian(random, m * lda);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment na = p.of(arena, a);
            if (p == FLOAT) {
                Blas.sger(m, n, -2f, p.of(arena, x), 2, p.of(arena, y), 1, na, lda);
            } else {
                Blas.dger(m, n, -2, p.of(arena, x), 2, p.of(arena, y), 1, na, lda);
            }
            for (int i = 0; i < m; i++) {
                for (int j = 0; j < lda; j++) {
                    double product = j < n ? -2 * x[2 * i] * y[j] : 0;
                    double magnitude = Math.abs(a[i * lda + j]) + Math.abs(product);
                    assertThat(Math.abs(p.get(na, (long) i * lda + j) - (a[i * lda + j] + product)))
                            .isLessThanOrEqualTo(ROUNDINGS * p.epsilon * magnitude);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void vectorRoutinesFollowTheirFormulas(Precision p) {
        int n = 1003;
        double[] x = p.gaussian(random, 2 * n);
        double[] y = p.gaussian(random, 3 * n);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment nx = p.of(arena, x);
            MemorySegment ny = p.of(arena, y);
            MemorySegment sum = p.of(arena, y);
            MemorySegment scaled = p.of(arena, x);
            MemorySegment copy = p.of(arena, y);
            double dot;
            double norm;
            if (p == FLOAT) {
                dot = Blas.sdot(n, nx, 2, ny, 3);
                norm = Blas.snrm2(n, nx, 2);
                Blas.saxpy(n, 0.5f, nx, 2, sum, 3);
                Blas.sscal(n, -3f, scaled, 2);
                Blas.scopy(n, nx, 2, copy, 3);
            } else {
                dot = Blas.ddot(n, nx, 2, ny, 3);
                norm = Blas.dnrm2(n, nx, 2);
                Blas.daxpy(n, 0.5, nx, 2, sum, 3);
                Blas.dscal(n, -3, scaled, 2);
                Blas.dcopy(n, nx, 2, copy, 3);
            }
            double exactDot = 0;
            double dotMagnitude = 0;
            double squares = 0;
            for (int i = 0; i < n; i++) {
                exactDot += x[2 * i] * y[3 * i];
                dotMagnitude += Math.abs(x[2 * i] * y[3 * i]);
                squares += x[2 * i] * x[2 * i];
                double axpy = y[3 * i] + 0.5 * x[2 * i];
                assertThat(Math.abs(p.get(sum, 3L * i) - axpy))
                        .isLessThanOrEqualTo(p.epsilon * (Math.abs(y[3 * i]) + Math.abs(x[2 * i])));
                assertThat(Math.abs(p.get(scaled, 2L * i) + 3 * x[2 * i]))
                        .isLessThanOrEqualTo(3 * p.epsilon * Math.abs(x[2 * i]));
                assertThat(p.get(copy, 3L * i)).isEqualTo(x[2 * i]);
                assertThat(p.get(copy, 3L * i + 2)).isEqualTo(y[3 * i + 2]);
                assertThat(p.get(scaled, 2L * i + 1)).isEqualTo(x[2 * i + 1]);
            }
            assertThat(Math.abs(dot - exactDot)).isLessThanOrEqualTo(n * p.epsilon * dotMagnitude);
            assertThat(Math.abs(norm - Math.sqrt(squares))).isLessThanOrEqualTo(n * p.epsilon * Math.sqrt(squares));
        }
    }

    @Test
    void dsdotTakesFloatsAndReturnsDouble() {
        try (Arena arena = Arena.ofConfined()) {
            // 2^24 + 1 is no float32: the sum must have been formed beyond it.
            MemorySegment x = FLOAT.of(arena, 4096, 1);
            assertThat(Blas.dsdot(2, x, 1, x, 1)).isEqualTo(4096.0 * 4096.0 + 1);
        }
    }

    static Stream<SizeCheck> sizeChecks() {
        return Stream.of(
                SizeCheck.of(
                        "sgemm false false",
                        s -> Blas.sgemm(false, false, 3, 4, 5, 1f, s[0], 7, s[1], 8, 1f, s[2], 9),
                        new Argument("a", (3 - 1) * 7 + 5, Float.BYTES),
                        new Argument("b", (5 - 1) * 8 + 4, Float.BYTES),
                        new Argument("c", (3 - 1) * 9 + 4, Float.BYTES)),
                SizeCheck.of(
                        "sgemm false true",
                        s -> Blas.sgemm(false, true, 3, 4, 5, 1f, s[0], 7, s[1], 8, 1f, s[2], 9),
                        new Argument("a", (3 - 1) * 7 + 5, Float.BYTES),
                        new Argument("b", (4 - 1) * 8 + 5, Float.BYTES),
                        new Argument("c", (3 - 1) * 9 + 4, Float.BYTES)),
                SizeCheck.of(
                        "sgemm true false",
                        s -> Blas.sgemm(true, false, 3, 4, 5, 1f, s[0], 7, s[1], 8, 1f, s[2], 9),
                        new Argument("a", (5 - 1) * 7 + 3, Float.BYTES),
                        new Argument("b", (5 - 1) * 8 + 4, Float.BYTES),
                        new Argument("c", (3 - 1) * 9 + 4, Float.BYTES)),
                SizeCheck.of(
                        "sgemm true true",
                        s -> Blas.sgemm(true, true, 3, 4, 5, 1f, s[0], 7, s[1], 8, 1f, s[2], 9),
                        new Argument("a", (5 - 1) * 7 + 3, Float.BYTES),
                        new Argument("b", (4 - 1) * 8 + 5, Float.BYTES),
                        new Argument("c", (3 - 1) * 9 + 4, Float.BYTES)),
                SizeCheck.of(
                        "sgemv",
                        s -> Blas.sgemv(false, 3, 4, 1f, s[0], 6, s[1], 2, 1f, s[2], 3),
                        new Argument("a", 2 * 6 + 4, Float.BYTES),
                        new Argument("x", 3 * 2 + 1, Float.BYTES),
                        new Argument("y", 2 * 3 + 1, Float.BYTES)),
                SizeCheck.of(
                        "sgemv transposed",
                        s -> Blas.sgemv(true, 3, 4, 1f, s[0], 6, s[1], 2, 1f, s[2], 3),
                        new Argument("a", 2 * 6 + 4, Float.BYTES),
                        new Argument("x", 2 * 2 + 1, Float.BYTES),
                        new Argument("y", 3 * 3 + 1, Float.BYTES)),
                SizeCheck.of(
                        "ssyrk",
                        s -> Blas.ssyrk(true, false, 3, 4, 1f, s[0], 5, 1f, s[1], 6),
                        new Argument("a", 2 * 5 + 4, Float.BYTES),
                        new Argument("c", 2 * 6 + 3, Float.BYTES)),
                SizeCheck.of(
                        "ssyrk transposed",
                        s -> Blas.ssyrk(false, true, 3, 4, 1f, s[0], 5, 1f, s[1], 6),
                        new Argument("a", 3 * 5 + 3, Float.BYTES),
                        new Argument("c", 2 * 6 + 3, Float.BYTES)),
                SizeCheck.of(
                        "sger",
                        s -> Blas.sger(3, 4, 1f, s[0], 2, s[1], 3, s[2], 5),
                        new Argument("x", 2 * 2 + 1, Float.BYTES),
                        new Argument("y", 3 * 3 + 1, Float.BYTES),
                        new Argument("a", 2 * 5 + 4, Float.BYTES)),
                SizeCheck.of(
                        "saxpy",
                        s -> Blas.saxpy(5, 1f, s[0], 2, s[1], 3),
                        new Argument("x", 4 * 2 + 1, Float.BYTES),
                        new Argument("y", 4 * 3 + 1, Float.BYTES)),
                SizeCheck.of(
                        "sdot",
                        s -> Blas.sdot(5, s[0], 2, s[1], 3),
                        new Argument("x", 4 * 2 + 1, Float.BYTES),
                        new Argument("y", 4 * 3 + 1, Float.BYTES)),
                SizeCheck.of("snrm2", s -> Blas.snrm2(5, s[0], 2), new Argument("x", 4 * 2 + 1, Float.BYTES)),
                SizeCheck.of("sscal", s -> Blas.sscal(5, 1f, s[0], 2), new Argument("x", 4 * 2 + 1, Float.BYTES)),
                SizeCheck.of(
                        "scopy",
                        s -> Blas.scopy(5, s[0], 2, s[1], 3),
                        new Argument("x", 4 * 2 + 1, Float.BYTES),
                        new Argument("y", 4 * 3 + 1, Float.BYTES)),
                SizeCheck.of(
                        "dsdot",
                        s -> Blas.dsdot(5, s[0], 2, s[1], 3),
                        new Argument("x", 4 * 2 + 1, Float.BYTES),
                        new Argument("y", 4 * 3 + 1, Float.BYTES)),
                SizeCheck.of(
                        "dgemm false false",
                        s -> Blas.dgemm(false, false, 3, 4, 5, 1.0, s[0], 7, s[1], 8, 1.0, s[2], 9),
                        new Argument("a", (3 - 1) * 7 + 5, Double.BYTES),
                        new Argument("b", (5 - 1) * 8 + 4, Double.BYTES),
                        new Argument("c", (3 - 1) * 9 + 4, Double.BYTES)),
                SizeCheck.of(
                        "dgemm false true",
                        s -> Blas.dgemm(false, true, 3, 4, 5, 1.0, s[0], 7, s[1], 8, 1.0, s[2], 9),
                        new Argument("a", (3 - 1) * 7 + 5, Double.BYTES),
                        new Argument("b", (4 - 1) * 8 + 5, Double.BYTES),
                        new Argument("c", (3 - 1) * 9 + 4, Double.BYTES)),
                SizeCheck.of(
                        "dgemm true false",
                        s -> Blas.dgemm(true, false, 3, 4, 5, 1.0, s[0], 7, s[1], 8, 1.0, s[2], 9),
                        new Argument("a", (5 - 1) * 7 + 3, Double.BYTES),
                        new Argument("b", (5 - 1) * 8 + 4, Double.BYTES),
                        new Argument("c", (3 - 1) * 9 + 4, Double.BYTES)),
                SizeCheck.of(
                        "dgemm true true",
                        s -> Blas.dgemm(true, true, 3, 4, 5, 1.0, s[0], 7, s[1], 8, 1.0, s[2], 9),
                        new Argument("a", (5 - 1) * 7 + 3, Double.BYTES),
                        new Argument("b", (4 - 1) * 8 + 5, Double.BYTES),
                        new Argument("c", (3 - 1) * 9 + 4, Double.BYTES)),
                SizeCheck.of(
                        "dgemv",
                        s -> Blas.dgemv(false, 3, 4, 1.0, s[0], 6, s[1], 2, 1.0, s[2], 3),
                        new Argument("a", 2 * 6 + 4, Double.BYTES),
                        new Argument("x", 3 * 2 + 1, Double.BYTES),
                        new Argument("y", 2 * 3 + 1, Double.BYTES)),
                SizeCheck.of(
                        "dgemv transposed",
                        s -> Blas.dgemv(true, 3, 4, 1.0, s[0], 6, s[1], 2, 1.0, s[2], 3),
                        new Argument("a", 2 * 6 + 4, Double.BYTES),
                        new Argument("x", 2 * 2 + 1, Double.BYTES),
                        new Argument("y", 3 * 3 + 1, Double.BYTES)),
                SizeCheck.of(
                        "dsyrk",
                        s -> Blas.dsyrk(true, false, 3, 4, 1.0, s[0], 5, 1.0, s[1], 6),
                        new Argument("a", 2 * 5 + 4, Double.BYTES),
                        new Argument("c", 2 * 6 + 3, Double.BYTES)),
                SizeCheck.of(
                        "dsyrk transposed",
                        s -> Blas.dsyrk(false, true, 3, 4, 1.0, s[0], 5, 1.0, s[1], 6),
                        new Argument("a", 3 * 5 + 3, Double.BYTES),
                        new Argument("c", 2 * 6 + 3, Double.BYTES)),
                SizeCheck.of(
                        "dger",
                        s -> Blas.dger(3, 4, 1.0, s[0], 2, s[1], 3, s[2], 5),
                        new Argument("x", 2 * 2 + 1, Double.BYTES),
                        new Argument("y", 3 * 3 + 1, Double.BYTES),
                        new Argument("a", 2 * 5 + 4, Double.BYTES)),
                SizeCheck.of(
                        "daxpy",
                        s -> Blas.daxpy(5, 1.0, s[0], 2, s[1], 3),
                        new Argument("x", 4 * 2 + 1, Double.BYTES),
                        new Argument("y", 4 * 3 + 1, Double.BYTES)),
                SizeCheck.of(
                        "ddot",
                        s -> Blas.ddot(5, s[0], 2, s[1], 3),
                        new Argument("x", 4 * 2 + 1, Double.BYTES),
                        new Argument("y", 4 * 3 + 1, Double.BYTES)),
                SizeCheck.of("dnrm2", s -> Blas.dnrm2(5, s[0], 2), new Argument("x", 4 * 2 + 1, Double.BYTES)),
                SizeCheck.of("dscal", s -> Blas.dscal(5, 1.0, s[0], 2), new Argument("x", 4 * 2 + 1, Double.BYTES)),
                SizeCheck.of(
                        "dcopy",
                        s -> Blas.dcopy(5, s[0], 2, s[1], 3),
                        new Argument("x", 4 * 2 + 1, Double.BYTES),
                        new Argument("y", 4 * 3 + 1, Double.BYTES)));
    }

    @ParameterizedTest
    @MethodSource("sizeChecks")
    void refusesSegmentsThatAreTooShort(SizeCheck check) {
        check.verify();
    }

    @Test
    void sizesBeyondIntDoNotOverflow() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment small = FLOAT.allocate(arena, 16);
            int huge = Integer.MAX_VALUE;
            assertThatThrownBy(() -> Blas.sgemm(false, false, huge, 1, 1, 1f, small, huge, small, 1, 0f, small, 1))
                    .isInstanceOf(IndexOutOfBoundsException.class)
                    .hasMessageContaining("a needs 4611686011984936963 elements");
        }
    }

    @Test
    void refusesIllegalDimensionsByName() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment s = DOUBLE.allocate(arena, 16);
            assertThatThrownBy(() -> Blas.dgemm(false, false, -1, 1, 1, 1, s, 1, s, 1, 0, s, 1))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("m = -1 must not be negative");
            assertThatThrownBy(() -> Blas.dgemm(false, false, 1, 2, 1, 1, s, 1, s, 1, 0, s, 2))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("leading dimension of b = 1 must be at least");
            assertThatThrownBy(() -> Blas.daxpy(2, 1, s, 0, s, 1))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("increment of x = 0 must be at least 1");
            assertThatThrownBy(() -> Blas.dscal(2, 1, s.asReadOnly(), 1))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("read-only");
            assertThatThrownBy(() -> Blas.dscal(2, 1, MemorySegment.ofArray(new double[2]), 1))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("Heap segment");
        }
    }

    @Test
    void callsAllocateNothing() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment a = FLOAT.allocate(arena, 16);
            MemorySegment c = FLOAT.allocate(arena, 16);
            repeatSmallCalls(a, c);
            long before = threads.getCurrentThreadAllocatedBytes();
            repeatSmallCalls(a, c);
            // The counter itself may cost a little; one byte per call would already exceed this.
            assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(CALLS);
        }
    }

    private static final int CALLS = 60_000;

    private static void repeatSmallCalls(MemorySegment a, MemorySegment c) {
        for (int i = 0; i < CALLS; i++) {
            Blas.sgemm(false, true, 4, 4, 4, 1f, a, 4, a, 4, 0f, c, 4);
        }
    }

    private static void gemm(
            Precision p,
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
        if (p == FLOAT) {
            Blas.sgemm(transA, transB, m, n, k, (float) alpha, a, lda, b, ldb, (float) beta, c, ldc);
        } else {
            Blas.dgemm(transA, transB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc);
        }
    }
}
