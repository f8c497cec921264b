package dev.spectraledge.analysis.cli;

import static dev.spectraledge.analysis.cli.CommandLineRunner.sedge;
import static org.assertj.core.api.Assertions.assertThat;

import dev.spectraledge.analysis.cli.CommandLineRunner.Outcome;
import dev.spectraledge.analysis.experiment.Experiments;
import dev.spectraledge.analysis.experiment.SyntheticRun;
import dev.spectraledge.analysis.experiment.TableRun;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExperimentCommandTest {
    @TempDir
    private Path folder;

    @Test
    void listsEveryExperimentWithItsQuestion() {
        Outcome outcome = sedge("experiment", "list");
        assertThat(outcome.exitCode()).isEqualTo(Sedge.OK);
        assertThat(outcome.out().lines())
                .hasSize(Experiments.all().size() + Experiments.joint().size());
        assertThat(outcome.out()).contains("gradient-decay").contains("ablation");
    }

    @Test
    void writesFindingsOfAFolderOfSnapshots() throws IOException {
        SyntheticRun.write(
                folder, 1, 7, (index, attention, backend) -> SyntheticRun.addRandom(attention, backend, index, 1));
        Path output = folder.resolve("findings");
        Outcome outcome = sedge(
                "experiment",
                "stability",
                folder,
                "--task",
                "dyck",
                "--weight-decay",
                "1",
                "--phases",
                "published",
                "--out",
                output);
        // The folder's model is small; the command takes the task's own, and says what does not fit.
        assertThat(outcome.exitCode()).isNotEqualTo(Sedge.OK);
        assertThat(outcome.err()).contains("has shape [48, 16], needed is");
    }

    @Test
    void anAnalysisIsAskedOfItsTablesAlone() {
        TableRun.ofAnalysis(folder)
                .spectrum("spectrum.csv", false, new double[] {100, 200, 300}, row -> TableRun.norms(4, 2));
        Outcome outcome = sedge("experiment", "jl-error", folder);
        assertThat(outcome.exitCode()).isEqualTo(Sedge.OK);
        assertThat(folder.resolve("experiments").resolve("jl-error.json")).isNotEmptyFile();
        assertRefused(
                "needs weights, which an analysis of checkpoints does not keep", "experiment", "ablation", folder);
        assertRefused("needs a metrics.csv with test losses", "experiment", "lag-flip", folder);
        assertRefused("needs runs of 4 seeds", "experiment", "lag-flip-seeds", folder);
    }

    @Test
    void refusesWithOneLine() {
        assertRefused("there is no experiment 'ablatoin'; did you mean 'ablation'?", "experiment", "ablatoin", folder);
        assertRefused("no run: sedge experiment ablation RUN…", "experiment", "ablation");
        assertRefused(
                "--out names one folder, but there are 2 runs",
                "experiment",
                "ablation",
                folder,
                folder,
                "--out",
                folder);
        assertRefused("config.json", "experiment", "ablation", folder);
        assertRefused(
                "the last step can be chosen only for these experiments: interventions",
                "experiment",
                "ablation",
                folder,
                "--until",
                2000);
        assertRefused(
                "the first step can be chosen only for these experiments: interventions",
                "experiment",
                "ablation",
                folder,
                "--from",
                2000);
        assertRefused(
                "interventions begin at step 2000, so they cannot end at step 1000",
                "experiment",
                "interventions",
                folder,
                "--from",
                2000,
                "--until",
                1000);
        assertRefused(
                "interventions begin at step 500, so they cannot end at step 400",
                "experiment",
                "interventions",
                folder,
                "--until",
                400);
        assertRefused(
                "'gpu' is not one of auto, cpu, cuda, reference", "experiment", "ablation", folder, "--device", "gpu");
        assertRefused("--threads must be at least 1, not 0", "experiment", "ablation", folder, "--threads", 0);
        assertRefused("holds no checkpoints", "experiment", "ablation", folder, "--task", "dyck");
    }

    @Test
    void refusesPhasesThatDoNotExist() throws IOException {
        SyntheticRun.write(folder, 1, 3, (index, attention, backend) -> {});
        assertRefused(
                "--phases cannot be 'guessed'; it is detected, published, or steps such as 500,1000,3000",
                "experiment",
                "stability",
                folder,
                "--task",
                "dyck",
                "--phases",
                "guessed");
        assertRefused("has no metrics.csv", "experiment", "stability", folder, "--task", "dyck");
        assertRefused(
                "--phases and --phases-of exclude each other",
                "experiment",
                "stability",
                folder,
                "--phases",
                "published",
                "--phases-of",
                folder);
        assertRefused(
                "has no snapshot of step 150; the nearest is 100",
                "experiment",
                "stability",
                folder,
                "--task",
                "dyck",
                "--phases",
                "100,150");
    }

    private static void assertRefused(String message, Object... arguments) {
        Outcome outcome = sedge(arguments);
        assertThat(outcome.exitCode()).isNotEqualTo(Sedge.OK);
        assertThat(outcome.err().strip().lines()).hasSize(1);
        assertThat(outcome.err()).contains(message);
    }
}
