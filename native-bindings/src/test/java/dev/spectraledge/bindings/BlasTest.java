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
                        new Argument("c", (3 - 1) * 9 + 4, Double.BYTES)));
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
            assertThatThrownBy(() -> Blas.dgemm(false, false, 1, 1, 1, 1, s, 1, s, 1, 0, s.asReadOnly(), 1))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("read-only");
            MemorySegment onHeap = MemorySegment.ofArray(new double[2]);
            assertThatThrownBy(() -> Blas.dgemm(false, false, 1, 1, 1, 1, s, 1, s, 1, 0, onHeap, 1))
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
