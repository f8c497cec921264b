package dev.spectraledge.analysis.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.UsageException;
import dev.spectraledge.trainer.io.CsvReader;
import dev.spectraledge.trainer.io.TensorBoardFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MetricsFileTest {
    private static final double NONE = Double.NaN;

    @TempDir
    private Path folder;

    private Path file(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    private ForeignMetrics metrics;

    private CsvReader table(Path file, String... stepColumn) throws IOException {
        metrics = MetricsFile.read(file, Arrays.stream(stepColumn).findFirst());
        Path analysis = Files.createDirectories(folder.resolve("analysis"));
        metrics.writeTo(analysis);
        return CsvReader.read(analysis.resolve("metrics.csv"));
    }

    /** As Lightning's CSVLogger writes them: training and validation in rows of their own, text beside numbers. */
    @Test
    void rowsOfOneStepBecomeOneAndTextIsLeftOut() throws IOException {
        CsvReader table = table(file("metrics.csv", """
            epoch,step,"note, by hand",train_loss_step,val_loss,lr-AdamW
            0,0,start,2.5,,1e-3
            0,10,,NaN,2.25,1e-3
            0,10,x,1.5,nan,
            1,20,,inf,None,5E-4
            """));
        assertThat(table.columns()).containsExactly("step", "epoch", "train_loss", "test_loss", "learning_rate");
        assertThat(table.column("step")).containsExactly(0, 10, 20);
        assertThat(table.column("train_loss")).containsExactly(2.5, 1.5, Double.POSITIVE_INFINITY);
        assertThat(table.column("test_loss")).containsExactly(NONE, 2.25, NONE);
        assertThat(table.column("learning_rate")).containsExactly(1e-3, 1e-3, 5e-4);
        assertThat(metrics.leftOut())
                .containsOnlyKeys("note, by hand")
                .containsEntry("note, by hand", "line 2 holds 'start', no number");
        assertThat(metrics.columns()).containsEntry("val_loss", "test_loss").containsEntry("epoch", "epoch");
    }

    @Test
    void aLongNameIsCutWhereARefusalQuotesIt() throws IOException {
        Path file = file("long.csv", "step," + "n".repeat(5000) + "\n1,text\n");
        assertThatThrownBy(() -> table(file))
                .isInstanceOf(RunException.class)
                .hasMessageStartingWith(file + ": holds no numbers by step; nnn")
                .message()
                .hasSizeLessThan(500);
    }

    @Test
    void theColumnOfStepsIsFoundOrNamed() throws IOException {
        assertThat(table(file("a.csv", "Iter,Loss\n5,1\n")).column("step")).containsExactly(5);
        assertThat(table(file("b.csv", "tokens,step,loss\n4096,1,1\n"), "tokens")
                        .columns())
                .containsExactly("step", "step_2", "train_loss");
    }

    /** What a name means is looked up once, and two quantities never become one column. */
    @Test
    void ofTwoNamesThatMeanTheSameOneKeepsItsOwn() throws IOException {
        CsvReader table = table(file("m.csv", "step,loss,train/loss,eval/loss,a b,a_b\n1,1,2,3,4,5\n"));
        assertThat(table.columns()).containsExactly("step", "loss", "train_loss", "test_loss", "a_b", "a_b_2");
        assertThat(table.column("train_loss")).containsExactly(2);
    }

    @Test
    void linesOfJsonMayNestAndHoldPythonsNumbers() throws IOException {
        CsvReader table = table(file("log.jsonl", """
            {"config": {"lr": 1}}
            {"iter": 0, "train": {"loss": 2.5}, "val": {"loss": NaN}, "tag": "a"}

            {"iter": 100, "train": {"loss": Infinity}, "val": {"loss": 2}, "tokens": 123456789012345678901, "x": null}
            {"iter": 200, "train": {"lo\
            """));
        assertThat(table.columns()).containsExactly("step", "train_loss", "test_loss", "tokens");
        assertThat(table.column("step")).containsExactly(0, 100);
        assertThat(table.column("test_loss")).containsExactly(NONE, 2);
        assertThat(table.column("tokens")).containsExactly(NONE, 1.2345678901234568E+20);
        assertThat(metrics.leftOut()).containsOnlyKeys("tag", "line 5", "one object");
    }

    @Test
    void theTrainersStateIsFoundInItsNewestCheckpoint() throws IOException {
        assertThat(MetricsFile.beside(folder)).isEmpty();
        for (int step : new int[] {20, 100, 3}) {
            Path checkpoint = Files.createDirectory(folder.resolve("checkpoint-" + step));
            Files.writeString(checkpoint.resolve("trainer_state.json"), """
                {"global_step": %d, "total_flos": 1e30, "log_history": [
                  {"epoch": 0.5, "grad_norm": NaN, "learning_rate": 5e-05, "loss": 2.5, "step": 10},
                  {"epoch": 1.0, "eval_loss": 2.0, "eval_runtime": 0.1, "step": 10}]}
                """.formatted(step));
        }
        Files.createDirectory(folder.resolve("checkpoint-999"));
        Path found = MetricsFile.beside(folder).orElseThrow();
        assertThat(found).isEqualTo(folder.toAbsolutePath().resolve("checkpoint-100/trainer_state.json"));
        CsvReader table = table(found);
        assertThat(table.columns())
                .containsExactly("step", "epoch", "learning_rate", "train_loss", "test_loss", "eval_runtime");
        assertThat(table.column("step")).containsExactly(10);

        Path own = Files.createDirectories(folder.resolve("run/checkpoints"));
        Path metricsOfRun = Files.writeString(folder.resolve("run/metrics.csv"), "step,train_loss\n0,1\n");
        assertThat(MetricsFile.beside(own)).contains(metricsOfRun.toAbsolutePath());
    }

    @Test
    void scalarsOfTensorBoardAreColumns() throws IOException {
        Path events = folder.resolve("events.out.tfevents.17.host");
        List<String> tags = List.of("Loss/train", "Loss/val");
        try (TensorBoardFile file = TensorBoardFile.resume(events, 0)) {
            file.add(1, 0, tags, new double[] {2, NONE});
            file.add(2, 50, tags, new double[] {1, 1.5});
            file.markComplete(50);
        }
        CsvReader table = table(events);
        assertThat(table.columns()).containsExactly("step", "train_loss", "test_loss");
        assertThat(table.column("test_loss")).containsExactly(NONE, 1.5);
        assertThat(metrics.leftOut()).isEmpty();

        byte[] bytes = Files.readAllBytes(events);
        Files.write(events, Arrays.copyOf(bytes, bytes.length - 1));
        assertThat(table(events).rows()).isEqualTo(2);
        assertThat(metrics.leftOut()).containsKey("last record");

        Path backwards = folder.resolve("events.out.tfevents.18");
        try (TensorBoardFile file = TensorBoardFile.resume(backwards, 0)) {
            file.add(1, 50, tags, new double[] {2, NONE});
            file.add(2, 40, tags, new double[] {NONE, 2});
            file.add(2, 40, tags, new double[] {2, 2});
            file.markComplete(50);
        }
        assertThatThrownBy(() -> table(backwards))
                .isInstanceOf(RunException.class)
                .hasMessage(backwards + ": scalar 'Loss/train': steps go backwards, step 40 comes after step 50");
        assertThatThrownBy(() -> table(events, "iter"))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("--step-column is for tables");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a.csv    | step,loss\\n"
                        + "1,2\\n"
                        + "0,1\\n"
                        + "         | a.csv line 3: steps go backwards, step 0 comes after step 1",
                "a.csv    | step,loss\\n1.5,2\\n             | a.csv line 2: the step '1.5' is not a whole number",
                "a.csv    | step,loss\\n,2\\n                | a.csv line 2: the step '' is not a whole number",
                "a.csv    | step,loss\\n1,2,3\\n2,3\\n       | a.csv line 2: has 3 cells, the header has 2",
                "a.csv    | step,loss\\n1,high\\n            | a.csv line 2, column 'loss': 'high' is not a number",
                "a.csv    | step,loss,loss\\n                | a.csv: has two columns 'loss'",
                "a.csv    | when,loss\\n1,2\\n               | a.csv: has no column of steps (step, global_step,",
                "a.csv    | step,loss\\n                     | a.csv: holds no numbers by step",
                "a.csv    | ''                               | a.csv: has no header line",
                "a.jsonl  | {\"step\":1,\"a\":1}\\n[1]\\n   | a.jsonl line 2: should hold a JSON object",
                "a.jsonl  | {\"step\":1,\"a\":1}\\n{\"a\\n{} | a.jsonl line 2: not valid JSON",
                "a.jsonl  | {\"step\":4,\"a\":1}\\n{\"step\":3}\\n | a.jsonl line 2: steps go backwards",
                "a.jsonl  | {\"when\":4,\"a\":1}\\n         | name one of its own with --step-column: when, a",
                "trainer_state.json | {\"a\": 1}              | trainer_state.json: has no log_history",
                "trainer_state.json | {\"log_history\": [1]}  | log_history[0]: should be a JSON object",
            })
    void aFileThatMakesNoSenseIsOneLine(String name, String text, String expected) throws IOException {
        Path file = file(name, text.replace("\\n", "\n"));
        assertThatThrownBy(() -> MetricsFile.read(file, Optional.empty()))
                .isInstanceOf(RunException.class)
                .hasMessageContaining(expected)
                .hasMessageNotContaining("\n");
    }

    @Test
    void aColumnOfStepsThatIsNotThereHasANearOne() throws IOException {
        Path csv = file("a.csv", "iteration,loss\n1,2\n");
        assertThatThrownBy(() -> MetricsFile.read(csv, Optional.of("itration")))
                .isInstanceOf(UsageException.class)
                .hasMessage("--step-column: " + csv + " has no column 'itration'; did you mean 'iteration'?");
        Path json = file("a.jsonl", "{\"n\": 1, \"loss\": 2}\n");
        assertThatThrownBy(() -> MetricsFile.read(json, Optional.of("tokens")))
                .isInstanceOf(UsageException.class)
                .hasMessage("--step-column: " + json + " has no column 'tokens'; its columns are n, loss");
    }

    @Test
    void aFileOfNoKnownFormatSaysWhichThereAre() {
        assertThatThrownBy(() -> MetricsFile.read(folder.resolve("log.txt"), Optional.empty()))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("its name should end in .csv or .jsonl");
        assertThatThrownBy(() -> MetricsFile.read(folder.resolve("none.csv"), Optional.empty()))
                .isInstanceOf(RunException.class)
                .hasMessageContaining("none.csv");
    }
}
