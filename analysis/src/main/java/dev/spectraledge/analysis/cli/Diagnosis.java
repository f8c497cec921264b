package dev.spectraledge.analysis.cli;

import dev.spectraledge.analysis.report.NumberText;
import dev.spectraledge.bindings.CpuFeatures;
import dev.spectraledge.bindings.LibraryCandidate;
import dev.spectraledge.bindings.NativeLibraryException;
import dev.spectraledge.bindings.OpenBlasLibrary;
import dev.spectraledge.kernels.Workers;
import dev.spectraledge.trainer.run.Environment;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import jdk.incubator.vector.FloatVector;

/** Findings about a machine by section, with the lines that need somebody's attention. */
final class Diagnosis {
    private static final Path CPU_INFO = Path.of("/proc/cpuinfo");
    private static final List<String> NOTABLE_FEATURES =
            List.of("avx2", "fma", "avx512f", "avx512bw", "avx512vl", "avx512_bf16", "amx_tile");

    private final Map<String, Object> findings = new LinkedHashMap<>();
    private final List<String> warnings = new ArrayList<>();
    private String failure;

    private Diagnosis() {}

    static Diagnosis ofThisMachine() {
        Diagnosis diagnosis = new Diagnosis();
        diagnosis.findings.put("sedge", Map.of("version", Environment.projectVersion()));
        diagnosis.findings.put("java", java());
        diagnosis.findings.put("cpu", cpu());
        diagnosis.findings.put("cache", CacheFindings.ofThisMachine());
        try {
            OpenBlasLibrary library = OpenBlasLibrary.load();
            diagnosis.findings.put("openblas", openBlas(library));
            library.slowerThanCpu().ifPresent(diagnosis.warnings::add);
            diagnosis.findings.put("measured_speed", speed());
        } catch (NativeLibraryException unusable) {
            Map<String, Object> openBlas = new LinkedHashMap<>();
            openBlas.put("candidates_in_order", candidates());
            openBlas.put("state", "unusable");
            diagnosis.findings.put("openblas", openBlas);
            diagnosis.failure = unusable.getMessage();
        }
        diagnosis.findings.put("cuda", CudaFindings.ofThisMachine());
        diagnosis.findings.put("disk", disk());
        return diagnosis;
    }

    /** Nested by section; values are texts, numbers and lists of texts. */
    Map<String, Object> findings() {
        return findings;
    }

    List<String> warnings() {
        return warnings;
    }

    /** Why nothing can be computed here; empty if it can. */
    Optional<String> failure() {
        return Optional.ofNullable(failure);
    }

    private static Map<String, Object> java() {
        Map<String, Object> java = new LinkedHashMap<>();
        java.put("version", Runtime.version().toString());
        java.put("vendor", System.getProperty("java.vendor"));
        java.put("home", System.getProperty("java.home"));
        java.put("vector_species", FloatVector.SPECIES_PREFERRED.toString());
        java.put("largest_heap", NumberText.significant(Runtime.getRuntime().maxMemory() / 1e9, 2) + " GB");
        return java;
    }

    private static Map<String, Object> cpu() {
        Map<String, Object> cpu = new LinkedHashMap<>();
        cpu.put("model", cpuModel());
        cpu.put("system", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
        cpu.put("cores", Runtime.getRuntime().availableProcessors());
        CpuFeatures features = CpuFeatures.ofHost();
        if (!features.flags().isEmpty()) {
            TreeSet<String> notable = new TreeSet<>(features.flags());
            notable.retainAll(NOTABLE_FEATURES);
            cpu.put("features", String.join(" ", notable));
        }
        features.openBlasCoreType().ifPresent(coreType -> cpu.put("openblas_core_type_that_suits", coreType));
        return cpu;
    }

    private static String cpuModel() {
        if (!Files.isReadable(CPU_INFO)) {
            return "unknown";
        }
        try (var lines = Files.lines(CPU_INFO)) {
            return lines.filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse("unknown");
        } catch (IOException unreadable) {
            return "unknown (" + CPU_INFO + ": " + unreadable.getMessage() + ")";
        }
    }

    private static Map<String, Object> openBlas(OpenBlasLibrary library) {
        Map<String, Object> openBlas = new LinkedHashMap<>();
        openBlas.put("candidates_in_order", candidates());
        openBlas.put("path", library.path().toString());
        openBlas.put("version", library.version());
        openBlas.put("build", library.config());
        openBlas.put("core_type", library.coreName());
        openBlas.put("threads_inside_a_call", library.threads() + " (" + library.threading() + ")");
        return openBlas;
    }

    private static List<String> candidates() {
        return OpenBlasLibrary.candidates().stream()
                .map(LibraryCandidate::toString)
                .toList();
    }

    private static Map<String, Object> speed() {
        Map<String, Object> speed = new LinkedHashMap<>();
        int cores = Runtime.getRuntime().availableProcessors();
        speed.put("1_thread", speed(1));
        if (cores > 1) {
            speed.put(cores + "_threads", speed(cores));
        }
        return speed;
    }

    private static Map<String, Object> speed(int threads) {
        try (Workers workers = new Workers(threads)) {
            Roofs roofs = new Roofs(workers);
            Map<String, Object> speed = new LinkedHashMap<>();
            speed.put("sgemm_768_GFLOP/s", rounded(roofs.largeProducts()));
            speed.put("sgemm_64_GFLOP/s", rounded(roofs.smallProducts()));
            speed.put("memory_read_GB/s", rounded(roofs.memoryRead()));
            return speed;
        }
    }

    private static double rounded(double rate) {
        return new BigDecimal(rate).round(new MathContext(3)).doubleValue();
    }

    private static Map<String, Object> disk() {
        Map<String, Object> disk = new LinkedHashMap<>();
        putFreeSpace(disk, "here", Path.of("").toAbsolutePath());
        putFreeSpace(disk, "home", Path.of(System.getProperty("user.home")));
        return disk;
    }

    private static void putFreeSpace(Map<String, Object> disk, String name, Path folder) {
        try {
            double free = Files.getFileStore(folder).getUsableSpace() / 1e9;
            disk.put(name, NumberText.significant(free, 3) + " GB free in " + folder);
        } catch (IOException unreadable) {
            disk.put(name, "unknown for " + folder + ": " + unreadable.getMessage());
        }
    }
}
