package dev.spectraledge.bindings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Libraries that answer as a driver or toolkit would, made by the C compiler for one test. */
final class FakeCuda {
    private static final String DRIVER = """
            int cuInit(unsigned flags) { return INIT; }
            int cuDriverGetVersion(int *version) { *version = VERSION; return 0; }
            int cuDeviceGetCount(int *count) { *count = DEVICES; return 0; }
            int cuGetErrorName(int error, const char **name) { *name = "CUDA_ERROR_FAKE"; return 0; }
            int cuGetErrorString(int error, const char **text) { *text = "as it was told to"; return 0; }
            int cuMemcpyHtoDAsync_v2(unsigned long long d, const void *h, unsigned long n, void *s) { return 0; }
            int cuMemcpyDtoHAsync_v2(void *h, unsigned long long d, unsigned long n, void *s) { return 0; }
            int cuMemcpyDtoDAsync_v2(unsigned long long d, unsigned long long e, unsigned long n, void *s) { return 0; }
            int cuMemsetD8Async(unsigned long long d, unsigned char v, unsigned long n, void *s) { return 0; }
            int cuMemsetD32Async(unsigned long long d, unsigned v, unsigned long n, void *s) { return 0; }
            int cuGraphLaunch(void *g, void *s) { return 0; }
            int cuEventRecord(void *e, void *s) { return 0; }
            int cuStreamWaitEvent(void *s, void *e, unsigned flags) { return 0; }
            int cuLaunchKernel(void *f, unsigned a, unsigned b, unsigned c, unsigned x, unsigned y, unsigned z,
                               unsigned m, void *s, void **p, void **e) { return *(int *)p[1] - 7; }
            int cuStreamQuery(void *s) { return 600; }
            int cuMemFree_v2(unsigned long long d) { return 1; }
            """;

    private FakeCuda() {}

    /** Puts a driver into a folder; skips the test where there is no C compiler. */
    static void driver(Path folder, int init, int version, int devices) {
        compile(
                folder.resolve("libcuda.so.1"),
                DRIVER,
                List.of("-DINIT=" + init, "-DVERSION=" + version, "-DDEVICES=" + devices));
    }

    /** Puts a toolkit of CUDA 13 into a folder, of which one library cannot be loaded. */
    static void toolkitThatDoesNotLoad(Path folder) throws IOException {
        for (CudaLibrary library : CudaLibrary.values()) {
            Files.writeString(folder.resolve(library.soname(13)), "no library");
        }
    }

    private static void compile(Path library, String source, List<String> definitions) {
        List<String> command = new ArrayList<>(List.of("cc", "-shared", "-fPIC", "-w"));
        command.addAll(definitions);
        try {
            Path file = Files.writeString(library.resolveSibling("source.c"), source);
            command.addAll(List.of("-o", library.toString(), file.toString()));
            Process process = start(command);
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor()).as(output).isZero();
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException("cannot compile " + library, e);
        }
    }

    private static Process start(List<String> command) {
        try {
            return new ProcessBuilder(command).redirectErrorStream(true).start();
        } catch (IOException e) {
            return abort("this machine has no C compiler: " + e.getMessage());
        }
    }
}
