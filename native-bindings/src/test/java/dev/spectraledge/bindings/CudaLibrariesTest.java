package dev.spectraledge.bindings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Each way in which CUDA can be absent gives its own line; loading happens in JVMs of their own. */
@EnabledOnOs(OS.LINUX)
class CudaLibrariesTest {
    private static final int NO_DEVICE = 100;
    private static final int SYSTEM_DRIVER_MISMATCH = 803;

    @TempDir
    private Path folder;

    private String describe(Map<String, String> environment) throws IOException, InterruptedException {
        ForkedJvm jvm = ForkedJvm.finish(
                ForkedJvm.start(List.of("-D" + CudaSearch.PROPERTY + "=" + folder), environment, DescribeCuda.class));
        assertThat(jvm.exitCode()).as(jvm.output()).isZero();
        return jvm.output().strip();
    }

    @Test
    void noDriver() throws Exception {
        assumeTrue(InstalledCuda.driver().isEmpty(), "this machine has an NVIDIA driver");
        assertThat(describe(Map.of()))
                .startsWith("NO_DRIVER no NVIDIA driver: libcuda.so.1 is neither known to the system loader nor in"
                        + " /usr/local/nvidia/lib64 or /usr/lib/")
                .doesNotContain("\n");
    }

    @Test
    void aDriverWithoutDevice() throws Exception {
        FakeCuda.driver(folder, NO_DEVICE, 13000, 0);
        assertThat(describe(Map.of("CUDA_VISIBLE_DEVICES", "")))
                .isEqualTo("NO_DEVICE the NVIDIA driver " + folder.resolve("libcuda.so.1") + " shows no CUDA device");
        assertThat(describe(Map.of("CUDA_VISIBLE_DEVICES", "7")))
                .endsWith("shows no CUDA device (CUDA_VISIBLE_DEVICES is '7')");
    }

    @Test
    void aDriverThatCountsNoDevice() throws Exception {
        FakeCuda.driver(folder, 0, 13000, 0);
        assertThat(describe(Map.of())).startsWith("NO_DEVICE ");
    }

    @Test
    void aDriverThatDoesNotStart() throws Exception {
        FakeCuda.driver(folder, SYSTEM_DRIVER_MISMATCH, 13000, 1);
        assertThat(describe(Map.of()))
                .isEqualTo("DRIVER_FAILED the NVIDIA driver " + folder.resolve("libcuda.so.1")
                        + " does not start: cuInit: CUDA_ERROR_FAKE (803): as it was told to");
    }

    @Test
    void aDriverWithoutToolkit() throws Exception {
        FakeCuda.driver(folder, 0, 13000, 1);
        assertThat(describe(Map.of()))
                .startsWith("LIBRARIES_MISSING CUDA libraries missing: ")
                .contains("system property spectraledge.cuda.directory = " + folder)
                .doesNotContain("\n");
    }

    @Test
    void aDriverTooOldForTheToolkit() throws Exception {
        FakeCuda.driver(folder, 0, 12040, 1);
        FakeCuda.toolkitThatDoesNotLoad(folder);
        assertThat(describe(Map.of()))
                .isEqualTo("DRIVER_TOO_OLD the NVIDIA driver is too old: it supports CUDA 12.4, the libraries in "
                        + folder + " are of CUDA 13");
    }

    @Test
    void aToolkitIsOpenedWhenItIsUsed() throws Exception {
        FakeCuda.driver(folder, 0, 13000, 2);
        FakeCuda.toolkitThatDoesNotLoad(folder);
        assertThat(describe(Map.of()).lines())
                .startsWith(
                        "driver " + folder.resolve("libcuda.so.1"),
                        "version 13000",
                        "devices 2",
                        "toolkit [" + folder + "]")
                .last()
                .asString()
                .startsWith("LIBRARIES_MISSING cannot load CUBLAS: " + folder.resolve("libcublas.so.13"));
    }

    @Test
    void theDriversFacadeChecksItsArguments() throws Exception {
        FakeCuda.driver(folder, 0, 13000, 1);
        ForkedJvm jvm = ForkedJvm.finish(
                ForkedJvm.start(List.of("-D" + CudaSearch.PROPERTY + "=" + folder), Map.of(), CheckDriverCalls.class));
        assertThat(jvm.output().lines())
                .containsExactly(
                        "sizes are checked",
                        "nothing is allocated",
                        "done false",
                        "refused cuMemFree: CUDA_ERROR_FAKE (1): as it was told to");
    }
}
