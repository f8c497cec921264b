package dev.spectraledge.bindings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spectraledge.bindings.CuBlas.ElementType;
import dev.spectraledge.bindings.CuSolver.JacobiSettings;
import dev.spectraledge.bindings.CudaUnavailableException.Reason;
import dev.spectraledge.bindings.SizeCheck.Argument;
import java.lang.foreign.MemorySegment;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Without a handle every factorisation fails at its workspace query, after the facade's checks of all but workspaces. */
class CuSolverTest {
    private static final int FLOAT = Float.BYTES;
    private static final int DOUBLE = Double.BYTES;

    private static final CuSolver WITHOUT_HANDLE = new CuSolver(MemorySegment.NULL, MemorySegment.NULL);
    private static final MemorySegment WORK = MemorySegment.NULL;

    @BeforeAll
    static void needsCuSolver() {
        InstalledCuda.assumeToolkit();
        CuSolver.version();
    }

    static Stream<SizeCheck> sizeChecks() {
        CuSolver solver = WITHOUT_HANDLE;
        Argument info = new Argument("info", 1, Integer.BYTES);
        return Stream.of(
                SizeCheck.of(
                        "Sgeqrf",
                        s -> solver.sgeqrf(6, 4, s[0], 7, s[1], WORK, s[2]),
                        new Argument("a", (4 - 1) * 7 + 6, FLOAT),
                        new Argument("tau", 4, FLOAT),
                        info),
                SizeCheck.of(
                        "Dgeqrf",
                        s -> solver.dgeqrf(4, 6, s[0], 7, s[1], WORK, s[2]),
                        new Argument("a", (6 - 1) * 7 + 4, DOUBLE),
                        new Argument("tau", 4, DOUBLE),
                        info),
                SizeCheck.of(
                        "Sorgqr",
                        s -> solver.sorgqr(6, 4, 3, s[0], 7, s[1], WORK, s[2]),
                        new Argument("a", (4 - 1) * 7 + 6, FLOAT),
                        new Argument("tau", 3, FLOAT),
                        info),
                SizeCheck.of(
                        "Dorgqr",
                        s -> solver.dorgqr(6, 4, 3, s[0], 7, s[1], WORK, s[2]),
                        new Argument("a", (4 - 1) * 7 + 6, DOUBLE),
                        new Argument("tau", 3, DOUBLE),
                        info),
                SizeCheck.of(
                        "Ssyevd",
                        s -> solver.ssyevd(true, false, 5, s[0], 6, s[1], WORK, s[2]),
                        new Argument("a", (5 - 1) * 6 + 5, FLOAT),
                        new Argument("w", 5, FLOAT),
                        info),
                SizeCheck.of(
                        "Dsyevd",
                        s -> solver.dsyevd(false, true, 5, s[0], 6, s[1], WORK, s[2]),
                        new Argument("a", (5 - 1) * 6 + 5, DOUBLE),
                        new Argument("w", 5, DOUBLE),
                        info),
                SizeCheck.of(
                        "XsyevBatched",
                        s -> solver.syevBatched(
                                true, false, 5, s[0], 6, s[1], ElementType.FLOAT64, 3, WORK, WORK, s[2]),
                        new Argument("a", 2 * 6 * 5 + (5 - 1) * 6 + 5, DOUBLE),
                        new Argument("w", 3 * 5, DOUBLE),
                        new Argument("info", 3, Integer.BYTES)));
    }

    @ParameterizedTest
    @MethodSource("sizeChecks")
    void segmentsThatAreTooSmallAreRefused(SizeCheck check) {
        check.verifyRefusals();
    }

    @ParameterizedTest
    @MethodSource("sizeChecks")
    void segmentsOfTheRightSizeReachCuSolver(SizeCheck check) {
        assertThatThrownBy(check::callWithExactSizes).isInstanceOfSatisfying(CudaException.class, e -> {
            assertThat(e.operation()).isEqualTo("cusolverDn" + check.call() + "_bufferSize");
            assertThat(e.name()).isEqualTo("CUSOLVER_STATUS_NOT_INITIALIZED");
        });
    }

    @Test
    void singularValueDecompositionsCheckTheirSizes() {
        try (JacobiSettings settings = JacobiSettings.create()) {
            settings.setTolerance(1e-7);
            settings.setMaxSweeps(15);
            CuSolver solver = WITHOUT_HANDLE;
            Argument info = new Argument("info", 1, Integer.BYTES);
            SizeCheck single = SizeCheck.of(
                    "Sgesvdj",
                    s -> solver.sgesvdj(true, 6, 4, s[0], 7, s[1], s[2], 8, s[3], 9, WORK, s[4], settings),
                    new Argument("a", (4 - 1) * 7 + 6, FLOAT),
                    new Argument("s", 4, FLOAT),
                    new Argument("u", (4 - 1) * 8 + 6, FLOAT),
                    new Argument("v", (4 - 1) * 9 + 4, FLOAT),
                    info);
            SizeCheck precise = SizeCheck.of(
                    "Dgesvdj",
                    s -> solver.dgesvdj(false, 6, 4, s[0], 7, s[1], WORK, 6, WORK, 4, WORK, s[2], settings),
                    new Argument("a", (4 - 1) * 7 + 6, DOUBLE),
                    new Argument("s", 4, DOUBLE),
                    info);
            // With the right sizes cuSOLVER itself would crash: it does not look at a missing handle here.
            single.verifyRefusals();
            precise.verifyRefusals();
        }
    }

    @Test
    void moreColumnsOfQThanRowsAreRefused() {
        assertThatThrownBy(() -> WITHOUT_HANDLE.sorgqrWorkLength(
                        2, 3, 1, MemorySegment.NULL.reinterpret(1000), 3, MemorySegment.NULL.reinterpret(1000)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("m = 2, n = 3, k = 1 must be m >= n >= k >= 0");
    }

    @Test
    void theVersionIsThatOfTheToolkit() {
        assertThat(CuSolver.version() / 1000).isEqualTo(CudaLibraries.toolkit().major() - 1);
    }

    @Test
    void withoutADriverItSaysSo() {
        InstalledCuda.assumeToolkitWithoutDriver();
        assertThatThrownBy(CuSolver::create).isInstanceOfSatisfying(CudaUnavailableException.class, e -> {
            assertThat(e.reason()).isEqualTo(Reason.DRIVER_TOO_OLD);
            assertThat(e.getMessage()).contains("CUSOLVER_STATUS_NOT_INITIALIZED");
        });
    }
}
