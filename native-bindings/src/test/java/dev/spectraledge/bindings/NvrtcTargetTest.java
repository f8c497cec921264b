package dev.spectraledge.bindings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spectraledge.bindings.CudaUnavailableException.Reason;
import dev.spectraledge.bindings.Nvrtc.Version;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is compiled for which device, by the architectures that NVIDIA's compilers know. */
class NvrtcTargetTest {
    private static final Version NVRTC_12 = new Version(12, 8);
    private static final List<Integer> OF_12 =
            List.of(50, 52, 53, 60, 61, 62, 70, 72, 75, 80, 86, 87, 89, 90, 100, 101, 120);
    private static final Version NVRTC_13 = new Version(13, 0);
    private static final List<Integer> OF_13 = List.of(75, 80, 86, 87, 88, 89, 90, 100, 103, 110, 120, 121);

    @ParameterizedTest
    @CsvSource({
        "90, sm_90",
        "103, sm_103",
        "101, compute_100",
        "102, compute_100",
        "109, compute_103",
        "130, compute_121",
    })
    void ofCuda13(int device, String option) {
        assertThat(Nvrtc.target(device, NVRTC_13, OF_13).option()).isEqualTo(option);
    }

    /** 103 is B300, which came after CUDA 12.8. */
    @ParameterizedTest
    @CsvSource({"70, sm_70", "90, sm_90", "103, compute_101", "121, compute_120"})
    void ofCuda12(int device, String option) {
        assertThat(Nvrtc.target(device, NVRTC_12, OF_12).option()).isEqualTo(option);
    }

    @Test
    void aDeviceThatIsOlderThanAllIsRefused() {
        assertThatThrownBy(() -> Nvrtc.target(70, NVRTC_13, OF_13))
                .isInstanceOfSatisfying(
                        CudaUnavailableException.class,
                        e -> assertThat(e.reason()).isEqualTo(Reason.DEVICE_TOO_OLD))
                .hasMessage("NVRTC 13.0 compiles for compute capability 7.5 and newer, the device has 7.0: set"
                        + " SPECTRALEDGE_CUDA_DIRECTORY to an older CUDA, 12.6 or newer");
    }
}
