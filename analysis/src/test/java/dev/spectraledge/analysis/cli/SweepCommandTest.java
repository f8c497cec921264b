package dev.spectraledge.analysis.cli;

import static dev.spectraledge.analysis.cli.CommandLineRunner.sedge;
import static org.assertj.core.api.Assertions.assertThat;

import dev.spectraledge.analysis.cli.CommandLineRunner.Outcome;
import dev.spectraledge.trainer.io.Json;
import dev.spectraledge.trainer.sweep.PlannedRun;
import dev.spectraledge.trainer.sweep.RunStatus;
import dev.spectraledge.trainer.sweep.SweepPlan;
import dev.spectraledge.trainer.sweep.SweptState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SweepCommandTest {
    /** Runs of less than a second. */
    static final String TINY = """
        task: dyck
        task.sequences: 80
        model: {width: 16, heads: 2, feedForwardWidth: 16}
        training: {steps: 40, trace: true}
        evaluation.every: 10
        checkpoints.resumeEvery: 5
        observers: [{name: one, stride: 2, window: 4, nullEvery: 2}]
        device: cpu
        """;

    @TempDir
    private Path folder;

    @Test
    void aPlanCanBeTriedMadeAndExtended() throws IOException {
        Path root = folder.resolve("sweep");
        Path file = file("sweep: {grid: {training.weightDecay: [1, 0]}, seeds: 8}");
        assertThat(plan(file, root, "--dry-run").out()).isEqualTo("""
            16 runs, 16 new; nothing was written
              training.weightDecay: 1.0, 0.0
              training.seed: 42, 43, 44, 45, 46, 47, … (8 values)
            """);
        assertThat(root).doesNotExist();
        assertThat(plan(file, root).out()).startsWith("16 runs, 16 new, in " + root + "\n");
        assertThat(plan(file("sweep: {grid: {training.weightDecay: [1, 0]}, seeds: 9}"), root)
                        .out())
                .startsWith("18 runs, 2 new, in ");
        Path less = file("sweep: {grid: {training.weightDecay: [1]}, seeds: 9}");
        Outcome refused = sedge("sweep", "plan", less, "-o", root);
        assertThat(refused.exitCode()).isEqualTo(2);
        assertThat(refused.err().lines())
                .singleElement()
                .asString()
                .contains("no longer describes 9 runs of the plan in ", "(weightDecay=0.0 seed=42); --drop");
        assertThat(plan(less, root, "--drop").out()).startsWith("9 runs, 0 new, 9 dropped, in ");
    }

    @Test
    void sideBySideOrAloneRunsHaveTheSameBytes() throws IOException {
        Path file = file("sweep: {zip: {training.weightDecay: [1, 0, 1], training.learningRate: [1e-3, 3e-3, 1e-2],"
                + " training.steps: [40, 25, 40]}, seeds: 2}");
        Path alone = folder.resolve("alone");
        plan(file, alone);
        Outcome run = sedge("sweep", "run", alone, "--threads", 2);
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.out().lines()).containsExactly(alone.toString());
        assertThat(run.err()).contains("sedge: 6 runs, 2 at once, 1 thread each", "sedge: 6 done");

        Path together = folder.resolve("together");
        plan(file, together);
        Outcome sideBySide = sedge("sweep", "run", together, "--parallel", 1, "--axis", 4);
        assertThat(sideBySide.exitCode()).as(sideBySide.err()).isZero();
        for (PlannedRun planned : SweepPlan.read(alone).runs()) {
            Path expected = SweepPlan.read(alone).directory(planned);
            Path actual = SweepPlan.read(together).directory(planned);
            SedgeProcess.requireSameBytes(expected, actual);
            assertThat(actual.resolve("config.json")).hasSameBinaryContentAs(expected.resolve("config.json"));
            assertThat(Json.readObject(expected.resolve("summary.json"))).containsEntry("runs_in_process", 1L);
            assertThat(actual.resolve("report.html")).isNotEmptyFile();
        }
        PlannedRun first = SweepPlan.read(together).runs().getFirst();
        assertThat(Json.readObject(SweepPlan.read(together).directory(first).resolve("summary.json")))
                .containsEntry("runs_in_process", 4L);

        // An ordinary run of the same configuration is the same run.
        Path ordinary = folder.resolve("ordinary");
        Path config = folder.resolve("config.yaml");
        Files.writeString(config, first.config().toYaml());
        Outcome single = sedge("run", "dyck", "--config", config, "--out", ordinary);
        assertThat(single.exitCode()).as(single.err()).isZero();
        SedgeProcess.requireSameBytes(ordinary, SweepPlan.read(alone).directory(first));
    }

    @Test
    void aRunThatCannotFitIsRefusedBeforeAnyBegins() throws IOException {
        Path root = folder.resolve("sweep");
        Path file = file("sweep: {grid: {model.layers: [2, 100000]}}");
        String refusal = " (layers=100000): model.layers=100000: at least ";
        Outcome planned = sedge("sweep", "plan", file, "-o", root);
        assertThat(planned.exitCode()).isEqualTo(2);
        assertThat(planned.err().lines())
                .singleElement()
                .asString()
                .contains(refusal)
                .endsWith("; --elsewhere plans it for another machine");
        assertThat(root).doesNotExist();

        plan(file, root, "--elsewhere");
        Outcome run = sedge("sweep", "run", root);
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err().lines()).singleElement().asString().contains(refusal);
        assertThat(SweepPlan.read(root).runs())
                .allMatch(waiting -> RunStatus.of(SweepPlan.read(root), waiting).state() == SweptState.WAITING);
    }

    @Test
    void statusShowsWhatBecameOfEachRun() throws IOException {
        Path root = folder.resolve("sweep");
        plan(file("sweep: {grid: {training.learningRate: [1e-3, 1e38]}}"), root);
        SweepPlan plan = SweepPlan.read(root);
        Outcome before = sedge("sweep", "status", root);
        assertThat(before.out()).endsWith("2 runs: 2 waiting\n");
        assertThat(sedge("compare", root).err()).contains("got 0 (2 runs have not begun)");
        Outcome run = sedge("sweep", "run", root, "--parallel", 1);
        assertThat(run.exitCode()).as(run.err()).isEqualTo(1);
        PlannedRun bad = plan.runs().getLast();
        assertThat(run.err())
                .contains("sedge: run " + bad.id() + " (learningRate=1.0E38) failed: training diverged: ")
                .endsWith("sedge: 1 done, 1 failed; sedge sweep status " + root + " says why\n");
        assertThat(plan.directory(bad).resolve("events.csv")).content().contains("failed,");

        Outcome report = sedge("sweep", "report", root);
        assertThat(report.exitCode()).as(report.err()).isZero();
        assertThat(root.resolve("report.html")).content().contains("href=\"compare/report.html\"");
        assertThat(root.resolve("compare/report.html"))
                .content()
                .contains(
                        "learningRate=0.001 and learningRate=1.0E38",
                        "../runs/" + plan.runs().getFirst().id() + "/report.html");

        Outcome status = sedge("sweep", "status", root);
        assertThat(status.exitCode()).isZero();
        List<String> lines = status.out().lines().toList();
        assertThat(lines.getFirst()).startsWith("run           learningRate  state   step  test loss  accuracy");
        assertThat(lines.get(1)).startsWith(plan.runs().getFirst().id() + "  0.001         done    40 ");
        assertThat(lines.get(2)).startsWith(bad.id() + "  1.0E38        failed").contains("training diverged");
        assertThat(lines.getLast()).isEqualTo("2 runs: 1 done, 1 failed");

        Map<String, Object> json =
                Json.parseObject(sedge("sweep", "status", root, "--json").out(), "status");
        assertThat(json.get("counts"))
                .isEqualTo(Map.of(
                        "waiting", 0L, "running", 0L, "stopped", 0L, "interrupted", 0L, "done", 1L, "failed", 1L));
        assertThat((List<?>) json.get("runs"))
                .element(1)
                .asInstanceOf(InstanceOfAssertFactories.MAP)
                .containsEntry("id", bad.id())
                .containsEntry("swept", Map.of("training.learningRate", 1e38))
                .containsEntry("state", "failed")
                .hasEntrySatisfying(
                        "failure", reason -> assertThat(reason).asString().startsWith("training diverged"));

        Outcome again = sedge("sweep", "run", root);
        assertThat(again.exitCode()).isEqualTo(1);
        assertThat(again.err()).contains("1 done, 0 failed, 1 failed earlier (--retry-failed tries them again)");
        assertThat(sedge("sweep", "run", root, "--retry-failed").err()).contains("1 done, 1 failed;");
    }

    @Test
    void aRunWhoseFilesCannotBeWrittenFailsAlone() throws IOException {
        Path root = folder.resolve("sweep");
        plan(file("sweep: {seeds: 3}"), root);
        SweepPlan plan = SweepPlan.read(root);
        Path directory = Files.createDirectories(plan.directory(plan.runs().get(1)));
        Files.createSymbolicLink(directory.resolve("log.txt"), folder.resolve("elsewhere"));
        Outcome run = sedge("sweep", "run", root, "--parallel", 1);
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("(seed=43) failed: cannot write " + directory.resolve("log.txt"));
        assertThat(sedge("sweep", "status", root).out())
                .contains("it is a symbolic link, which is not followed", "3 runs: 2 done, 1 failed");
    }

    @Test
    void shardsComputeTheirRuns() throws IOException {
        Path root = folder.resolve("sweep");
        plan(file("sweep: {seeds: 3}"), root);
        Outcome run = sedge("sweep", "run", root, "--shard", "1/3");
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.err()).contains("sedge: shard 1/3 (--shard): 1 of 3 runs", "sedge: 1 done");
        assertThat(sedge("sweep", "status", root).out()).endsWith("3 runs: 2 waiting, 1 done\n");
        assertThat(sedge("sweep", "run", root, "--shard", "8/9").exitCode()).isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "sweep plan nothing.yaml -o x | cannot read configuration nothing.yaml: no such file or directory",
                "sweep plan nothing.yaml | Missing required option: '--out=DIR'",
                "sweep run SWEEP --axis 0 | --axis must be at least 1, not 0",
                "sweep run SWEEP --device gpu | --device cannot be 'gpu'; it is auto, cpu, cuda or reference",
                "sweep run SWEEP --device reference | --device says what auto means, but the plan says cpu",
                "sweep run SWEEP --shard 3 | --shard cannot be '3'; it is i/N",
                "sweep run SWEEP --axis 2 | --axis needs runs with threads: 1 on a CPU",
                "sweep slurm SWEEP --array-size 1 --program SWEEP | --program cannot be",
                "sweep slurm SWEEP --array-size 1 --program /opt/sedge --partition= | --partition cannot be ''; it is",
                "sweep rnu SWEEP | unknown command 'rnu'; did you mean 'run'?",
            })
    void whatCannotBeUnderstoodGetsOneLine(String arguments, String expected) throws IOException {
        Path root = folder.resolve("sweep");
        plan(file("threads: 2\nsweep: {seeds: 1}"), root);
        Outcome outcome =
                sedge((Object[]) arguments.replace("SWEEP", root.toString()).split(" "));
        assertThat(outcome.err().lines()).singleElement().asString().contains(expected);
        assertThat(outcome.exitCode()).isEqualTo(2);
    }

    @Test
    void aFolderThatIsNoSweepGetsOneLine() {
        for (String command : List.of("run", "status")) {
            Outcome outcome = sedge("sweep", command, folder);
            assertThat(outcome.exitCode()).isEqualTo(1);
            assertThat(outcome.err().lines())
                    .singleElement()
                    .asString()
                    .startsWith("sedge: " + folder + " is not a sweep: it has no runs.jsonl");
        }
        assertThat(sedge("sweep", "--help").out()).contains("sedge sweep plan");
    }

    private Path file(String sweep) throws IOException {
        return Files.writeString(folder.resolve("sweep.yaml"), TINY + sweep);
    }

    private static Outcome plan(Path file, Path root, String... more) {
        Object[] arguments = new Object[5 + more.length];
        System.arraycopy(new Object[] {"sweep", "plan", file, "-o", root}, 0, arguments, 0, 5);
        System.arraycopy(more, 0, arguments, 5, more.length);
        Outcome outcome = sedge(arguments);
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        return outcome;
    }
}
