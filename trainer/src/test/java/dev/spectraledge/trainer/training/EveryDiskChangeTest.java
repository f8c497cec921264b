package dev.spectraledge.trainer.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spectraledge.kernels.HeardLogger;
import dev.spectraledge.trainer.config.RunConfig;
import dev.spectraledge.trainer.io.AtomicFile;
import dev.spectraledge.trainer.io.EventLog;
import dev.spectraledge.trainer.io.Json;
import dev.spectraledge.trainer.run.RunDirectory;
import dev.spectraledge.trainer.run.RunGroup;
import dev.spectraledge.trainer.run.RunState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whenever a process is killed, or its disk fails, what the directory says of itself is true, and going on ends with the bytes
 * of a run that was left alone. Each change of a file is a moment at which that is tried: the directory as it is then is what
 * a kill leaves.
 */
@SuppressWarnings("try") // changes are watched while the block runs
class EveryDiskChangeTest {
    private static final List<Long> SEEDS = List.of(5L, 6L);

    @TempDir
    private Path folder;

    /** The third evaluation, after 2 steps, shows that the run has grokked at step 0. */
    private static RunConfig config(Path out) {
        return TinyRuns.config(out, "evaluation.grokPatience=3");
    }

    private static void train(RunGroup group) {
        assertThat(TinyRuns.train(group)).isEqualTo(RunState.DONE);
    }

    private static RunGroup create(Path root, boolean several) {
        return several ? RunGroup.create(config(root), SEEDS) : RunGroup.of(RunDirectory.create(config(root)));
    }

    private static void run(Path root, boolean several) {
        try (RunGroup group = create(root, several)) {
            train(group);
        }
    }

    @Test
    void aRunThatIsKilledAtAnyOfThem() throws IOException {
        killed(false, 1);
    }

    @Test
    @Tag("nightly")
    void runsSideBySideThatAreKilledAtAnyOfThem() throws IOException {
        killed(true, 1);
    }

    @Test
    void runsSideBySideThatAreKilledAtSomeOfThem() throws IOException {
        killed(true, 3);
    }

    /** @param stride every how many changes a kill is tried */
    private void killed(boolean several, int stride) throws IOException {
        Path whole = folder.resolve("whole");
        List<Path> killed = new ArrayList<>();
        AtomicInteger changes = new AtomicInteger();
        try (HeardLogger watched = new HeardLogger(AtomicFile.class, change -> {
            if (changes.getAndIncrement() % stride == 0) {
                killed.add(folder.resolve("killed-" + killed.size()));
                copy(whole, killed.getLast());
            }
        })) {
            run(whole, several);
        }
        assertThat(changes.get()).isGreaterThan(30);
        for (Path root : killed) {
            requireTruth(whole, root);
            boolean begun = Files.exists(root.resolve(several ? "group.json" : "config.json"));
            if (states(root).isEmpty()) {
                // Whoever gives the same command again need not know that there was a run before.
                Path again = folder.resolve("again");
                copy(root, again);
                run(again, several);
                requireSame(whole, again);
                delete(again);
            }
            if (begun) {
                try (RunGroup group = RunGroup.resume(root)) {
                    train(group);
                }
                requireSame(whole, root);
            }
        }
    }

    @Test
    void aRunWhoseDiskFailsAtAnyOfThem() throws IOException {
        Path whole = folder.resolve("whole");
        AtomicInteger changes = new AtomicInteger();
        try (HeardLogger watched = new HeardLogger(AtomicFile.class, change -> changes.incrementAndGet())) {
            run(whole, false);
        }
        // All but the last, which is the one that says done.
        for (int failing = 1; failing < changes.get(); failing++) {
            Path root = folder.resolve("failed-" + failing);
            AtomicInteger left = new AtomicInteger(failing);
            try (HeardLogger watched = new HeardLogger(AtomicFile.class, change -> {
                if (left.decrementAndGet() == 0) {
                    throw new UncheckedIOException(new IOException("No space left on device"));
                }
            })) {
                assertThatThrownBy(() -> run(root, false)).hasStackTraceContaining("No space left");
            }
            requireTruth(whole, root);
            if (Files.exists(root.resolve("config.json"))) {
                try (RunGroup group = RunGroup.resume(root)) {
                    train(group);
                }
                requireSame(whole, root);
            }
        }
    }

    /** Whatever says that it is done is complete. */
    private static void requireTruth(Path whole, Path root) throws IOException {
        for (Path summary : files(root, "summary.json")) {
            Path run = summary.getParent();
            if (RunState.DONE.key().equals(Json.readObject(summary).get("state"))) {
                requireSame(whole.resolve(root.relativize(run)), run);
                assertThat(run.resolve(TinyRuns.REPORT)).exists();
            }
        }
    }

    private static void requireSame(Path expected, Path actual) throws IOException {
        for (String kind : List.of(".csv", ".safetensors", "config.json", TinyRuns.REPORT)) {
            for (Path file : files(expected, kind)) {
                Path other = actual.resolve(expected.relativize(file));
                if (kind.equals("config.json")) {
                    assertThat(RunConfig.read(other).hash())
                            .isEqualTo(RunConfig.read(file).hash());
                } else {
                    assertThat(other).hasSameBinaryContentAs(file);
                }
            }
        }
        for (Path summary : files(actual, "summary.json")) {
            assertThat(Json.readObject(summary))
                    .containsEntry("state", "done")
                    .containsEntry("final_step", 4L)
                    .containsEntry("grok_step", 0L)
                    .doesNotContainKey(RunDirectory.ERROR);
            assertThat(EventLog.read(summary.resolveSibling("events.csv")))
                    .extracting(EventLog.Event::name)
                    .containsExactly("grok", "finished");
        }
        assertThat(files(actual, ".partial")).isEmpty();
    }

    private static List<Path> states(Path root) throws IOException {
        return files(root, "resume.safetensors").stream()
                .filter(file -> !AtomicFile.isLeftover(file))
                .toList();
    }

    private static List<Path> files(Path root, String suffix) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(file -> file.toString().endsWith(suffix)).toList();
        }
    }

    private static void copy(Path from, Path to) {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path target = to.resolve(from.relativize(file));
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(file, target);
                }
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static void delete(Path root) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.toList().reversed()) {
                Files.delete(file);
            }
        }
    }
}
