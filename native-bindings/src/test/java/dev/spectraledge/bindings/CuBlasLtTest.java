package dev.spectraledge.bindings;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spectraledge.bindings.CuBlas.ComputeType;
import dev.spectraledge.bindings.CuBlas.ElementType;
import dev.spectraledge.bindings.CuBlasLt.Algorithm;
import dev.spectraledge.bindings.CuBlasLt.Epilogue;
import dev.spectraledge.bindings.CuBlasLt.MatmulDescriptor;
import dev.spectraledge.bindings.CuBlasLt.MatmulPreference;
import dev.spectraledge.bindings.CuBlasLt.MatrixLayout;
import dev.spectraledge.bindings.CudaUnavailableException.Reason;
import dev.spectraledge.bindings.SizeCheck.Argument;
import dev.spectraledge.bindings.raw.cublas.cublas_h;
import dev.spectraledge.bindings.raw.cublaslt.cublasLtMatmulHeuristicResult_t;
import dev.spectraledge.bindings.raw.cublaslt.cublaslt_h;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Descriptors of the real library hold what was set; they need no device. */
class CuBlasLtTest {
    @BeforeAll
    static void needsCuBlasLt() {
        InstalledCuda.assumeToolkit();
    }

    @Test
    void aDescriptorHoldsTransposesBiasAndAuxiliaryMatrix() {
        MemorySegment bias = MemorySegment.ofAddress(0x7f00_0000_1000L);
        MemorySegment auxiliary = MemorySegment.ofAddress(0x7f00_0000_2000L);
        try (MatmulDescriptor descriptor = MatmulDescriptor.create(ComputeType.FLOAT32)) {
            descriptor.setTransposes(true, false);
            assertThat(read(descriptor, cublaslt_h.CUBLASLT_MATMUL_DESC_TRANSA(), Integer.BYTES))
                    .isEqualTo(cublas_h.CUBLAS_OP_T());
            assertThat(read(descriptor, cublaslt_h.CUBLASLT_MATMUL_DESC_TRANSB(), Integer.BYTES))
                    .isEqualTo(cublas_h.CUBLAS_OP_N());
            descriptor.setBias(bias, 24);
            assertThat(read(descriptor, cublaslt_h.CUBLASLT_MATMUL_DESC_BIAS_POINTER(), Long.BYTES))
                    .isEqualTo(bias.address());
            assertThat(read(descriptor, cublaslt_h.CUBLASLT_MATMUL_DESC_BIAS_BATCH_STRIDE(), Long.BYTES))
                    .isEqualTo(24);
            descriptor.setAuxiliary(auxiliary, 16, 640);
            assertThat(read(descriptor, cublaslt_h.CUBLASLT_MATMUL_DESC_EPILOGUE_AUX_POINTER(), Long.BYTES))
                    .isEqualTo(auxiliary.address());
            assertThat(read(descriptor, cublaslt_h.CUBLASLT_MATMUL_DESC_EPILOGUE_AUX_LD(), Long.BYTES))
                    .isEqualTo(16);
            assertThat(read(descriptor, cublaslt_h.CUBLASLT_MATMUL_DESC_EPILOGUE_AUX_BATCH_STRIDE(), Long.BYTES))
                    .isEqualTo(640);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aDescriptorHoldsItsEpilogue(Epilogue epilogue) {
        try (MatmulDescriptor descriptor = MatmulDescriptor.create(ComputeType.FLOAT32)) {
            descriptor.setEpilogue(epilogue);
            assertThat(read(descriptor, cublaslt_h.CUBLASLT_MATMUL_DESC_EPILOGUE(), Integer.BYTES))
                    .isEqualTo(epilogue.code());
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyComputeTypeHasADescriptor(ComputeType type) {
        try (MatmulDescriptor descriptor = MatmulDescriptor.create(type)) {
            assertThat(descriptor.handle().address()).isNotZero();
        }
    }

    @Test
    void anAuxiliaryMatrixIsAlignedToEightElements() {
        try (MatmulDescriptor descriptor = MatmulDescriptor.create(ComputeType.FLOAT32)) {
            assertThatThrownBy(() -> descriptor.setAuxiliary(MemorySegment.ofAddress(256), 12, 0))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(
                            "auxiliary matrix with leading dimension 12 and batch stride 0; both must be multiples of 8");
        }
    }

    @Test
    void aLayoutHoldsItsBatch() {
        try (MatrixLayout layout = MatrixLayout.create(ElementType.BFLOAT16, 3, 4, 5);
                Arena arena = Arena.ofConfined()) {
            layout.setBatch(6, 7);
            MemorySegment value = arena.allocate(JAVA_LONG);
            MemorySegment written = arena.allocate(JAVA_LONG);
            assertThat(cublaslt_h.cublasLtMatrixLayoutGetAttribute(
                            layout.handle(),
                            cublaslt_h.CUBLASLT_MATRIX_LAYOUT_BATCH_COUNT(),
                            value,
                            Integer.BYTES,
                            written))
                    .isZero();
            assertThat(value.get(JAVA_INT, 0)).isEqualTo(6);
            assertThat(cublaslt_h.cublasLtMatrixLayoutGetAttribute(
                            layout.handle(),
                            cublaslt_h.CUBLASLT_MATRIX_LAYOUT_STRIDED_BATCH_OFFSET(),
                            value,
                            Long.BYTES,
                            written))
                    .isZero();
            assertThat(value.get(JAVA_LONG, 0)).isEqualTo(7);
            assertThat(written.get(JAVA_LONG, 0)).isEqualTo(Long.BYTES);
        }
    }

    @Test
    void aPreferenceHoldsWorkspaceAndAlignment() {
        try (MatmulPreference preference = MatmulPreference.create(32L << 20)) {
            preference.setAlignment(4, 8, 16, 32);
            assertThat(read(preference, cublaslt_h.CUBLASLT_MATMUL_PREF_MAX_WORKSPACE_BYTES(), Long.BYTES))
                    .isEqualTo(32L << 20);
            assertThat(read(preference, cublaslt_h.CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_A_BYTES(), Integer.BYTES))
                    .isEqualTo(4);
            assertThat(read(preference, cublaslt_h.CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_D_BYTES(), Integer.BYTES))
                    .isEqualTo(32);
        }
    }

    @Test
    void aBatchThatMakesNoSenseIsRefused() {
        try (MatrixLayout layout = MatrixLayout.create(ElementType.FLOAT32, 3, 4, 5)) {
            assertThatThrownBy(() -> layout.setBatch(-1, 0))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("batch = -1 must not be negative");
        }
    }

    @Test
    void theHeuristicsResultIsLaidOutAsTheLibraryHasIt() {
        assertThat(cublasLtMatmulHeuristicResult_t.layout().byteSize()).isEqualTo(96);
        assertThat(cublasLtMatmulHeuristicResult_t.workspaceSize$offset()).isEqualTo(64);
        assertThat(cublasLtMatmulHeuristicResult_t.state$offset()).isEqualTo(72);
    }

    @Test
    void matmulChecksItsSizesAndReachesTheLibrary() {
        CuBlasLt withoutHandle = new CuBlasLt(MemorySegment.NULL);
        try (Arena arena = Arena.ofConfined();
                MatmulDescriptor descriptor = MatmulDescriptor.create(ComputeType.FLOAT32);
                MatrixLayout a = MatrixLayout.create(ElementType.FLOAT32, 3, 5, 7);
                MatrixLayout b = MatrixLayout.create(ElementType.FLOAT32, 5, 4, 8);
                MatrixLayout c = MatrixLayout.create(ElementType.FLOAT32, 3, 4, 9)) {
            c.setBatch(2, 50);
            Algorithm algorithm = new Algorithm(arena.allocate(64, 8), 128);
            SizeCheck check = SizeCheck.of(
                    "matmul",
                    s -> withoutHandle.matmul(
                            descriptor,
                            s[0],
                            s[1],
                            a,
                            s[2],
                            b,
                            s[3],
                            s[4],
                            c,
                            s[5],
                            c,
                            algorithm,
                            s[6],
                            new CudaDriver.Stream(MemorySegment.NULL)),
                    new Argument("alpha", Float.BYTES, 1),
                    new Argument("a", (5 - 1) * 7 + 3, Float.BYTES),
                    new Argument("b", (4 - 1) * 8 + 5, Float.BYTES),
                    new Argument("beta", Float.BYTES, 1),
                    new Argument("c", 50 + (4 - 1) * 9 + 3, Float.BYTES),
                    new Argument("d", 50 + (4 - 1) * 9 + 3, Float.BYTES),
                    new Argument("workspace", 128, 1));
            check.verifyRefusals();
            assertThatThrownBy(check::callWithExactSizes)
                    .isInstanceOf(CudaException.class)
                    .hasMessageStartingWith("cublasLtMatmul: CUBLAS_STATUS_");
        }
    }

    @Test
    void withoutADriverItSaysSo() {
        InstalledCuda.assumeToolkitWithoutDriver();
        assertThatThrownBy(CuBlasLt::create)
                .isInstanceOfSatisfying(
                        CudaUnavailableException.class,
                        e -> assertThat(e.reason()).isEqualTo(Reason.DRIVER_TOO_OLD));
    }

    private static long read(MatmulDescriptor descriptor, int attribute, int bytes) {
        return read((buffer, written) ->
                cublaslt_h.cublasLtMatmulDescGetAttribute(descriptor.handle(), attribute, buffer, bytes, written));
    }

    private static long read(MatmulPreference preference, int attribute, int bytes) {
        return read((buffer, written) -> cublaslt_h.cublasLtMatmulPreferenceGetAttribute(
                preference.handle(), attribute, buffer, bytes, written));
    }

    private interface Getter {
        int call(MemorySegment buffer, MemorySegment written);
    }

    private static long read(Getter getter) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment value = arena.allocate(JAVA_LONG);
            assertThat(getter.call(value, arena.allocate(JAVA_LONG))).isZero();
            return value.get(JAVA_LONG, 0);
        }
    }
}
