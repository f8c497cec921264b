package dev.spectraledge.analysis.cli;

import static dev.spectraledge.analysis.cli.CommandLineRunner.sedge;
import static org.assertj.core.api.Assertions.assertThat;

import dev.spectraledge.analysis.cli.CommandLineRunner.Outcome;
import dev.spectraledge.analysis.watch.GrowingFolder;
import dev.spectraledge.trainer.io.CsvReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WatchCommandTest {
    @TempDir
    private Path temporary;

    private Path checkpoints(int count) {
        Path theirs = temporary.resolve("theirs");
        GrowingFolder folder = new GrowingFolder(theirs);
        for (int written = 0; written < count; written++) {
            folder.writeNext();
        }
        return theirs;
    }

    private static void done(Object... arguments) {
        Outcome outcome = sedge(arguments);
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
    }

    @Test
    void whatIsThereIsAnalysedAndEndsWithAPage() throws IOException {
        Path theirs = checkpoints(8);
        Path out = temporary.resolve("out");
        Outcome watched = sedge("watch", theirs, "--until-idle", 0, "--window", 3, "-o", out);
        assertThat(watched.exitCode()).as(watched.err()).isZero();
        assertThat(watched.err()).contains("sedge: live page: http://127.0.0.1:");
        List<String> lines = watched.out().lines().toList();
        assertThat(lines).filteredOn(line -> line.contains("  k* ")).hasSize(6);
        assertThat(lines).last().isEqualTo(out.resolve("report.html").toString());
        assertThat(lines.getFirst()).startsWith("step 30  k* ");
        Path analysed = temporary.resolve("analysed");
        done("analyze", theirs, "--window", 3, "-o", analysed);
        assertThat(out.resolve("spectrum.csv")).hasSameTextualContentAs(analysed.resolve("spectrum.csv"));
        assertThat(out.resolve("spectrum_null.csv")).hasSameTextualContentAs(analysed.resolve("spectrum_null.csv"));
    }

    @Test
    void learningRatesThatTheTrainerLoggedCountAsInAnAnalysis() throws IOException {
        Path theirs = checkpoints(6);
        Files.writeString(
                theirs.resolve("trainer_state.json"),
                "{\"log_history\": [{\"step\": 10, \"learning_rate\": 0.02}, {\"step\": 60, \"learning_rate\":"
                        + " 0.001}]}");
        Path watched = temporary.resolve("watched");
        done("watch", theirs, "--until-idle", 0, "--no-page", "--no-nulls", "--weight-decay", 0.5, "-o", watched);
        Path analysed = temporary.resolve("analysed");
        done("analyze", theirs, "--no-nulls", "--weight-decay", 0.5, "-o", analysed);
        assertThat(CsvReader.read(analysed.resolve("spectrum.csv")).column("trapezoid_gradient_share_1"))
                .doesNotContain(Double.NaN);
        assertThat(watched.resolve("spectrum.csv")).hasSameTextualContentAs(analysed.resolve("spectrum.csv"));
    }

    @Test
    void aRunIsFollowedToItsEnd() {
        Path run = temporary.resolve("run");
        done("run", "modular", "--steps", 2, "evaluation.every=1", "-o", run);
        Outcome watched = sedge("watch", run, "--no-page");
        assertThat(watched.exitCode()).as(watched.err()).isZero();
        assertThat(watched.out().lines())
                .anyMatch(line -> line.startsWith("step 2  loss "))
                .contains("the run is done");
        assertThat(watched.err()).doesNotContain("live page");
    }

    @Test
    void aSweepIsFollowedToItsEnd() throws IOException {
        Path file = Files.writeString(
                temporary.resolve("sweep.yaml"), "task: modular\ntraining.steps: 1\nsweep: {seeds: 2}\n");
        Path root = temporary.resolve("sweep");
        done("sweep", "plan", file, "-o", root);
        assertThat(sedge("watch", root, "--until-idle", 0, "--no-page").out()).isEqualTo("2 runs: 2 waiting\n");
        done("sweep", "run", root);
        assertThat(sedge("watch", root, "--no-page").out()).isEqualTo("2 runs: 2 done\n");
    }

    @Test
    void whatMakesNoSenseIsOneLine() {
        Outcome nothing = sedge("watch", temporary.resolve("nowhere"));
        assertThat(nothing.exitCode()).isEqualTo(1);
        assertThat(nothing.err()).contains("nowhere: there is no such folder");
        Path run = temporary.resolve("run");
        done("run", "modular", "--steps", 1, "-o", run);
        Outcome subset = sedge("watch", run, "--subset", "all");
        assertThat(subset.exitCode()).isEqualTo(2);
        assertThat(subset.err()).contains("--subset is for checkpoints of other programs");
        Outcome port = sedge("watch", run, "--no-page", "--port", 80);
        assertThat(port.exitCode()).isEqualTo(2);
        assertThat(port.err()).contains("--port makes no sense with --no-page");
        assertThat(sedge("watch", run, "--until-idle", -1).exitCode()).isEqualTo(2);
    }

    /** Killed at one of its first changes of files, whatever that is, it goes on to the same tables. */
    @Tag("process")
    @ParameterizedTest
    @ValueSource(ints = {2, 5})
    void aKilledWatchGoesOn(int change) throws Exception {
        Path theirs = checkpoints(8);
        Path out = temporary.resolve("out");
        List<String> command = List.of(
                "watch", theirs.toString(), "--until-idle", "0", "--no-page", "--window", "3", "-o", out.toString());
        SedgeProcess.startSignalled(temporary.resolve("log"), "KILL", ".*", change, command)
                .requireKilled();
        done(command.toArray());
        Path analysed = temporary.resolve("analysed");
        done("analyze", theirs, "--window", 3, "-o", analysed);
        for (String table : List.of("spectrum.csv", "spectrum_null.csv", "groups.csv", "events.csv")) {
            assertThat(out.resolve(table)).hasSameTextualContentAs(analysed.resolve(table));
        }
    }
}
