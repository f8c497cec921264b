package dev.spectraledge.analysis.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spectraledge.analysis.checkpoint.Fixtures;
import dev.spectraledge.analysis.offline.AnalysisFolder;
import dev.spectraledge.analysis.offline.OfflineAnalysis;
import dev.spectraledge.analysis.offline.OfflineSettings;
import dev.spectraledge.analysis.offline.ReadProgress;
import dev.spectraledge.analysis.offline.TensorSelection;
import dev.spectraledge.kernels.Workers;
import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.io.EventLog;
import dev.spectraledge.trainer.io.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WatchedCheckpointsTest {
    private static final int CHECKPOINTS = 12;

    @TempDir
    private Path temporary;

    private OfflineSettings settings(String output, boolean keep) {
        return new OfflineSettings(
                temporary.resolve("theirs"),
                temporary.resolve(output),
                OptionalLong.empty(),
                List.of(3),
                TensorSelection.of("attention", List.of(), List.of(), false),
                true,
                7,
                keep,
                OptionalDouble.empty(),
                OptionalDouble.empty());
    }

    private WatchedCheckpoints watched(Workers workers) {
        return new WatchedCheckpoints(settings("watched", true), Optional::empty, workers, new ReentrantLock());
    }

    /** The writer and the reader take turns at random, and the reader is started again at random. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void itEndsWithTheTablesOfAnAnalysisWhateverTheOrder(long seed) throws IOException {
        GrowingFolder theirs = new GrowingFolder(temporary.resolve("theirs"));
        Random random = new Random(seed);
        List<String> lines = new ArrayList<>();
        try (Workers workers = new Workers(2)) {
            WatchedCheckpoints watched = watched(workers);
            while (theirs.whole() < CHECKPOINTS) {
                switch (random.nextInt(5)) {
                    case 0 -> theirs.writeNext();
                    case 1 -> theirs.beginNext();
                    case 2 -> watched = watched(workers);
                    default -> lines.addAll(watched.look());
                }
            }
            lines.addAll(watched.finish());
            new OfflineAnalysis(settings("analysed", false), workers, ReadProgress.silent()).run();
        }
        for (String table : List.of("spectrum.csv", "spectrum_null.csv", "groups.csv", "events.csv")) {
            assertThat(temporary.resolve("watched").resolve(table))
                    .as(table)
                    .hasSameTextualContentAs(temporary.resolve("analysed").resolve(table));
        }
        List<String> windows =
                lines.stream().filter(line -> line.contains("  k* ")).toList();
        // From the second update on, each checkpoint ends a window, which is told once.
        assertThat(windows).hasSize(CHECKPOINTS - 2).doesNotHaveDuplicates();
        List<EventLog.Event> warnings = EventLog.read(temporary.resolve("analysed/events.csv"));
        assertThat(warnings).extracting(EventLog.Event::name).contains("warning_g23");
        assertThat(lines.stream().filter(line -> line.contains("warning_")))
                .containsExactlyElementsOf(warnings.stream().map(Lines::of).toList());
    }

    @Test
    void whatIsHalfWrittenIsWaitedFor() {
        GrowingFolder theirs = new GrowingFolder(temporary.resolve("theirs"));
        try (Workers workers = new Workers(1)) {
            WatchedCheckpoints watched = watched(workers);
            assertThat(watched.look())
                    .singleElement()
                    .asString()
                    .startsWith("waiting: ")
                    .contains("no checkpoints");
            for (int count = 0; count < 4; count++) {
                theirs.writeNext();
            }
            // Files must look the same twice.
            assertThat(watched.look()).isEmpty();
            assertThat(watched.look()).hasSize(2).allMatch(line -> line.contains("  k* "));
            theirs.beginNext();
            assertThat(watched.look()).isEmpty();
            assertThat(watched.look())
                    .singleElement()
                    .asString()
                    .startsWith("waiting: ")
                    .contains("step_50");
            assertThat(watched.look()).isEmpty();
            theirs.writeNext();
            assertThat(watched.look()).isEmpty();
            assertThat(watched.look()).singleElement().asString().startsWith("step 50  k* ");
        }
    }

    @Test
    void afterARestartOnlyTheNewestAreRead() throws IOException {
        GrowingFolder theirs = new GrowingFolder(temporary.resolve("theirs"));
        for (int count = 0; count < 8; count++) {
            theirs.writeNext();
        }
        try (Workers workers = new Workers(1)) {
            WatchedCheckpoints first = watched(workers);
            first.look();
            assertThat(first.look().getLast()).startsWith("step 80  k* ");
            Path oldest = temporary.resolve("theirs").resolve("step_10.safetensors");
            byte[] bytes = Files.readAllBytes(oldest);
            var changed = Files.getLastModifiedTime(oldest);
            // Numbers that nothing reads again, in a file that looks as before.
            bytes[bytes.length - 1] = 0x7f;
            bytes[bytes.length - 2] = (byte) 0xc0;
            Files.write(oldest, bytes);
            Files.setLastModifiedTime(oldest, changed);
            theirs.writeNext();
            WatchedCheckpoints second = watched(workers);
            second.look();
            assertThat(second.look()).singleElement().asString().startsWith("step 90  k* ");
        }
    }

    /** An optimiser's state lies in each of these checkpoints. */
    @Test
    void partsOfStepsAreMeasuredAsTheyComeAndStandInTheDocument() throws IOException {
        Path theirs = Files.createDirectory(temporary.resolve("theirs"));
        try (Workers workers = new Workers(1)) {
            WatchedCheckpoints watched = watched(workers);
            for (int step = 1; step <= 4; step++) {
                Path target = Files.createDirectory(theirs.resolve("out-" + step));
                Files.copy(Fixtures.get("nanogpt/out-" + step + "/ckpt.pt"), target.resolve("ckpt.pt"));
                watched.look();
                watched.look();
                if (step == 3) {
                    watched = watched(workers);
                }
            }
            watched.finish();
            new OfflineAnalysis(settings("analysed", false), workers, ReadProgress.silent()).run();
        }
        for (String output : List.of("watched", "analysed")) {
            Object tables = Json.readObject(temporary.resolve(output).resolve(AnalysisFolder.DOCUMENT))
                    .get("tables");
            assertThat(tables).isEqualTo(List.of("spectrum.csv", "spectrum_null.csv", "groups.csv", "step_parts.csv"));
        }
        assertThat(temporary.resolve("watched/step_parts.csv"))
                .hasSameTextualContentAs(temporary.resolve("analysed/step_parts.csv"));
    }

    @Test
    void partsOfStepsThatWereFoundWithAnotherLearningRateAreNotKept() throws IOException {
        Path theirs = Files.createDirectory(temporary.resolve("theirs"));
        for (int step = 1; step <= 4; step++) {
            Path target = Files.createDirectory(theirs.resolve("out-" + step));
            Files.copy(Fixtures.get("nanogpt/out-" + step + "/ckpt.pt"), target.resolve("ckpt.pt"));
        }
        OfflineSettings settings = settings("analysed", true);
        OfflineSettings faster = new OfflineSettings(
                settings.checkpoints(),
                settings.output(),
                settings.stride(),
                settings.windows(),
                settings.selection(),
                settings.nulls(),
                settings.seed(),
                true,
                OptionalDouble.of(0.5),
                OptionalDouble.empty());
        Path table = temporary.resolve("analysed/step_parts.csv");
        try (Workers workers = new Workers(1)) {
            new OfflineAnalysis(settings, workers, ReadProgress.silent()).run();
            String first = Files.readString(table);
            new OfflineAnalysis(faster, workers, ReadProgress.silent()).run();
            assertThat(Files.readString(table)).isNotEqualTo(first);
            new OfflineAnalysis(settings, workers, ReadProgress.silent()).run();
            assertThat(table).hasContent(first);
        }
    }

    @Test
    void aFolderThatNeverHasAWindowEndsWithOneLine() {
        GrowingFolder theirs = new GrowingFolder(temporary.resolve("theirs"));
        theirs.writeNext();
        try (Workers workers = new Workers(1)) {
            WatchedCheckpoints watched = watched(workers);
            assertThatThrownBy(watched::finish)
                    .isInstanceOf(RunException.class)
                    .hasMessageContaining("1 whole checkpoints came, too few at equal distances for a window");
        }
    }
}
