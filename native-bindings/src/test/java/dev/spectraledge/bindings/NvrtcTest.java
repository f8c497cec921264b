package dev.spectraledge.bindings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NvrtcTest {
    private static final String AXPY = """
        extern "C" __global__ void axpy(int n, float alpha, const float* x, float* y) {
            int i = blockIdx.x * blockDim.x + threadIdx.x;
            if (i < n) {
                y[i] += alpha * x[i];
            }
        }
        """;

    @BeforeAll
    static void needsNvrtc() {
        InstalledCuda.assumeToolkit();
    }

    @Test
    void theVersionIsThatOfTheToolkit() {
        assertThat(Nvrtc.version().major()).isEqualTo(CudaLibraries.toolkit().major());
    }

    @ParameterizedTest
    @ValueSource(ints = {80, 90, 100})
    void aKernelBecomesACubinWithoutSpills(int architecture) {
        assumeTrue(
                Nvrtc.supportedArchitectures().contains(architecture),
                "NVRTC " + Nvrtc.version() + " does not know sm_" + architecture);
        Nvrtc.Compilation compilation = Nvrtc.compileToCubin(
                AXPY, "axpy.cu", List.of("--gpu-architecture=sm_" + architecture, "--ptxas-options=-v"));
        assertThat(compilation.image()).startsWith(0x7f, 'E', 'L', 'F');
        assertThat(compilation.log()).contains("axpy", "0 bytes spill stores", "registers");
    }

    @Test
    void ptxIsTextForADriver() {
        Nvrtc.Compilation compilation = Nvrtc.compileToPtx(AXPY, "axpy.cu", List.of("--gpu-architecture=compute_80"));
        String text = new String(compilation.image(), StandardCharsets.US_ASCII);
        assertThat(text).contains(".entry axpy", ".target sm_80").endsWith("\0");
        assertThat(compilation.log()).isEmpty();
    }

    /** What this NVRTC knows and what it does not know. */
    @ParameterizedTest
    @ValueSource(ints = {90, 101, 102, 103, 130})
    void everyDeviceGetsSomethingThatCompiles(int device) {
        Nvrtc.Target target = Nvrtc.target(device);
        assertThat(Nvrtc.compile(target, AXPY, "axpy.cu", List.of("--gpu-architecture=" + target.option()))
                        .image())
                .isNotEmpty();
    }

    @Test
    void anErrorInTheSourceIsReportedWithItsLine() {
        assertThatThrownBy(() -> Nvrtc.compileToCubin(
                        "\nint f() { return x; }", "wrong.cu", List.of("--gpu-architecture=sm_80")))
                .isInstanceOfSatisfying(CudaException.class, e -> {
                    assertThat(e.operation()).isEqualTo("compiling wrong.cu");
                    assertThat(e.name()).isEqualTo("NVRTC_ERROR_COMPILATION");
                    assertThat(e.text()).contains("wrong.cu(2): error: identifier \"x\" is undefined");
                });
    }

    @Test
    void anUnknownOptionIsReported() {
        assertThatThrownBy(() -> Nvrtc.compileToCubin(AXPY, "axpy.cu", List.of("--no-such-option")))
                .isInstanceOf(CudaException.class)
                .hasMessageContaining("--no-such-option");
    }

    @Test
    void aCubinNeedsARealArchitecture() {
        assertThatThrownBy(() -> Nvrtc.compileToCubin(AXPY, "axpy.cu", List.of("--gpu-architecture=compute_80")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no cubin of axpy.cu");
    }
}
