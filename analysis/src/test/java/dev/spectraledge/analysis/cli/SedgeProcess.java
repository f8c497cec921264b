package dev.spectraledge.analysis.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;

/** The command line in a process of its own, which can be killed. */
final class SedgeProcess {
    /** How often a process is looked at; nothing depends on it but how soon a test goes on. */
    private static final int GLANCE_MILLIS = 5;

    private static final int KILLED = 128 + 9;

    private final Process process;
    private final Path log;

    private SedgeProcess(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    /** @param log receives everything that the process prints */
    static SedgeProcess start(Path log, List<String> arguments, String... more) throws IOException {
        return start(Sedge.class, log, arguments, more);
    }

    /** The same, of a process that gets a signal at a change of its files, see {@link SignalledSedge}. */
    static SedgeProcess startSignalled(
            Path log, String signal, String change, int count, List<String> command, String... more)
            throws IOException {
        List<String> arguments = new ArrayList<>(List.of(signal, change, Integer.toString(count)));
        arguments.addAll(command);
        return start(SignalledSedge.class, log, arguments, more);
    }

    private static SedgeProcess start(Class<?> program, Path log, List<String> arguments, String... more)
            throws IOException {
        List<String> line = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                // As the launcher does.
                "-Xmx2g",
                "--enable-native-access=ALL-UNNAMED",
                "--add-modules=jdk.incubator.vector",
                // The CUDA of this process, which may be an emulated one.
                "-Dspectraledge.cuda.directory=" + System.getProperty("spectraledge.cuda.directory", ""),
                "-cp",
                System.getProperty("java.class.path"),
                program.getName()));
        line.addAll(1, ownFlags());
        line.addAll(arguments);
        line.addAll(List.of(more));
        Process process = new ProcessBuilder(line)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        return new SedgeProcess(process, log);
    }

    /** How this JVM collects garbage and compiles, for another that lives as short. */
    static List<String> ownFlags() {
        return ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(argument -> argument.startsWith("-XX:"))
                .toList();
    }

    /** Something to be seen from outside of a process that works. */
    interface Condition {
        boolean holds() throws IOException;
    }

    /** Returns when a condition holds, which must be before the process ends. */
    void await(String what, Condition condition) throws IOException, InterruptedException {
        while (!condition.holds()) {
            if (process.waitFor(GLANCE_MILLIS, TimeUnit.MILLISECONDS)) {
                throw new AssertionError("the process has ended before " + what + ": " + output());
            }
        }
    }

    /** Returns when the process has said so many lines. */
    void awaitLines(int lines) throws IOException, InterruptedException {
        await("it has said " + lines + " lines", () -> output().lines().count() >= lines);
    }

    /** Returns when a file has been replaced, or is there where there was none. */
    void awaitNewVersion(Path file) throws IOException, InterruptedException {
        String old = version(file);
        await("there is a new " + file, () -> !version(file).equals(old));
    }

    private static String version(Path file) throws IOException {
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return attributes.fileKey() + " " + attributes.lastModifiedTime();
        } catch (NoSuchFileException absent) {
            return "none";
        }
    }

    /** Returns when the tables below a folder have grown by some bytes. */
    void awaitGrowth(Path folder, long bytes) throws IOException, InterruptedException {
        long goal = sizeOfTables(folder) + bytes;
        await(folder + " has grown by " + bytes + " bytes", () -> sizeOfTables(folder) >= goal);
    }

    private static long sizeOfTables(Path folder) throws IOException {
        if (Files.notExists(folder)) {
            return 0;
        }
        LongAdder size = new LongAdder();
        // Files of the process come and go meanwhile.
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (file.toString().endsWith(".csv")) {
                    size.add(attributes.size());
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException gone) throws IOException {
                if (gone instanceof NoSuchFileException) {
                    return FileVisitResult.CONTINUE;
                }
                throw gone;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, IOException gone) throws IOException {
                if (gone == null || gone instanceof NoSuchFileException) {
                    return FileVisitResult.CONTINUE;
                }
                throw gone;
            }
        });
        return size.sum();
    }

    /** Returns when SIGSTOP has stopped it; SIGCONT lets it go on. */
    void awaitStandstill() throws IOException, InterruptedException {
        Path status = Path.of("/proc", Long.toString(process.pid()), "stat");
        await("it stands still", () -> Files.readString(status).contains(") T "));
    }

    /** SIGKILL, which must meet the process at work; returns when it is gone. */
    void kill() throws IOException, InterruptedException {
        process.destroyForcibly();
        requireKilled();
    }

    void requireKilled() throws IOException, InterruptedException {
        requireExitCode(KILLED);
    }

    /** The most memory that it has had at once, in bytes, as Linux counts it; returns when it has ended well. */
    long awaitPeakMemory() throws IOException, InterruptedException {
        long peak = 0;
        do {
            peak = Math.max(peak, peakMemory());
        } while (!process.waitFor(GLANCE_MILLIS, TimeUnit.MILLISECONDS));
        requireExitCode(0);
        return peak;
    }

    private long peakMemory() {
        try (Stream<String> lines = Files.lines(Path.of("/proc", Long.toString(process.pid()), "status"))) {
            return lines.filter(line -> line.startsWith("VmHWM:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
                    .findFirst()
                    .orElse(0);
        } catch (IOException | UncheckedIOException gone) {
            return 0;
        }
    }

    /** Sends a signal by its name without SIG. */
    void signal(String name) {
        Signals.send(name, process.pid());
    }

    void requireExitCode(int expected) throws IOException, InterruptedException {
        assertThat(process.waitFor()).as(output()).isEqualTo(expected);
    }

    String output() throws IOException {
        return Files.readString(log);
    }

    /**
     * Every table and every safetensors file of one run directory is in the other, with the same bytes.
     *
     * @param except beginnings of the names of files that are left out
     */
    static void requireSameBytes(Path expected, Path actual, String... except) throws IOException {
        List<Path> compared = new ArrayList<>();
        try (Stream<Path> files = Files.walk(expected)) {
            files.filter(file -> file.toString().endsWith(".safetensors")
                            || file.toString().endsWith(".csv"))
                    .filter(file ->
                            Stream.of(except).noneMatch(file.getFileName().toString()::startsWith))
                    .map(expected::relativize)
                    .forEach(compared::add);
        }
        assertThat(compared).hasSizeGreaterThan(10);
        for (Path file : compared) {
            assertThat(Files.mismatch(expected.resolve(file), actual.resolve(file)))
                    .as("first differing byte of %s", file)
                    .isEqualTo(-1);
        }
    }
}
