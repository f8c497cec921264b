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
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The kernels as NVIDIA's compilers see them, NVRTC or else nvcc, for the architectures that matter: no warning, no local
 * memory, no register spilled to it, and registers within what their blocks can have.
 */
class KernelCompilationTest {
    private static final Map<String, List<String>> ARCHITECTURES = Map.of("FLOAT32", List.of("90"));

    /** Doubles are for tests and references, so one architecture tells enough of them. */
    private static final Map<String, List<String>> OTHER_ARCHITECTURES =
            Map.of("FLOAT32", List.of("80", "100"), "FLOAT64", List.of("90"));
    /** Enough for two blocks of 256 threads on one multiprocessor, with room to spare. */
    private static final int USUAL_REGISTERS = 80;
    /** Kernels that keep more at hand; 128 is what two blocks of 256 threads leave each thread. */
    private static final Map<String, Integer> MORE_REGISTERS = Map.of(
            "attention",
            96,
            "attentionBackward",
            128,
            "blockProducts",
            96,
            "combineRows",
            96,
            "layerNormBackward",
            96,
            "adamW",
            96,
            "adam",
            104);

    private static final Pattern DECLARATION =
            Pattern.compile("__global__ void(?:\\s+__launch_bounds__\\([^)]*\\))?\\s+(\\w+)\\(");
    private static final Pattern KERNEL = Pattern.compile("Compiling entry function '(\\w+)' for 'sm_(\\d+)'");
    private static final Pattern REGISTERS = Pattern.compile("Used (\\d+) registers");
    private static final Pattern SPILLS =
            Pattern.compile("(\\d+) bytes stack frame, (\\d+) bytes spill stores, (\\d+) bytes spill loads");

    @TempDir
    private Path folder;

    private record Result(int status, String output) {}

    @Test
    void kernelsFitIntoRegisters() throws IOException, InterruptedException {
        requireFit(ARCHITECTURES);
    }

    @Test
    @Tag("nightly")
    void kernelsFitIntoRegistersOfOtherArchitecturesAndInDouble() throws IOException, InterruptedException {
        requireFit(OTHER_ARCHITECTURES);
    }

    private void requireFit(Map<String, List<String>> architectures) throws IOException, InterruptedException {
        String report = report(architectures);
        Set<String> seen = new TreeSet<>();
        String kernel = "";
        for (String line : report.lines().toList()) {
            Matcher begin = KERNEL.matcher(line);
            Matcher registers = REGISTERS.matcher(line);
            Matcher spills = SPILLS.matcher(line);
            if (begin.find()) {
                kernel = begin.group(1);
                seen.add(kernel);
            }
            if (spills.find()) {
                assertThat(spills.group()).as(kernel).doesNotContainPattern("[1-9]");
            }
            if (registers.find()) {
                assertThat(Integer.parseInt(registers.group(1)))
                        .as("registers of %s", kernel)
                        .isLessThanOrEqualTo(MORE_REGISTERS.getOrDefault(kernel, USUAL_REGISTERS));
            }
        }
        assertThat(report).doesNotContainIgnoringCase("warning");
        assertThat(seen).isEqualTo(declared());
    }

    private static Set<String> declared() {
        Set<String> declared = new TreeSet<>();
        for (String stem : KernelSources.STEMS) {
            DECLARATION.matcher(KernelSources.text(stem)).results().forEach(match -> declared.add(match.group(1)));
        }
        return declared;
    }

    private String report(Map<String, List<String>> architectures) throws IOException, InterruptedException {
        Result compiled = run(nvrtc(architectures));
        if (compiled.status() == CompileKernels.UNAVAILABLE) {
            return nvccReport(architectures, compiled.output().strip());
        }
        assertThat(compiled.status()).as(compiled.output()).isZero();
        return compiled.output();
    }

    private static List<String> nvrtc(Map<String, List<String>> architectures) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                CompileKernels.class.getName()));
        architectures.forEach((type, names) -> command.add(type + ":" + String.join(",", names)));
        return command;
    }

    private String nvccReport(Map<String, List<String>> architectures, String whyNotNvrtc)
            throws IOException, InterruptedException {
        String home = System.getenv("CUDA_HOME");
        Path nvcc = Path.of(home == null ? "/usr/local/cuda" : home, "bin", "nvcc");
        if (!Files.isExecutable(nvcc)) {
            abort("no compiler of kernels: NVRTC: " + whyNotNvrtc + "; nvcc: " + nvcc + " is missing");
        }
        StringBuilder report = new StringBuilder();
        for (String type : architectures.keySet()) {
            for (String stem : KernelSources.STEMS) {
                Path source = Files.writeString(folder.resolve(stem + ".cu"), KernelSources.text(stem));
                Result compiled = run(nvcc(nvcc, source, type, architectures.get(type)));
                assertThat(compiled.status()).as(compiled.output()).isZero();
                report.append(compiled.output());
            }
        }
        return report.toString();
    }

    private List<String> nvcc(Path nvcc, Path source, String type, List<String> architectures) {
        List<String> command = new ArrayList<>(List.of(
                nvcc.toString(),
                "-fatbin",
                "-std=c++17",
                "-DREAL=" + (type.equals("FLOAT64") ? "double" : "float"),
                "-Xptxas",
                "-v,-warn-spills"));
        for (String architecture : architectures) {
            command.add("-gencode=arch=compute_" + architecture + ",code=sm_" + architecture);
        }
        command.addAll(List.of("-o", folder.resolve("image").toString(), source.toString()));
        return command;
    }

    private static Result run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Result(process.waitFor(), output);
    }
}
