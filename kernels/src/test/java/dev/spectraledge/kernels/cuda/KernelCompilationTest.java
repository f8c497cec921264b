package dev.spectraledge.kernels.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The kernels as NVIDIA's compiler sees them, for the architectures that matter: no warning, no register spilled to memory,
 * and registers within what their blocks can have.
 */
class KernelCompilationTest {
    /** By element type; doubles are for tests and references, so one architecture tells enough of them. */
    private static final Map<String, List<String>> ARCHITECTURES =
            Map.of("float", List.of("80", "90", "100"), "double", List.of("90"));
    /** Enough for two blocks of 256 threads on one multiprocessor several times over. */
    private static final int USUAL_REGISTERS = 80;
    /** Kernels that keep more at hand; 128 is what two blocks of 256 threads leave each thread. */
    private static final Map<String, Integer> MORE_REGISTERS =
            Map.of("attention", 96, "attentionBackward", 128, "combineRows", 96, "layerNormBackward", 96, "adamW", 96);

    private static final Pattern KERNEL = Pattern.compile("Compiling entry function '(\\w+)' for 'sm_(\\d+)'");
    private static final Pattern REGISTERS = Pattern.compile("Used (\\d+) registers");
    private static final Pattern SPILLS = Pattern.compile("(\\d+) bytes spill stores, (\\d+) bytes spill loads");

    private static Path compiler;

    @TempDir
    private Path folder;

    static List<String> stems() {
        return KernelSources.STEMS;
    }

    @BeforeAll
    static void findCompiler() {
        String home = System.getenv("CUDA_HOME");
        compiler = Path.of(home == null ? "/usr/local/cuda" : home, "bin", "nvcc");
        if (!Files.isExecutable(compiler)) {
            abort("no compiler of kernels: " + compiler + " is missing; CUDA_HOME may name another toolkit");
        }
    }

    @ParameterizedTest
    @MethodSource("stems")
    void kernelsFitIntoRegisters(String stem) throws IOException, InterruptedException {
        Path source = Files.writeString(folder.resolve(stem + ".cu"), KernelSources.text(stem));
        for (String type : ARCHITECTURES.keySet()) {
            String report = compile(source, type);
            int kernels = 0;
            String kernel = "";
            for (String line : report.lines().toList()) {
                Matcher begin = KERNEL.matcher(line);
                Matcher registers = REGISTERS.matcher(line);
                Matcher spills = SPILLS.matcher(line);
                if (begin.find()) {
                    kernel = begin.group(1);
                    kernels++;
                }
                if (spills.find()) {
                    assertThat(spills.group(1) + spills.group(2))
                            .as("spills of %s, %s", kernel, type)
                            .isEqualTo("00");
                }
                if (registers.find()) {
                    assertThat(Integer.parseInt(registers.group(1)))
                            .as("registers of %s, %s", kernel, type)
                            .isLessThanOrEqualTo(MORE_REGISTERS.getOrDefault(kernel, USUAL_REGISTERS));
                }
            }
            assertThat(report).doesNotContainIgnoringCase("warning");
            assertThat(kernels).isPositive();
        }
    }

    private String compile(Path source, String type) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(
                List.of(compiler.toString(), "-fatbin", "-std=c++17", "-DREAL=" + type, "-Xptxas", "-v,-warn-spills"));
        for (String architecture : ARCHITECTURES.get(type)) {
            command.add("-gencode=arch=compute_" + architecture + ",code=sm_" + architecture);
        }
        command.addAll(List.of("-o", folder.resolve("image").toString(), source.toString()));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String report = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(report).isZero();
        return report;
    }
}
