package dev.spectraledge.analysis.cli;

import static dev.spectraledge.analysis.cli.CommandLineRunner.sedge;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.analysis.cli.CommandLineRunner.Outcome;
import dev.spectraledge.analysis.experiment.SyntheticRun;
import dev.spectraledge.trainer.io.CsvReader;
import dev.spectraledge.trainer.io.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code sedge analyze --metrics}: losses stand beside spectra. */
class AnalyzeMetricsTest {
    @TempDir
    private Path folder;

    private Path checkpoints;
    private Path out;

    @BeforeEach
    void writeCheckpoints() throws IOException {
        checkpoints = Files.createDirectory(folder.resolve("theirs"));
        SyntheticRun.write(
                checkpoints, 1, 4, (index, attention, backend) -> SyntheticRun.addRandom(attention, backend, index, 1));
        out = folder.resolve("out");
    }

    private Outcome analyze(Object... more) {
        Object[] arguments = new Object[more.length + 5];
        System.arraycopy(new Object[] {"analyze", checkpoints, "--no-nulls", "--out", out}, 0, arguments, 0, 5);
        System.arraycopy(more, 0, arguments, 5, more.length);
        return sedge(arguments);
    }

    @Test
    void lossesStandBesideSpectra() throws IOException {
        Path losses = Files.writeString(folder.resolve("losses.csv"), "iter,loss,eval/loss\n0,2.5,\n1,1.5,2\n");
        Outcome outcome = analyze("--metrics", losses);
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        assertThat(outcome.err()).contains("metrics: 2 columns at 2 steps from " + losses, "eval/loss as test_loss");
        assertThat(CsvReader.read(out.resolve("metrics.csv")).column("train_loss"))
                .containsExactly(2.5, 1.5);
        assertThat((Map<?, ?>) Json.readObject(out.resolve("analysis.json")).get("metrics"))
                .hasToString(
                        "{file=" + losses + ", rows=2, columns={loss=train_loss, eval/loss=test_loss}, left_out={}}");
        String page = Files.readString(out.resolve("report.html"));
        assertThat(page)
                .contains(
                        ">Loss</text>",
                        "Analysis of checkpoints",
                        "The values are those that the training wrote into " + losses);
        assertThat(page).doesNotContain("Did not grok", "counts as grokked");
        assertThat(Files.readString(out.resolve("figures/training.svg"))).contains(">train</text>", ">test</text>");

        assertThat(analyze().exitCode()).as("again, without").isZero();
        assertThat(out.resolve("metrics.csv")).doesNotExist();
        assertThat(Files.readString(out.resolve("report.html"))).doesNotContain(">Loss</text>");
    }

    @Test
    void whatTheTrainerLoggedIsFoundByItself() throws IOException {
        Files.writeString(
                checkpoints.resolve("trainer_state.json"),
                "{\"log_history\": [{\"step\": 1, \"loss\": 2.0, \"learning_rate\": 0.1},"
                        + " {\"step\": 2, \"loss\": 1.5, \"learning_rate\": 0.05}]}");
        Outcome outcome = analyze();
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        assertThat(CsvReader.read(out.resolve("metrics.csv")).column("train_loss"))
                .containsExactly(2, 1.5);
        assertThat(Files.readString(out.resolve("report.html"))).contains(">Learning rate</text>");

        Files.writeString(checkpoints.resolve("trainer_state.json"), "{\"log_history\": 1}");
        Outcome without = analyze();
        assertThat(without.exitCode()).as(without.err()).isZero();
        assertThat(without.err()).contains("no metrics: ", "has no log_history");
    }

    /** The trapezoid's share of the gradient in the last window. */
    private double share(Object... more) throws IOException {
        Outcome outcome = analyze(more);
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        CsvReader table = CsvReader.read(out.resolve("spectrum.csv"));
        return table.column("trapezoid_gradient_share_1")[table.rows() - 1];
    }

    @Test
    void theLearningRateOfEachStepIsThatOfTheMetrics() throws IOException {
        Path constant = Files.writeString(folder.resolve("constant.csv"), "step,lr,loss\n0,0.25,1\n3,0.25,\n");
        Path falling = Files.writeString(folder.resolve("falling.csv"), "step,lr,loss\n100,0.25,1\n300,0.05,\n");
        double known = share("--weight-decay", 0.5, "--lr", 0.25);
        assertThat(share("--weight-decay", 0.5, "--metrics", constant)).isEqualTo(known);
        assertThat(share("--weight-decay", 0.5, "--metrics", falling)).isNotEqualTo(known);
        assertThat((double) Json.readObject(out.resolve("analysis.json")).get("learning_rate"))
                .as("the mean over 300 steps, of which the last 200 fall by 0.001 each")
                .isCloseTo((100 * 0.25 + 200 * 0.25 - 0.001 * 200 * 201 / 2) / 300, within(1e-12));
        assertThat(share("--weight-decay", 0.5, "--metrics", falling, "--lr", 0.25))
                .as("what is given counts for more")
                .isEqualTo(known);
    }

    @Test
    void badMetricsAreToldBeforeAnythingIsComputed() throws IOException {
        Path losses = Files.writeString(folder.resolve("losses.csv"), "iteration,loss\n5,2.5\n1,1.5\n");
        Outcome backwards = analyze("--metrics", losses);
        assertThat(backwards.exitCode()).isEqualTo(1);
        assertThat(backwards.err().lines())
                .containsExactly("sedge: " + losses + " line 3: steps go backwards, step 1 comes after step 5");
        Outcome column = analyze("--metrics", losses, "--step-column", "itration");
        assertThat(column.exitCode()).isEqualTo(2);
        assertThat(column.err()).contains("did you mean 'iteration'?");
        assertThat(analyze("--step-column", "x").exitCode()).isEqualTo(2);
        assertThat(out).doesNotExist();
    }
}
