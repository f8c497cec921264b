package dev.spectraledge.kernels.cuda;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The emulated cuBLAS, cuBLASLt, cuSOLVER and NVRTC compute what they say and check what they are given. */
class EmulatedLibrariesTest {
    private static final int INVALID_VALUE = 7;
    private static final int SOLVER_INTERNAL_ERROR = 7;
    private static final int ILLEGAL_ADDRESS = 700;
    private static final int COMPILATION = 6;
    private static final int INVALID_OPTION = 5;
    private static final int R_32F = 0;
    private static final int R_64F = 1;
    private static final int R_16BF = 14;
    private static final int COMPUTE_32F = 68;
    private static final int COMPUTE_32F_FAST_TF32 = 77;
    private static final double EPSILON = 0x1p-53;

    private CudaCalls cuda;

    @BeforeEach
    void start() {
        cuda = new CudaCalls(EmulatedCuda.start());
    }

    @AfterEach
    void stop() {
        if (cuda != null) {
            cuda.close();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "cuda, libcuda.so.1",
        "nvrtc, libnvrtc.so.13",
        "cublas, libcublas.so.13",
        "cublaslt, libcublasLt.so.13",
        "cusolver, libcusolver.so.12"
    })
    void everyFunctionThatTheProgramBindsIsEmulated(String bindings, String library) throws IOException {
        Path includes = EmulatedCuda.source("emulator")
                .resolve("../../../../../native-bindings/src/main/jextract")
                .resolve(bindings)
                .resolve("includes.txt");
        SymbolLookup symbols =
                SymbolLookup.libraryLookup(cuda.machine.directory().resolve(library), Arena.global());
        String option = "--include-function ";
        List<String> missing = Files.readAllLines(includes).stream()
                .filter(line -> line.startsWith(option))
                .map(line -> line.substring(option.length()))
                .filter(function -> symbols.find(function).isEmpty())
                .toList();
        assertThat(missing).isEmpty();
    }

    // ---- cuBLAS ----

    @ParameterizedTest
    @CsvSource({"0, 0", "0, 1", "1, 0", "1, 1"})
    void productsOfABatch(int transposeA, int transposeB) {
        int m = 11;
        int n = 9;
        int k = 13;
        int batch = 2;
        int lda = (transposeA == 0 ? m : k) + 3;
        int ldb = (transposeB == 0 ? k : n) + 1;
        int ldc = m + 2;
        int strideA = lda * (transposeA == 0 ? k : m);
        int strideB = ldb * (transposeB == 0 ? n : k);
        int strideC = ldc * n;
        double[] a = randoms(strideA * batch);
        double[] b = randoms(strideB * batch);
        double[] c = randoms(strideC * batch);
        long result = cuda.upload(c);
        long handle = cuda.made("cublasCreate_v2");
        cuda.check(
                "cublasDgemmStridedBatched",
                handle,
                transposeA,
                transposeB,
                m,
                n,
                k,
                cuda.arena.allocateFrom(JAVA_DOUBLE, 0.5),
                cuda.upload(a),
                lda,
                (long) strideA,
                cuda.upload(b),
                ldb,
                (long) strideB,
                cuda.arena.allocateFrom(JAVA_DOUBLE, -2.0),
                result,
                ldc,
                (long) strideC,
                batch);
        double[] computed = cuda.doubles(result, c.length);
        for (int run = 0; run < batch; run++) {
            for (int i = 0; i < ldc; i++) {
                for (int j = 0; j < n; j++) {
                    double sum = 0;
                    for (int l = 0; l < k && i < m; l++) {
                        sum += a[run * strideA + (transposeA == 0 ? i + l * lda : l + i * lda)]
                                * b[run * strideB + (transposeB == 0 ? l + j * ldb : j + l * ldb)];
                    }
                    double old = c[run * strideC + i + j * ldc];
                    double expected = i < m ? 0.5 * sum - 2 * old : old;
                    assertThat(computed[run * strideC + i + j * ldc]).isCloseTo(expected, within(1e-13));
                }
            }
        }
        cuda.check("cublasDestroy_v2", handle);
    }

    @Test
    void resultIsNotReadWhereBetaIsZeroAndNotMultipliedWhereAlphaIs() {
        long handle = cuda.made("cublasCreate_v2");
        MemorySegment one = cuda.arena.allocateFrom(JAVA_FLOAT, 1f);
        MemorySegment zero = cuda.arena.allocateFrom(JAVA_FLOAT, 0f);
        long fresh = cuda.allocate(4);
        long two = cuda.upload(2f);
        cuda.check("cublasSgemm_v2", handle, 0, 0, 1, 1, 1, one, two, 1, two, 1, zero, fresh, 1);
        assertThat(cuda.floats(fresh, 1)).containsExactly(4f);
        long unset = cuda.allocate(4);
        cuda.check("cublasSgemm_v2", handle, 0, 0, 1, 1, 1, zero, unset, 1, unset, 1, one, two, 1);
        assertThat(cuda.floats(two, 1)).containsExactly(2f);
        cuda.check("cublasDestroy_v2", handle);
    }

    @Test
    void productsKeepToTheirMemory() {
        long handle = cuda.made("cublasCreate_v2");
        MemorySegment one = cuda.arena.allocateFrom(JAVA_FLOAT, 1f);
        MemorySegment zero = cuda.arena.allocateFrom(JAVA_FLOAT, 0f);
        long a = cuda.upload(new float[6]);
        long c = cuda.allocate(16);
        assertThat(cuda.call("cublasSgemm_v2", handle, 0, 0, 3, 2, 2, one, a, 2, a, 2, zero, c, 3))
                .isEqualTo(INVALID_VALUE);
        cuda.call("cublasSgemm_v2", handle, 0, 0, 3, 2, 2, one, a, 3, a, 2, zero, c, 3);
        assertThat(cuda.call("cuCtxSynchronize")).isEqualTo(ILLEGAL_ADDRESS);
        assertThat(cuda.machine.lastFailure())
                .contains("cublasSgemm, matrix C: 24 bytes at an address that is in allocation")
                .contains("16 bytes before its end");
        cuda.check("cublasDestroy_v2", handle);
    }

    @Test
    void reducedPrecisionRoundsTheInputs() {
        float exact = 1 + 0x1p-11f + 0x1p-12f; // rounds to 1 + 2⁻¹⁰ with ten bits
        long handle = cuda.made("cublasCreate_v2");
        assertThat(gemmEx(handle, cuda.upload(exact), R_32F, COMPUTE_32F)).isEqualTo(exact * exact);
        float rounded = 1 + 0x1p-10f;
        assertThat(gemmEx(handle, cuda.upload(exact), R_32F, COMPUTE_32F_FAST_TF32))
                .isEqualTo(rounded * rounded);
        long half = cuda.allocate(2);
        short bits = (short) (Float.floatToRawIntBits(1.5f) >>> 16);
        cuda.check("cuMemcpyHtoDAsync_v2", half, cuda.arena.allocateFrom(JAVA_SHORT, bits), 2L, 0L);
        assertThat(gemmEx(handle, half, R_16BF, COMPUTE_32F)).isEqualTo(2.25f);
        cuda.check("cublasDestroy_v2", handle);
    }

    private float gemmEx(long handle, long factor, int type, int compute) {
        long product = cuda.allocate(4);
        MemorySegment one = cuda.arena.allocateFrom(JAVA_FLOAT, 1f);
        MemorySegment zero = cuda.arena.allocateFrom(JAVA_FLOAT, 0f);
        cuda.check(
                "cublasGemmEx",
                handle,
                0,
                0,
                1,
                1,
                1,
                one,
                factor,
                type,
                1,
                factor,
                type,
                1,
                zero,
                product,
                R_32F,
                1,
                compute,
                -1);
        return cuda.floats(product, 1)[0];
    }

    // ---- cuBLASLt ----

    @Test
    void descriptorsKeepTheirAttributesAndDescribeAProductWithBias() {
        long handle = cuda.made("cublasLtCreate");
        long description = cuda.made("cublasLtMatmulDescCreate", COMPUTE_32F, R_32F);
        attribute("cublasLtMatmulDesc", description, 3, cuda.arena.allocateFrom(JAVA_INT, 1)); // A transposed
        attribute("cublasLtMatmulDesc", description, 7, cuda.arena.allocateFrom(JAVA_INT, 4)); // + bias
        attribute("cublasLtMatmulDesc", description, 8, cuda.arena.allocateFrom(JAVA_LONG, cuda.upload(10f, 20f)));
        assertThat(cuda.call(
                        "cublasLtMatmulDescSetAttribute", description, 3, cuda.arena.allocateFrom(JAVA_LONG, 1L), 8L))
                .isEqualTo(INVALID_VALUE);
        long a = cuda.made("cublasLtMatrixLayoutCreate", R_32F, 3L, 2L, 3L);
        long b = cuda.made("cublasLtMatrixLayoutCreate", R_32F, 3L, 1L, 3L);
        long d = cuda.made("cublasLtMatrixLayoutCreate", R_32F, 2L, 1L, 2L);
        long preference = cuda.made("cublasLtMatmulPreferenceCreate");
        attribute("cublasLtMatmulPreference", preference, 1, cuda.arena.allocateFrom(JAVA_LONG, 1024L));
        MemorySegment results = cuda.arena.allocate(96, 8);
        MemorySegment returned = cuda.arena.allocate(JAVA_INT);
        cuda.check("cublasLtMatmulAlgoGetHeuristic", handle, description, a, b, d, d, preference, 1, results, returned);
        assertThat(returned.get(JAVA_INT, 0)).isEqualTo(1);
        long result = cuda.allocate(8);
        MemorySegment one = cuda.arena.allocateFrom(JAVA_FLOAT, 1f);
        MemorySegment zero = cuda.arena.allocateFrom(JAVA_FLOAT, 0f);
        cuda.check(
                "cublasLtMatmul",
                handle,
                description,
                one,
                cuda.upload(1f, 2f, 3f, 4f, 5f, 6f),
                a,
                cuda.upload(1f, 1f, 2f),
                b,
                zero,
                result,
                d,
                result,
                d,
                results,
                0L,
                0L,
                0L);
        assertThat(cuda.floats(result, 2)).containsExactly(19f, 41f);
        cuda.check("cublasLtMatmulPreferenceDestroy", preference);
        cuda.check("cublasLtMatrixLayoutDestroy", a);
        cuda.check("cublasLtMatrixLayoutDestroy", b);
        cuda.check("cublasLtMatrixLayoutDestroy", d);
        cuda.check("cublasLtMatmulDescDestroy", description);
        cuda.check("cublasLtDestroy", handle);
    }

    private void attribute(String object, long handle, int attribute, MemorySegment value) {
        cuda.check(object + "SetAttribute", handle, attribute, value, value.byteSize());
        MemorySegment back = cuda.arena.allocate(value.byteSize(), 8);
        MemorySegment written = cuda.arena.allocate(JAVA_LONG);
        cuda.check(object + "GetAttribute", handle, attribute, back, value.byteSize(), written);
        assertThat(written.get(JAVA_LONG, 0)).isEqualTo(value.byteSize());
        assertThat(back.mismatch(value)).isEqualTo(-1);
    }

    // ---- cuSOLVER ----

    @Test
    void qr() {
        int m = 7;
        int n = 4;
        double[] a = randoms(m * n);
        long handle = cuda.made("cusolverDnCreate");
        long matrix = cuda.upload(a);
        long tau = cuda.allocate(8L * n);
        long info = cuda.allocate(4);
        MemorySegment elements = cuda.arena.allocate(JAVA_INT);
        cuda.check("cusolverDnDgeqrf_bufferSize", handle, m, n, matrix, m, elements);
        int size = elements.get(JAVA_INT, 0);
        long workspace = cuda.allocate(8L * size);
        cuda.check("cusolverDnDgeqrf", handle, m, n, matrix, m, tau, workspace, size, info);
        double[] factors = cuda.doubles(matrix, m * n);
        cuda.check("cusolverDnDorgqr", handle, m, n, n, matrix, m, tau, workspace, size, info);
        double[] q = cuda.doubles(matrix, m * n);
        assertThat(orthogonality(q, m, n)).isLessThan(20 * m * EPSILON);
        for (int i = 0; i < m; i++) {
            for (int j = 0; j < n; j++) {
                double product = 0;
                for (int k = 0; k <= j; k++) {
                    product += q[i + k * m] * factors[k + j * m];
                }
                assertThat(product).isCloseTo(a[i + j * m], within(100 * m * EPSILON));
            }
        }
        assertThat(cuda.doubles(workspace, 1)[0]).isNaN();
        cuda.check("cusolverDnDestroy", handle);
    }

    @Test
    void eigenvaluesOfABatchReadOneTriangle() {
        int n = 6;
        int batch = 3;
        double[] matrices = new double[n * n * batch];
        double[] lower = new double[n * n * batch];
        Random random = new Random(2);
        for (int run = 0; run < batch; run++) {
            for (int i = 0; i < n; i++) {
                for (int j = 0; j <= i; j++) {
                    double value = random.nextGaussian();
                    matrices[run * n * n + i + j * n] = value;
                    matrices[run * n * n + j + i * n] = value;
                    lower[run * n * n + i + j * n] = value;
                    if (i != j) {
                        lower[run * n * n + j + i * n] = Double.NaN;
                    }
                }
            }
        }
        long handle = cuda.made("cusolverDnCreate");
        long parameters = cuda.made("cusolverDnCreateParams");
        long matrix = cuda.upload(lower);
        long values = cuda.allocate(8L * n * batch);
        long info = cuda.allocate(4L * batch);
        MemorySegment device = cuda.arena.allocate(JAVA_LONG);
        MemorySegment host = cuda.arena.allocate(JAVA_LONG);
        cuda.check(
                "cusolverDnXsyevBatched_bufferSize",
                handle,
                parameters,
                1,
                0,
                (long) n,
                R_64F,
                matrix,
                (long) n,
                R_64F,
                values,
                R_64F,
                device,
                host,
                (long) batch);
        long bytes = device.get(JAVA_LONG, 0);
        cuda.check(
                "cusolverDnXsyevBatched",
                handle,
                parameters,
                1,
                0,
                (long) n,
                R_64F,
                matrix,
                (long) n,
                R_64F,
                values,
                R_64F,
                cuda.allocate(bytes),
                bytes,
                0L,
                0L,
                info,
                (long) batch);
        double[] vectors = cuda.doubles(matrix, n * n * batch);
        double[] lambda = cuda.doubles(values, n * batch);
        for (int run = 0; run < batch; run++) {
            for (int j = 0; j < n; j++) {
                int at = run * n * n + j * n;
                assertThat(j == 0 || lambda[run * n + j - 1] <= lambda[run * n + j])
                        .isTrue();
                for (int i = 0; i < n; i++) {
                    double product = 0;
                    for (int k = 0; k < n; k++) {
                        product += matrices[run * n * n + i + k * n] * vectors[at + k];
                    }
                    assertThat(product).isCloseTo(lambda[run * n + j] * vectors[at + i], within(200 * n * EPSILON));
                }
            }
        }
        cuda.check("cusolverDnDestroyParams", parameters);
        cuda.check("cusolverDnDestroy", handle);
    }

    @ParameterizedTest
    @CsvSource({"6, 4, 1", "4, 6, 1", "6, 4, 0", "5, 5, 0"})
    void singularValues(int m, int n, int economical) {
        int rank = Math.min(m, n);
        double[] a = randoms(m * n);
        for (int i = 0; i < m; i++) {
            a[i + (n - 1) * m] = a[i]; // one column twice: a singular value of zero
        }
        int columnsU = economical == 1 ? rank : m;
        int columnsV = economical == 1 ? rank : n;
        long handle = cuda.made("cusolverDnCreate");
        long settings = cuda.made("cusolverDnCreateGesvdjInfo");
        long matrix = cuda.upload(a);
        long values = cuda.allocate(8L * rank);
        long u = cuda.allocate(8L * m * columnsU);
        long v = cuda.allocate(8L * n * columnsV);
        MemorySegment elements = cuda.arena.allocate(JAVA_INT);
        cuda.check(
                "cusolverDnDgesvdj_bufferSize",
                handle,
                1,
                economical,
                m,
                n,
                matrix,
                m,
                values,
                u,
                m,
                v,
                n,
                elements,
                settings);
        int size = elements.get(JAVA_INT, 0);
        cuda.check(
                "cusolverDnDgesvdj",
                handle,
                1,
                economical,
                m,
                n,
                matrix,
                m,
                values,
                u,
                m,
                v,
                n,
                cuda.allocate(8L * size),
                size,
                cuda.allocate(4),
                settings);
        double[] sigma = cuda.doubles(values, rank);
        double[] left = cuda.doubles(u, m * columnsU);
        double[] right = cuda.doubles(v, n * columnsV);
        assertThat(orthogonality(left, m, columnsU)).isLessThan(50 * m * EPSILON);
        assertThat(orthogonality(right, n, columnsV)).isLessThan(50 * n * EPSILON);
        assertThat(sigma).isSortedAccordingTo((x, y) -> Double.compare(y, x));
        for (int i = 0; i < m; i++) {
            for (int j = 0; j < n; j++) {
                double product = 0;
                for (int k = 0; k < rank; k++) {
                    product += left[i + k * m] * sigma[k] * right[j + k * n];
                }
                assertThat(product).isCloseTo(a[i + j * m], within(200 * m * EPSILON));
            }
        }
        cuda.check("cusolverDnDestroyGesvdjInfo", settings);
        cuda.check("cusolverDnDestroy", handle);
    }

    @Test
    void solversDoNotSurviveACapture() {
        long stream = cuda.stream();
        long handle = cuda.made("cusolverDnCreate");
        cuda.check("cusolverDnSetStream", handle, stream);
        long matrix = cuda.upload(1.0);
        cuda.check("cuStreamBeginCapture_v2", stream, 1);
        assertThat(cuda.call("cusolverDnDgeqrf", handle, 1, 1, matrix, 1, matrix, matrix, 1000, matrix))
                .isEqualTo(SOLVER_INTERNAL_ERROR);
        assertThat(cuda.call("cuStreamEndCapture", stream, cuda.arena.allocate(8)))
                .isEqualTo(901);
        cuda.check("cusolverDnDestroy", handle);
    }

    private static double orthogonality(double[] q, int rows, int columns) {
        double worst = 0;
        for (int i = 0; i < columns; i++) {
            for (int j = 0; j < columns; j++) {
                double dot = i == j ? -1 : 0;
                for (int k = 0; k < rows; k++) {
                    dot += q[k + i * rows] * q[k + j * rows];
                }
                worst = Math.max(worst, Math.abs(dot));
            }
        }
        return worst;
    }

    // ---- NVRTC ----

    @Test
    void errorsOfTheCompilerAreInTheLog() {
        long program = cuda.program("extern \"C\" __global__ void wrong(float* x) {\n  x[0] = INFINITY;\n}\n");
        assertThat(cuda.compile(program)).isEqualTo(COMPILATION);
        assertThat(cuda.log(program)).contains("test.cu:2").contains("INFINITY");
        assertThat(cuda.compile(program, "--no-such-option")).isEqualTo(INVALID_OPTION);
        assertThat(cuda.log(program)).contains("--no-such-option");
        long host = cuda.program("#include <math.h>\n");
        assertThat(cuda.compile(host)).isEqualTo(COMPILATION);
        assertThat(cuda.log(host)).contains("math.h");
    }

    @Test
    void macrosAndGeneratedKernelsAndDynamicSharedMemory() {
        String text = """
                #define KERNEL(name) extern "C" __global__ void name
                template <class T>
                __device__ T* scratch() {
                  extern __shared__ double memory[];
                  return reinterpret_cast<T*>(memory);
                }
                // __global__ in a comment is no kernel
                KERNEL(reverse)(REAL* values) {
                  REAL* copy = scratch<REAL>();
                  copy[threadIdx.x] = values[threadIdx.x];
                  __syncthreads();
                  values[threadIdx.x] = copy[blockDim.x - 1 - threadIdx.x];
                }
                """;
        long floats = cuda.upload(1f, 2f, 3f);
        long single = cuda.function(cuda.module(text, "-DREAL=float"), "reverse");
        assertThat(cuda.launch(single, 1, 3, 12, 0L, floats)).isZero();
        assertThat(cuda.floats(floats, 3)).containsExactly(3f, 2f, 1f);
        long doubles = cuda.upload(1.0, 2.0, 3.0);
        long wide = cuda.function(cuda.module(text, "--define-macro=REAL=double"), "reverse");
        assertThat(cuda.launch(wide, 1, 3, 24, 0L, doubles)).isZero();
        assertThat(cuda.doubles(doubles, 3)).containsExactly(3, 2, 1);
        cuda.machine.set("check", 0);
        assertThat(cuda.launch(wide, 1, 3, 16, 0L, doubles)).isEqualTo(719);
        assertThat(cuda.machine.lastFailure()).contains("wrote byte 16 of 16 bytes of dynamic shared memory");
    }

    private static double[] randoms(int count) {
        Random random = new Random(1);
        return random.doubles(count, -1, 1).toArray();
    }
}
