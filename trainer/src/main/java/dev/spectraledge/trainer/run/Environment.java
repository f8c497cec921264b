package dev.spectraledge.trainer.run;

import dev.spectraledge.trainer.config.RunConfig;
import dev.spectraledge.trainer.io.Json;
import dev.spectraledge.trainer.io.Preregistration;
import dev.spectraledge.trainer.warning.DetectorRules;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** What a run depends on besides its configuration: program, machine, Java and native libraries, for {@code environment.json}. */
public final class Environment {
    private static final Path CPU_INFO = Path.of("/proc/cpuinfo");
    /** Instruction sets that decide which kernels run. */
    private static final Set<String> NOTABLE_FLAGS = Set.of(
            "avx",
            "avx2",
            "fma",
            "avx512f",
            "avx512vl",
            "avx512_bf16",
            "avx512_vnni",
            "amx_bf16",
            "amx_tile",
            "asimd",
            "sve");

    private Environment() {}

    /**
     * Collects the environment of this process.
     *
     * @param arguments the command line's arguments
     * @param threads worker threads in use
     * @param libraries facts about native libraries, for example {@code openblas: {path, version, config, coreType,
     *     threads}}; they go into the document as they are
     * @param judgedBy by what the run is to be judged, besides detectors
     */
    public static Map<String, Object> capture(
            List<String> arguments,
            RunConfig config,
            int threads,
            Map<String, ?> libraries,
            List<Preregistration> judgedBy) {
        Map<String, Object> environment = new LinkedHashMap<>();
        environment.put("version", projectVersion());
        SourceRevision.ofProgram().ifPresent(revision -> {
            environment.put("commit", revision.commit());
            environment.put("dirty", revision.dirty());
        });
        environment.put("arguments", arguments);
        environment.put("config_hash", config.hash());
        Stream.concat(Stream.of(DetectorRules.file()), judgedBy.stream())
                .forEach(file -> environment.put(file.key(), file.hash()));
        environment.put("java", java());
        environment.put("machine", machine());
        environment.put("threads", threads);
        environment.put("libraries", libraries);
        return environment;
    }

    /** Writes {@link #capture} to a file. */
    public static void write(
            Path file,
            List<String> arguments,
            RunConfig config,
            int threads,
            Map<String, ?> libraries,
            List<Preregistration> judgedBy) {
        Json.write(file, capture(arguments, config, threads, libraries, judgedBy));
    }

    /** Version of this program as its build file says. */
    public static String projectVersion() {
        return BuildRecord.value("version")
                .orElseThrow(() -> new IllegalStateException("the program does not know its version"));
    }

    /** The commit that this program was built from, with {@code -dirty} if files differed from it; empty if nobody knows. */
    public static Optional<String> commit() {
        return SourceRevision.ofProgram().map(revision -> revision.commit() + (revision.dirty() ? "-dirty" : ""));
    }

    private static Map<String, Object> java() {
        Map<String, Object> java = new LinkedHashMap<>();
        java.put("version", Runtime.version().toString());
        java.put("vendor", System.getProperty("java.vendor"));
        java.put("virtual_machine", System.getProperty("java.vm.name"));
        java.put("flags", ManagementFactory.getRuntimeMXBean().getInputArguments());
        return java;
    }

    private static Map<String, Object> machine() {
        Map<String, Object> machine = new LinkedHashMap<>();
        machine.put(
                "system",
                System.getProperty("os.name") + " " + System.getProperty("os.version") + " "
                        + System.getProperty("os.arch"));
        machine.put("cores", Runtime.getRuntime().availableProcessors());
        cpuLine("model name").ifPresent(model -> machine.put("cpu", model));
        cpuLine("flags").or(() -> cpuLine("Features")).ifPresent(flags -> {
            Set<String> notable = new TreeSet<>(List.of(flags.split(" ")));
            notable.retainAll(NOTABLE_FLAGS);
            machine.put("cpu_flags", new ArrayList<>(notable));
        });
        return machine;
    }

    /** The first line of that name in Linux's description of the processor; other systems have none. */
    private static Optional<String> cpuLine(String name) {
        if (!Files.isReadable(CPU_INFO)) {
            return Optional.empty();
        }
        try (var lines = Files.lines(CPU_INFO)) {
            return lines.filter(line -> line.startsWith(name) && line.contains(":"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst();
        } catch (IOException | UncheckedIOException unreadable) {
            return Optional.empty();
        }
    }
}
