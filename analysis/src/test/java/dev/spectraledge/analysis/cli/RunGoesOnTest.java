package dev.spectraledge.analysis.cli;

import static dev.spectraledge.analysis.cli.CommandLineRunner.sedge;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.spectraledge.analysis.cli.CommandLineRunner.Outcome;
import dev.spectraledge.trainer.io.Json;
import dev.spectraledge.trainer.sweep.SweepPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a run directory says after things have gone wrong, and how a run goes on. */
class RunGoesOnTest {
    private static final List<String> RUN = List.of(
            "run",
            "dyck",
            "model.width=16",
            "model.heads=2",
            "model.feedForwardWidth=16",
            "task.sequences=80",
            "training.stopOn=null",
            "training.trace=true",
            "checkpoints.resumeEvery=10",
            "device=cpu",
            "--threads",
            "1",
            "--stride",
            "5",
            "--window",
            "3");

    @TempDir
    private Path folder;

    private static Outcome run(Object... more) {
        List<Object> arguments = new ArrayList<>(RUN);
        arguments.addAll(Arrays.asList(more));
        return sedge(arguments.toArray());
    }

    private static Map<String, Object> summary(Path run) {
        return Json.readObject(run.resolve("summary.json"));
    }

    private static void requireDone(Outcome outcome) {
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
    }

    @Test
    void aFinishedRunIsExtendedAndSaysSo() throws IOException {
        Path longer = folder.resolve("longer");
        requireDone(run("--steps", 40, "--out", longer));
        Path run = folder.resolve("run");
        requireDone(run("--steps", 20, "--out", run));
        String page = Files.readString(run.resolve("report.html"));

        Outcome outcome = sedge("run", "--resume", run, "--steps", 40, "--threads", 2);
        requireDone(outcome);
        String line = "from step 20 on: training.steps 20 → 40, threads 1 → 2; the last bits may differ from those of a"
                + " run that was not moved";
        assertThat(outcome.err().lines()).contains("sedge: " + line);
        assertThat(Files.readString(run.resolve("log.txt"))).contains(line);
        assertThat(Files.readString(run.resolve("changes.json"))).contains("training.steps", "threads");
        assertThat(Files.readString(run.resolve("config.json"))).contains("\"steps\" : 40", "\"threads\" : 2");
        assertThat(summary(run)).containsEntry("state", "done").containsEntry("final_step", 40L);
        assertThat(Files.readString(run.resolve("report.html")))
                .isNotEqualTo(page)
                .contains("state: done");
        assertThat(Files.readAllLines(run.resolve("trace.csv"))).hasSize(1 + 40);

        // On one thread as before it is, to the bit, the run that was longer from the beginning.
        Path stayed = folder.resolve("stayed");
        requireDone(run("--steps", 20, "--out", stayed));
        requireDone(sedge("run", "--resume", stayed, "--steps", 40));
        for (String file : List.of("trace.csv", "spectrum.csv", "checkpoints/step_000040.safetensors")) {
            assertThat(stayed.resolve(file)).hasSameBinaryContentAs(longer.resolve(file));
        }
    }

    @Test
    void onlyThatMayChangeWhichLeavesThePastAsItWas() {
        Outcome outcome = sedge("run", "--resume", folder, "--steps", 9, "--lr", "0.1");
        assertThat(outcome.exitCode()).isEqualTo(2);
        assertThat(outcome.err().lines())
                .containsExactly(
                        "sedge: --resume goes on with the run's own settings; leave out all others but --steps,"
                                + " --stop-on, --device and --threads");
    }

    @Test
    void aRunOfASweepKeepsWhatItIsNamedBy() throws IOException {
        Path file = Files.writeString(folder.resolve("sweep.yaml"), """
            task: dyck
            task.sequences: 80
            model: {width: 16, heads: 2, feedForwardWidth: 16}
            training.steps: 5
            sweep: {seeds: 1}
            """);
        Path sweep = folder.resolve("sweep");
        requireDone(sedge("sweep", "plan", file, "-o", sweep));
        requireDone(sedge("sweep", "run", sweep, "--device", "cpu"));
        Path run = SweepPlan.read(sweep).directory(SweepPlan.read(sweep).runs().getFirst());
        assertThat(summary(run)).containsEntry("state", "done");
        Outcome outcome = sedge("run", "--resume", run, "--steps", 9);
        assertThat(outcome.exitCode()).isEqualTo(2);
        assertThat(outcome.err().lines())
                .singleElement()
                .asString()
                .contains("is a run of the sweep", "change the sweep's file and plan again");
        assertThat(run.resolve("changes.json")).doesNotExist();
    }

    @Test
    void aDeviceThatIsNotThereLeavesNothingBehind() {
        Path run = folder.resolve("run");
        Outcome outcome = run("--steps", 5, "--device", "cuda", "--out", run);
        assumeFalse(outcome.exitCode() == 0, "this machine has the device");
        assertThat(outcome.exitCode()).as(outcome.err()).isEqualTo(1);
        assertThat(outcome.err().lines()).singleElement().asString().startsWith("sedge: device cuda: ");
        assertThat(run).doesNotExist();
    }

    @Test
    void aMoveToADeviceThatIsNotThereChangesNothing() throws IOException {
        Path run = folder.resolve("run");
        requireDone(run("--steps", 5, "--out", run));
        Map<Path, String> before = texts(run);
        Outcome outcome = sedge("run", "--resume", run, "--device", "cuda", "--steps", 9);
        assumeFalse(outcome.exitCode() == 0, "this machine has the device");
        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(texts(run)).isEqualTo(before);
    }

    /** As on a full disk: a file cannot come into being, because a folder has its name. */
    @ParameterizedTest
    @ValueSource(strings = {"checkpoints/step_000020.optimizer.safetensors", "figures/edge.svg", "report.html"})
    void aRunWhoseLastFilesDoNotFitIsNotDone(String inTheWay) throws IOException {
        Path run = folder.resolve("run");
        requireDone(run("--steps", 10, "--out", run));
        assertThat(Files.readString(run.resolve("log.txt"))).containsOnlyOnce("finished");
        Files.deleteIfExists(run.resolve(inTheWay));
        Files.createDirectory(run.resolve(inTheWay));
        Outcome outcome = sedge("run", "--resume", run, "--steps", 20);
        assertThat(outcome.exitCode()).as(outcome.err()).isEqualTo(1);
        assertThat(summary(run))
                .containsEntry("state", "failed")
                .extractingByKey("error")
                .asString()
                .startsWith("cannot write " + run.resolve(inTheWay));
        assertThat(Files.readString(run.resolve("log.txt"))).containsOnlyOnce("finished");

        Files.delete(run.resolve(inTheWay));
        requireDone(sedge("run", "--resume", run));
        assertThat(summary(run))
                .containsEntry("state", "done")
                .containsEntry("final_step", 20L)
                .doesNotContainKey("error");
        assertThat(run.resolve("report.html")).isNotEmptyFile();
    }

    private static void deleteAll(Path root) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.toList().reversed()) {
                Files.delete(file);
            }
        }
    }

    @Test
    void whatAKilledReportLeftGoes() throws IOException {
        Path run = folder.resolve("run");
        requireDone(run("--steps", 5, "--out", run));
        Path leftover = Files.createFile(run.resolve("figures/.edge.svg-1a2b.partial"));
        requireDone(sedge("run", "--resume", run));
        assertThat(leftover).doesNotExist();
    }

    @Test
    void whoWasKilledEarlyGoesOnWithEitherCommand() throws IOException {
        Path run = folder.resolve("run");
        Path group = folder.resolve("group");
        for (boolean resumes : new boolean[] {true, false}) {
            requireDone(run("--steps", 5, "--out", run));
            keepOnly(run, "config.json");
            requireDone(resumes ? sedge("run", "--resume", run) : run("--steps", 5, "--out", run));
            assertThat(summary(run)).containsEntry("state", "done");
            deleteAll(run);

            requireDone(run("--steps", 5, "--seeds", 2, "--out", group));
            keepOnly(group, "group.json");
            requireDone(resumes ? sedge("run", "--resume", group) : run("--steps", 5, "--seeds", 2, "--out", group));
            assertThat(summary(group.resolve("seed-43"))).containsEntry("state", "done");
            deleteAll(group);
        }
    }

    private static void keepOnly(Path root, String name) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.toList().reversed()) {
                if (!file.equals(root) && !file.equals(root.resolve(name))) {
                    Files.delete(file);
                }
            }
        }
    }

    private static Map<Path, String> texts(Path root) throws IOException {
        Map<Path, String> texts = new TreeMap<>();
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (!file.toString().endsWith(".safetensors") && !file.endsWith(".lock")) {
                    texts.put(root.relativize(file), Files.readString(file));
                }
            }
        }
        return texts;
    }
}
