package dev.spectraledge.kernels.cuda;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a GPU decides by the order and the place of accesses, the emulated one decides too. */
class EmulatedOrderTest {
    private static final int LAUNCH_FAILED = 719;
    private static final int PEDANTIC = 2;
    private static final int LENGTH = 100;

    private CudaCalls cuda;
    private long handle;

    @BeforeEach
    void start() {
        cuda = new CudaCalls(EmulatedCuda.start());
        handle = cuda.made("cublasCreate_v2");
    }

    @AfterEach
    void stop() {
        if (cuda != null) {
            cuda.check("cublasDestroy_v2", handle);
            cuda.close();
        }
    }

    /** The product of a row and a column, the first of m × n such products. */
    private float dot(int m, int n, int shift) {
        Random random = new Random(1);
        float[] row = new float[LENGTH];
        float[] column = new float[LENGTH];
        for (int i = 0; i < LENGTH; i++) {
            row[i] = (float) random.nextGaussian();
            column[i] = (float) random.nextGaussian();
        }
        // Column-major: op(A) is m × k with A's columns as rows, each the same.
        float[] a = new float[shift + m * LENGTH];
        float[] b = new float[n * LENGTH];
        for (int i = 0; i < m; i++) {
            System.arraycopy(row, 0, a, shift + i * LENGTH, LENGTH);
        }
        for (int i = 0; i < n; i++) {
            System.arraycopy(column, 0, b, i * LENGTH, LENGTH);
        }
        long c = cuda.allocate(4L * m * n);
        MemorySegment one = cuda.arena.allocateFrom(JAVA_FLOAT, 1f);
        MemorySegment zero = cuda.arena.allocateFrom(JAVA_FLOAT, 0f);
        cuda.check(
                "cublasSgemm_v2",
                handle,
                1,
                0,
                m,
                n,
                LENGTH,
                one,
                cuda.upload(a) + 4L * shift,
                LENGTH,
                cuda.upload(b),
                LENGTH,
                zero,
                c,
                m);
        float[] products = cuda.floats(c, m * n);
        assertThat(products).containsOnly(products[0]);
        return products[0];
    }

    @Test
    void theOrderOfASumDependsOnSizesAlignmentAndMathMode() {
        Set<Float> ofHeights = new HashSet<>();
        Set<Float> ofWidths = new HashSet<>();
        Set<Float> ofPlaces = new HashSet<>();
        List<Float> inDefaultMode = new ArrayList<>();
        for (int size = 1; size <= 8; size++) {
            float ofHeight = dot(size, 1, 0);
            inDefaultMode.add(ofHeight);
            ofHeights.add(ofHeight);
            ofWidths.add(dot(1, size, 0));
            ofPlaces.add(dot(8, size, 0));
            ofPlaces.add(dot(8, size, 1));
            assertThat(dot(size, 1, 0)).isEqualTo(ofHeight);
        }
        cuda.check("cublasSetMathMode", handle, PEDANTIC);
        List<Float> inPedanticMode = new ArrayList<>();
        for (int size = 1; size <= 8; size++) {
            inPedanticMode.add(dot(size, 1, 0));
        }

        assertThat(ofHeights).hasSizeGreaterThan(1);
        assertThat(ofWidths).hasSizeGreaterThan(1);
        assertThat(ofPlaces).hasSizeGreaterThan(1);
        assertThat(inPedanticMode).isNotEqualTo(inDefaultMode);
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "4, 0", "1, 719", "2, 719"})
    void vectorAccessHasToBeAligned(int first, int expected) {
        long kernel = cuda.kernel("load_vector");
        long values = cuda.upload(new float[8]);
        long target = cuda.allocate(16);

        assertThat(cuda.run(kernel, 1, 1, values, first, target)).isEqualTo(expected);
        if (expected == LAUNCH_FAILED) {
            assertThat(cuda.machine.lastFailure())
                    .contains("kernel load_vector")
                    .contains("test.cu:3")
                    .contains("a multiple of 16 and is " + 4 * first + " beyond one")
                    .contains("is in allocation");
        }
    }

    @ParameterizedTest
    @CsvSource({"__threadfence(), 0", "__threadfence_block(), 719", "0, 719"})
    void whatAnotherBlockWroteIsSeenBehindAFence(String fence, int expected) {
        long kernel = cuda.kernel("last_block", "-DREAD=__ldcg", "-DFENCE=" + fence);
        long parts = cuda.allocate(40);
        long ticket = cuda.upload(0f);

        assertThat(cuda.run(kernel, 10, 32, parts, ticket, cuda.allocate(4))).isEqualTo(expected);
        if (expected == LAUNCH_FAILED) {
            assertThat(cuda.machine.lastFailure())
                    .contains("no __threadfence behind")
                    .contains("store buffer")
                    .contains("test.cu:12");
        }
    }

    @Test
    void aFenceBehindABarrierIsForAllWhoMetThere() {
        long kernel = cuda.kernel("last_block", "-DREAD=__ldcg", "-DWRITER=1", "-DFENCE=__threadfence()");

        assertThat(cuda.run(kernel, 10, 32, cuda.allocate(40), cuda.upload(0f), cuda.allocate(4)))
                .isZero();
    }
}
