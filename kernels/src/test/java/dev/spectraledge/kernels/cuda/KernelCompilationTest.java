package dev.spectraledge.kernels.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.spectraledge.kernels.cuda.MachineCode.Access;
import dev.spectraledge.kernels.cuda.MachineCode.Kind;
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
 * The kernels as NVIDIA's compilers see them, NVRTC or else nvcc, for the architectures that matter: no warning, no register
 * spilled, registers within what their blocks can have, and of their machine code that it uses no local memory, which is device
 * memory, has no sum in whatever order its terms come, and moves 16 bytes at once where memory is what bounds a kernel.
 */
class KernelCompilationTest {
    private static final Map<String, List<String>> ARCHITECTURES = Map.of("FLOAT32", List.of("90"));

    /** Doubles are for tests and references, so one architecture tells enough of them. */
    private static final Map<String, List<String>> OTHER_ARCHITECTURES =
            Map.of("FLOAT32", List.of("80", "100"), "FLOAT64", List.of("90"));

    /** Compiled with them, to show that their machine code is read rightly. */
    private static final String ACCESSES = "accesses";
    /** Bytes of the largest access. */
    private static final int WIDE = 16;

    /** Whatever computes each element by itself, layer norms, and optimisers: what memory bounds. */
    private static final List<String> BOUND_BY_MEMORY =
            List.of("vectors", "gelu", "swiglu", "layer_norm", "optimizers");
    /** Enough for two blocks of 256 threads on one multiprocessor, with room to spare. */
    private static final int USUAL_REGISTERS = 80;
    /** Kernels that keep more at hand; 128 is what two blocks of 256 threads leave each thread. */
    private static final Map<String, Integer> MORE_REGISTERS = Map.ofEntries(
            Map.entry("attention", 96),
            Map.entry("attentionBackward", 128),
            Map.entry("blockProducts", 96),
            Map.entry("combineRows", 96),
            Map.entry("layerNormBackward", 96),
            Map.entry("adamW", 96),
            Map.entry("adam", 104),
            Map.entry("crossEntropy", 96),
            Map.entry("tiledAttention", 128),
            Map.entry("tiledAttentionByQueries", 128),
            Map.entry("tiledAttentionByKeys", 128));

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
    void kernelsAreWhatDevicesWant() throws IOException, InterruptedException {
        require(ARCHITECTURES);
    }

    @Test
    @Tag("nightly")
    void kernelsAreWhatDevicesWantOnOtherArchitecturesAndInDouble() throws IOException, InterruptedException {
        require(OTHER_ARCHITECTURES);
    }

    private void require(Map<String, List<String>> architectures) throws IOException, InterruptedException {
        for (String stem : KernelSources.STEMS) {
            Files.writeString(folder.resolve(stem + ".cu"), KernelSources.text(stem));
        }
        Files.copy(EmulatedCuda.source("kernels/" + ACCESSES + ".cu"), folder.resolve(ACCESSES + ".cu"));
        requireFit(compiled(architectures));
        for (Map.Entry<String, List<String>> type : architectures.entrySet()) {
            for (String architecture : type.getValue()) {
                if (Files.exists(image(ACCESSES, type.getKey(), architecture))) {
                    requireAccesses(type.getKey(), architecture);
                }
            }
        }
    }

    private static void requireFit(String report) {
        Set<String> declared = declared();
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
            if (spills.find() && declared.contains(kernel)) {
                assertThat(spills.group()).as(kernel).doesNotContainPattern("[1-9]");
            }
            if (registers.find()) {
                assertThat(Integer.parseInt(registers.group(1)))
                        .as("registers of %s", kernel)
                        .isLessThanOrEqualTo(MORE_REGISTERS.getOrDefault(kernel, USUAL_REGISTERS));
            }
        }
        assertThat(report).doesNotContainIgnoringCase("warning");
        assertThat(seen).containsAll(declared);
    }

    private void requireAccesses(String type, String architecture) throws IOException {
        requireReader(code(ACCESSES, type, architecture));
        for (String stem : KernelSources.STEMS) {
            MachineCode code = code(stem, type, architecture);
            assertThat(code.accesses().keySet()).containsAll(declared(stem));
            assertThat(code.localMemory()).isEmpty();
            assertThat(code.floatAtomics()).isEmpty();
            if (BOUND_BY_MEMORY.contains(stem)) {
                code.accesses().forEach((kernel, accesses) -> {
                    if (isWide(kernel, type)) {
                        assertThat(accesses)
                                .as(kernel)
                                .contains(new Access(Kind.GLOBAL_LOAD, WIDE), new Access(Kind.GLOBAL_STORE, WIDE));
                    }
                });
            }
        }
    }

    /** One prepares a few numbers; of doubles, the other one would need more registers than a thread has for two at once. */
    private static boolean isWide(String kernel, String type) {
        return !kernel.equals("beginOptimizerStep") && !(kernel.equals("geluBackward") && type.equals("FLOAT64"));
    }

    /** Kernels whose accesses are known. */
    private static void requireReader(MachineCode code) {
        Map<String, List<Access>> accesses = code.accesses();
        for (int bytes : new int[] {4, 8, WIDE}) {
            assertThat(accesses.get("loadsAndStores" + bytes + "Bytes"))
                    .containsExactly(new Access(Kind.GLOBAL_LOAD, bytes), new Access(Kind.GLOBAL_STORE, bytes));
        }
        assertThat(code.localMemory())
                .contains("indexesAnArrayOfItsOwn: LOCAL_LOAD", "indexesAnArrayOfItsOwn: LOCAL_STORE")
                .allSatisfy(use -> assertThat(use).startsWith("indexesAnArrayOfItsOwn: "));
        assertThat(code.floatAtomics())
                .containsExactlyInAnyOrder(
                        "addsFloats: FLOAT_ATOMIC",
                        "addsFloatsAndReads: FLOAT_ATOMIC",
                        "addsDoubles: FLOAT_ATOMIC",
                        "addsFloatsInSharedMemory: SHARED_ATOMIC");
        assertThat(accesses.get("addsIntegers")).containsExactly(new Access(Kind.ATOMIC, 0));
        assertThat(accesses.get("takesATicket")).contains(new Access(Kind.ATOMIC, 0));
        assertThat(accesses.get("comparesAndSwaps")).contains(new Access(Kind.COMPARE_AND_SWAP, 0));
    }

    private Path image(String stem, String type, String architecture) {
        return folder.resolve(stem + "." + type + "." + architecture);
    }

    private MachineCode code(String stem, String type, String architecture) throws IOException {
        return MachineCode.of(Files.readAllBytes(image(stem, type, architecture)), Integer.parseInt(architecture));
    }

    private static Set<String> declared() {
        Set<String> declared = new TreeSet<>();
        KernelSources.STEMS.forEach(stem -> declared.addAll(declared(stem)));
        return declared;
    }

    private static List<String> declared(String stem) {
        return DECLARATION
                .matcher(KernelSources.text(stem))
                .results()
                .map(match -> match.group(1))
                .toList();
    }

    /** What the assembler says; the cubins are in the folder then. */
    private String compiled(Map<String, List<String>> architectures) throws IOException, InterruptedException {
        Result compiled = run(nvrtc(architectures));
        if (compiled.status() == CompileKernels.UNAVAILABLE) {
            return nvccReport(architectures, compiled.output().strip());
        }
        assertThat(compiled.status()).as(compiled.output()).isZero();
        return compiled.output();
    }

    private List<String> nvrtc(Map<String, List<String>> architectures) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                CompileKernels.class.getName(),
                folder.toString()));
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
        List<String> stems = new ArrayList<>(KernelSources.STEMS);
        stems.add(ACCESSES);
        StringBuilder report = new StringBuilder();
        for (Map.Entry<String, List<String>> type : architectures.entrySet()) {
            for (String architecture : type.getValue()) {
                for (String stem : stems) {
                    Result compiled = run(nvcc(nvcc, stem, type.getKey(), architecture));
                    assertThat(compiled.status()).as(compiled.output()).isZero();
                    report.append(compiled.output());
                }
            }
        }
        return report.toString();
    }

    private List<String> nvcc(Path nvcc, String stem, String type, String architecture) {
        return List.of(
                nvcc.toString(),
                "-cubin",
                "-arch=sm_" + architecture,
                "-std=c++17",
                "-DREAL=" + (type.equals("FLOAT64") ? "double" : "float"),
                "-Xptxas",
                "-v,-warn-spills",
                "-o",
                image(stem, type, architecture).toString(),
                folder.resolve(stem + ".cu").toString());
    }

    private static Result run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Result(process.waitFor(), output);
    }
}
