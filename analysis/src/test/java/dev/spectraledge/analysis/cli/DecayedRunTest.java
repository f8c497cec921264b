package dev.spectraledge.analysis.cli;

import static dev.spectraledge.analysis.cli.CommandLineRunner.sedge;
import static dev.spectraledge.analysis.cli.CommandLineRunner.succeed;
import static org.assertj.core.api.Assertions.assertThat;

import dev.spectraledge.analysis.cli.CommandLineRunner.Outcome;
import dev.spectraledge.trainer.io.CsvReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Runs whose weight decay acts on some of their parameters. */
class DecayedRunTest {
    private static final List<String> RUN = List.of(
            "run",
            "dyck",
            "model.width=8",
            "model.heads=2",
            "model.feedForwardWidth=8",
            "task.sequences=60",
            "training.batchSize=6",
            "training.steps=12",
            "training.stopOn=null",
            "evaluation.every=6",
            "checkpoints.schedule=every",
            "checkpoints.every=3",
            "observers=[{name: steps, stride: 1, window: 3, subset: attention}, {name: all, stride: 2, window: 3,"
                    + " subset: all}]",
            "--threads",
            "1");

    private static final String LAST = "checkpoints/step_000012.safetensors";

    @TempDir
    private Path folder;

    private Path run(String name, Object... more) {
        List<Object> arguments = new ArrayList<>(List.of("--out", folder.resolve(name)));
        arguments.addAll(List.of(more));
        succeed(RUN, arguments.toArray());
        return folder.resolve(name);
    }

    @Test
    void observersMeasureTheDecayOfWhatDecays() {
        Path run = run("some", "training.decayed=in_proj");
        assertThat(run.resolve("config.json")).content().contains("\"decayed\" : \"in_proj\"");
        assertThat(run.resolve("report.html")).content().contains("weight decay 1 on in_proj");
        for (String table : List.of("spectrum.csv", "spectrum_all.csv")) {
            CsvReader rows = CsvReader.read(run.resolve(table));
            assertThat(Arrays.stream(rows.column("decay_share_1"))).isNotEmpty().allMatch(Double::isFinite);
            // No factor turns these parameters into their decay part.
            assertThat(rows.column("trapezoid_gradient_share_1")).containsOnly(Double.NaN);
        }
    }

    @Test
    void everythingDecaysUnlessSomebodySaysOtherwise() {
        Path usual = run("usual");
        Path all = run("all", "training.decayed=all");
        Path matrices = run("matrices", "training.decayed=matrices");
        assertThat(all.resolve(LAST)).hasSameBinaryContentAs(usual.resolve(LAST));
        assertThat(all.resolve("spectrum_all.csv")).hasSameBinaryContentAs(usual.resolve("spectrum_all.csv"));
        assertThat(usual.resolve("config.json")).content().doesNotContain("decayed");
        assertThat(all.resolve("config.json")).content().doesNotContain("decayed");
        assertThat(CsvReader.read(matrices.resolve("metrics.csv")).column("test_loss"))
                .isNotEqualTo(CsvReader.read(usual.resolve("metrics.csv")).column("test_loss"));
    }

    @Test
    void runsSideBySideAreThoseAlone() {
        Path group = run("group", "training.decayed=matrices", "--seeds", "2");
        for (int seed = 42; seed <= 43; seed++) {
            Path alone = run("alone-" + seed, "training.decayed=matrices", "--seed", seed);
            for (String file : List.of(LAST, "metrics.csv", "spectrum_all.csv")) {
                assertThat(group.resolve("seed-" + seed).resolve(file)).hasSameBinaryContentAs(alone.resolve(file));
            }
        }
    }

    @Test
    void theirSnapshotsSayWhatTheDecayActsOn() {
        Path matrices = run("matrices", "training.decayed=matrices");
        Path some = run("some", "training.decayed=in_proj");
        assertThat(analyze(matrices, "attention")).doesNotContain("unknown");
        assertThat(analyze(matrices, "all")).contains("learning rate or weight decay unknown");
        assertThat(analyze(some, "attention")).contains("learning rate or weight decay unknown");
    }

    private String analyze(Path run, String subset) {
        Outcome outcome = sedge(
                "analyze",
                run.resolve("checkpoints"),
                "--subset",
                subset,
                "--no-nulls",
                "--window",
                "3",
                "--out",
                folder.resolve("analysis-" + run.getFileName() + "-" + subset));
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        return outcome.err();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "encoder.layer.0.linear1.weight | did you mean 'encoder.layers.0.linear1.weight'?",
                "decoder | no parameter's name contains 'decoder'",
                "(a+)+ | training: decayed must be all, matrices or a pattern of names: '(a+)+' is not a regular"
                        + " expression",
                "matrixes( | is not a regular expression",
                ".*.*.*.*.*.*.*.*.*.*.*.*.*.*.*.*.*Z | repeats too much"
            })
    void whatMatchesNothingOrIsNoPatternIsRefused(String decayed, String reason) {
        Path out = folder.resolve("refused");
        Outcome outcome = sedge("run", "dyck", "training.decayed=" + decayed, "--out", out);
        assertThat(outcome.exitCode()).isEqualTo(2);
        assertThat(outcome.err()).contains(reason).hasLineCount(1);
        assertThat(out).doesNotExist();
    }
}
