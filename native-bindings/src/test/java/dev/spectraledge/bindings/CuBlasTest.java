package dev.spectraledge.bindings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spectraledge.bindings.CuBlas.ComputeType;
import dev.spectraledge.bindings.CuBlas.ElementType;
import dev.spectraledge.bindings.CudaUnavailableException.Reason;
import dev.spectraledge.bindings.SizeCheck.Argument;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CuBlasTest {
    private static final int FLOAT = Float.BYTES;
    private static final int DOUBLE = Double.BYTES;

    /** Without a handle every product fails inside cuBLAS, after the facade's own checks. */
    private static final CuBlas WITHOUT_HANDLE = new CuBlas(MemorySegment.NULL);

    static Stream<SizeCheck> sizeChecks() {
        CuBlas blas = WITHOUT_HANDLE;
        return Stream.of(
                SizeCheck.of(
                        "sgemm",
                        s -> blas.sgemm(false, true, 3, 4, 5, s[0], s[1], 7, s[2], 8, s[3], s[4], 9),
                        new Argument("alpha", FLOAT, 1),
                        new Argument("a", (3 - 1) * 7 + 5, FLOAT),
                        new Argument("b", (4 - 1) * 8 + 5, FLOAT),
                        new Argument("beta", FLOAT, 1),
                        new Argument("c", (3 - 1) * 9 + 4, FLOAT)),
                SizeCheck.of(
                        "dgemm",
                        s -> blas.dgemm(true, false, 3, 4, 5, s[0], s[1], 7, s[2], 8, s[3], s[4], 9),
                        new Argument("alpha", DOUBLE, 1),
                        new Argument("a", (5 - 1) * 7 + 3, DOUBLE),
                        new Argument("b", (5 - 1) * 8 + 4, DOUBLE),
                        new Argument("beta", DOUBLE, 1),
                        new Argument("c", (3 - 1) * 9 + 4, DOUBLE)),
                SizeCheck.of(
                        "sgemmStridedBatched",
                        s -> blas.sgemmStridedBatched(
                                false, false, 3, 4, 5, s[0], s[1], 7, 50, s[2], 8, 0, s[3], s[4], 9, 60, 6),
                        new Argument("alpha", FLOAT, 1),
                        new Argument("a", 5 * 50 + (3 - 1) * 7 + 5, FLOAT),
                        new Argument("b", (5 - 1) * 8 + 4, FLOAT),
                        new Argument("beta", FLOAT, 1),
                        new Argument("c", 5 * 60 + (3 - 1) * 9 + 4, FLOAT)),
                SizeCheck.of(
                        "dgemmStridedBatched",
                        s -> blas.dgemmStridedBatched(
                                true, true, 3, 4, 5, s[0], s[1], 7, 50, s[2], 8, 55, s[3], s[4], 9, 60, 6),
                        new Argument("alpha", DOUBLE, 1),
                        new Argument("a", 5 * 50 + (5 - 1) * 7 + 3, DOUBLE),
                        new Argument("b", 5 * 55 + (4 - 1) * 8 + 5, DOUBLE),
                        new Argument("beta", DOUBLE, 1),
                        new Argument("c", 5 * 60 + (3 - 1) * 9 + 4, DOUBLE)),
                SizeCheck.of(
                        "gemmStridedBatched",
                        s -> blas.gemmStridedBatched(
                                false,
                                false,
                                3,
                                4,
                                5,
                                s[0],
                                s[1],
                                7,
                                50,
                                s[2],
                                8,
                                55,
                                ElementType.BFLOAT16,
                                s[3],
                                s[4],
                                9,
                                60,
                                ElementType.FLOAT32,
                                6,
                                ComputeType.FLOAT32),
                        new Argument("alpha", FLOAT, 1),
                        new Argument("a", 5 * 50 + (3 - 1) * 7 + 5, Short.BYTES),
                        new Argument("b", 5 * 55 + (5 - 1) * 8 + 4, Short.BYTES),
                        new Argument("beta", FLOAT, 1),
                        new Argument("c", 5 * 60 + (3 - 1) * 9 + 4, FLOAT)));
    }

    @ParameterizedTest
    @MethodSource("sizeChecks")
    void segmentsThatAreTooSmallAreRefused(SizeCheck check) {
        check.verifyRefusals();
    }

    @ParameterizedTest
    @MethodSource("sizeChecks")
    void segmentsOfTheRightSizeReachCuBlas(SizeCheck check) {
        InstalledCuda.assumeToolkit();
        CuBlas.version();
        assertThatThrownBy(check::callWithExactSizes).isInstanceOfSatisfying(CudaException.class, e -> {
            assertThat(e.operation()).startsWithIgnoringCase("cublas" + check.call());
            assertThat(e.name()).isEqualTo("CUBLAS_STATUS_NOT_INITIALIZED");
            assertThat(e.text()).isEqualTo("the library was not initialized");
        });
    }

    @Test
    void resultsOfABatchMayNotOverlap() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment s = arena.allocate(1000);
            assertThatThrownBy(() -> WITHOUT_HANDLE.sgemmStridedBatched(
                            false, false, 2, 3, 1, s, s, 1, 0, s, 3, 0, s, s, 3, 5, 2))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("stride of c = 5 lets the 2 results overlap; at least 6 is needed");
            assertThatThrownBy(() -> WITHOUT_HANDLE.sgemmStridedBatched(
                            false, false, 2, 3, 1, s, s, 1, -1, s, 3, 0, s, s, 3, 6, 2))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("stride of a = -1 must not be negative");
        }
    }

    @Test
    void theVersionIsThatOfTheToolkit() {
        int major = InstalledCuda.assumeToolkit().major();
        assertThat(CuBlas.version() / 10000).isEqualTo(major);
    }

    @Test
    void withoutADriverItSaysSo() {
        InstalledCuda.assumeToolkitWithoutDriver();
        assertThatThrownBy(CuBlas::create).isInstanceOfSatisfying(CudaUnavailableException.class, e -> {
            assertThat(e.reason()).isEqualTo(Reason.DRIVER_TOO_OLD);
            assertThat(e.getMessage())
                    .isEqualTo("the NVIDIA driver is too old, or missing, for cuBLAS " + CuBlas.version()
                            + ": cublasCreate: the library was not initialized");
        });
    }
}
