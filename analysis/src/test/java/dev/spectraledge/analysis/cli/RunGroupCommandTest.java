package dev.spectraledge.analysis.cli;

import static dev.spectraledge.analysis.cli.CommandLineRunner.sedge;
import static org.assertj.core.api.Assertions.assertThat;

import dev.spectraledge.analysis.cli.CommandLineRunner.Outcome;
import dev.spectraledge.trainer.io.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code sedge run --seeds}: runs side by side are the runs that they would be alone. */
class RunGroupCommandTest {
    private static final List<Long> SEEDS = List.of(42L, 137L, 2024L);
    /** Ends at an accuracy that the seeds reach far apart, so that some runs go on without the others. */
    static final List<String> RUN = List.of(
            "run",
            "dyck",
            "model.width=16",
            "model.heads=2",
            "model.feedForwardWidth=16",
            "task.sequences=80",
            "training.steps=200",
            "training.learningRate=0.02",
            "training.trace=true",
            "evaluation.every=5",
            "evaluation.grokAccuracy=0.7",
            "evaluation.grokPatience=1",
            "evaluation.stopAccuracy=0.84",
            "evaluation.stopPatience=1",
            "checkpoints.resumeEvery=10",
            "observers.paper.stride=2",
            "observers.paper.nullEvery=5",
            "device=cpu");

    @TempDir
    private Path folder;

    @Test
    void runsSideBySideHaveTheBitsOfRunsAlone() throws IOException {
        Path alone = folder.resolve("alone");
        Set<Object> finalSteps = new HashSet<>();
        for (long seed : SEEDS) {
            Path run = alone.resolve("seed-" + seed);
            Outcome outcome = run("--threads", 1, "--seed", seed, "--out", run);
            assertThat(outcome.exitCode()).as(outcome.err()).isZero();
            Map<String, Object> summary = Json.readObject(run.resolve("summary.json"));
            assertThat(summary).containsEntry("runs_in_process", 1L);
            finalSteps.add(summary.get("final_step"));
        }
        assertThat(finalSteps).as("the ends of the runs").hasSizeGreaterThan(1);

        Path together = folder.resolve("together");
        Outcome outcome = run("--threads", 1, "--seeds", "42,137,2024", "--out", together);
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        for (long seed : SEEDS) {
            Path member = Path.of("seed-" + seed);
            SedgeProcess.requireSameBytes(alone.resolve(member), together.resolve(member), "resume.safetensors");
            assertThat(together.resolve(member).resolve("report.html")).isNotEmptyFile();
            assertThat(Json.readObject(together.resolve(member).resolve("summary.json")))
                    .containsEntry("state", "done")
                    .containsEntry("runs_in_process", 3L)
                    .containsEntry(
                            "final_step",
                            Json.readObject(alone.resolve(member).resolve("summary.json"))
                                    .get("final_step"));
        }
        assertThat(together.resolve("compare/report.html"))
                .content()
                .contains("seed-42, seed-137 and seed-2024", "../seed-137/report.html", "training.seed");
        List<String> lines = outcome.out().lines().toList();
        assertThat(lines.getFirst()).contains("seed", "grok step");
        assertThat(lines.get(2)).contains("137", "done");
        assertThat(lines.get(4)).matches("\\d of 3 grokked.*");
        assertThat(lines.getLast()).isEqualTo(together.toString());

        Path onTwoThreads = folder.resolve("two-threads");
        assertThat(run("--threads", 2, "--seeds", "42,137,2024", "--out", onTwoThreads)
                        .exitCode())
                .isZero();
        for (long seed : SEEDS) {
            Path member = Path.of("seed-" + seed);
            // Only the spectra are sums over all workers' parts.
            SedgeProcess.requireSameBytes(
                    alone.resolve(member), onTwoThreads.resolve(member), "resume.safetensors", "spectrum");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "run dyck --seeds x | --seeds cannot be 'x'; it is a number of seeds, such as 64, or a list",
                "run dyck --seeds 0 | --seeds must be between 1 and 10000, not 0",
                "run dyck --seeds 1,2,1 | --seeds must all be different, got 1,2,1",
                "run dyck --seed 3 --seeds 4,5 | --seed is the first of a number of --seeds; with a list leave it out",
                "run --resume somewhere --seeds 3 | --resume goes on with the run's own settings",
            })
    void whatCannotBeUnderstoodGetsOneLine(String arguments, String expected) {
        Outcome outcome = sedge((Object[]) arguments.split(" "));
        assertThat(outcome.err().lines()).singleElement().asString().contains(expected);
        assertThat(outcome.exitCode()).isEqualTo(2);
    }

    @Test
    void oneOfSeveralRunsCannotBeResumedAlone() {
        Path out = folder.resolve("group");
        Outcome made = run("--seeds", 2, "--steps", 3, "--out", out);
        assertThat(made.exitCode()).as(made.err()).isZero();
        Outcome outcome = sedge("run", "--resume", out.resolve("seed-43"));
        assertThat(outcome.exitCode()).isEqualTo(2);
        assertThat(outcome.err().lines())
                .containsExactly("sedge: " + out.resolve("seed-43")
                        + " trains side by side with others; resume all of them: " + out);
        Outcome again = sedge("run", "--resume", out);
        assertThat(again.exitCode()).as(again.err()).isZero();
        assertThat(sedge("run", "--resume", out, "--print-config").out()).contains("seed: 42");
        assertThat(run("--seeds", 2, "--out", out).err()).contains("exists and is not empty");
    }

    private static Outcome run(Object... more) {
        List<Object> arguments = new ArrayList<>(RUN);
        arguments.addAll(Arrays.asList(more));
        return sedge(arguments.toArray());
    }
}
