package dev.spectraledge.analysis.cli;

import static dev.spectraledge.analysis.cli.CommandLineRunner.sedge;
import static dev.spectraledge.analysis.cli.CommandLineRunner.succeed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.trainer.io.CsvReader;
import dev.spectraledge.trainer.io.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A model of the bytes of one file. */
class TextRunTest {
    private static final List<String> SIZES = List.of(
            "task.contextLength=16",
            "model.width=16",
            "model.heads=2",
            "model.feedForwardWidth=16",
            "training.batchSize=4",
            "training.trace=true",
            "evaluation.every=20",
            "evaluation.tokens=200",
            "checkpoints.resumeEvery=20",
            "observers.paper.stride=5",
            "device=cpu",
            "threads=2");

    private static final long SEED = 20_261_130;
    private static final int STEPS = 4000;
    /** What a life may add to its tables before it is killed: some hundred steps. */
    private static final int MOST_BYTES = 15_000;

    @TempDir
    private Path temporary;

    private Path text;

    @BeforeEach
    void write() throws IOException {
        String words = "What hath night to do with sleep? ".repeat(60);
        text = Files.write(temporary.resolve("text"), words.getBytes(StandardCharsets.UTF_8));
    }

    /** As nanoGPT writes them. */
    @Test
    void ofTokensWithoutAMeaningThereAreNoSamples() throws IOException {
        Path tokens = Files.createDirectories(temporary.resolve("tokens"));
        Files.write(tokens.resolve("train.bin"), new byte[400]);
        Files.write(tokens.resolve("validation.bin"), new byte[400]);
        text = tokens;
        Path run = temporary.resolve("run");
        CommandLineRunner.Outcome outcome = sedge(command(5, run).toArray());
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        assertThat(outcome.err())
                .contains("sedge: no samples of text: " + tokens
                        + ": nothing says what its tokens mean: it has no tokenizer.json\n");
        assertThat(Files.readString(run.resolve("report.html"))).doesNotContain("What the model writes");
    }

    private List<String> command(int steps, Path out) {
        List<String> command = new ArrayList<>(List.of("run", "text", "--data", text.toString()));
        command.addAll(SIZES);
        command.addAll(List.of("--steps", Integer.toString(steps), "--out", out.toString()));
        return command;
    }

    @Test
    void nothingSaysThatSuchAModelGroks() throws IOException {
        Path run = temporary.resolve("run");
        CommandLineRunner.Outcome outcome = sedge(command(60, run).toArray());
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        assertThat(outcome.err()).doesNotContainIgnoringCase("grok");
        assertThat(Json.readObject(run.resolve("summary.json"))).doesNotContainKey("grok_step");
        assertThat(Files.readString(run.resolve("events.csv"))).doesNotContain("grok");
        String page = Files.readString(run.resolve("report.html")).replaceAll("(?s)<style>.*?</style>", "");
        assertThat(page).contains("Trained for 60 steps").contains("Test loss was lowest at step");
        // The settings name the keys that are empty.
        assertThat(page.replaceAll("evaluation\\.grok(Accuracy|Patience)", "")).doesNotContainIgnoringCase("grok");
    }

    /** Of bytes, each of which is one: e to the loss, and the loss over ln 2. */
    @Test
    void perplexityAndBitsPerByteStandBesideTheLoss() {
        Path run = temporary.resolve("run");
        succeed(command(20, run));
        CsvReader metrics = CsvReader.read(run.resolve("metrics.csv"));
        double[] loss = metrics.column("test_loss");
        for (int row = 0; row < loss.length; row++) {
            assertThat(metrics.column("test_perplexity")[row]).isEqualTo(Math.exp(loss[row]));
            assertThat(metrics.column("test_bits_per_byte")[row]).isCloseTo(loss[row] / Math.log(2), within(1e-12));
        }
        assertThat(Json.readObject(run.resolve("summary.json")))
                .containsEntry("test_perplexity", metrics.column("test_perplexity")[loss.length - 1])
                .containsEntry("tokens_seen", 20L * 4 * 16);
    }

    @Test
    void runsSideBySideSayNothingOfItEither() {
        List<String> command = command(20, temporary.resolve("group"));
        command.addAll(List.of("--seeds", "2"));
        CommandLineRunner.Outcome outcome = sedge(command.toArray());
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        assertThat(outcome.err() + outcome.out()).doesNotContainIgnoringCase("grok");
    }

    @Test
    void aFileMustBeLongEnough() throws IOException {
        Files.write(text, new byte[100]);
        CommandLineRunner.Outcome brief =
                sedge(command(5, temporary.resolve("brief")).toArray());
        assertThat(brief.exitCode()).isEqualTo(1);
        assertThat(brief.err().lines().filter(line -> line.contains("has 100 bytes")))
                .hasSize(1);
    }

    @Test
    @Tag("process")
    void aStopLeavesNoTrace() throws Exception {
        Path undisturbed = temporary.resolve("undisturbed");
        succeed(command(60, undisturbed));
        Path stopped = temporary.resolve("stopped");
        CommandLineRunner.Outcome outcome = CommandLineRunner.sedgeUntil(
                "TERM",
                "unfinished: .*/resume.safetensors",
                2,
                command(60, stopped).toArray());
        assertThat(outcome.exitCode()).as(outcome.err()).isEqualTo(StopSignals.TRY_AGAIN);
        succeed(List.of("run", "--resume", stopped.toString()));
        SedgeProcess.requireSameBytes(undisturbed, stopped);
    }

    @Test
    @Tag("process")
    void aKillLeavesNoTrace() throws Exception {
        Path killed = temporary.resolve("killed");
        SedgeProcess.startSignalled(
                        temporary.resolve("life.log"),
                        "KILL",
                        "unfinished: .*/resume.safetensors",
                        2,
                        command(60, killed))
                .requireKilled();
        requireNoTrace(60, killed);
    }

    /** Wherever they meet it: each kill comes when the run has got further than at the one before. */
    @Test
    @Tag("nightly")
    void fiveKillsAnywhereLeaveNoTrace() throws Exception {
        Random random = new Random(SEED);
        Path killed = temporary.resolve("killed");
        Path state = killed.resolve("checkpoints").resolve("resume.safetensors");
        List<String> life = command(STEPS, killed);
        for (int kill = 0; kill < 5; kill++) {
            SedgeProcess process = SedgeProcess.start(temporary.resolve("life.log"), life);
            process.awaitNewVersion(state);
            process.awaitGrowth(killed, random.nextInt(MOST_BYTES));
            process.kill();
            life = List.of("run", "--resume", killed.toString());
        }
        requireNoTrace(STEPS, killed);
    }

    private void requireNoTrace(int steps, Path killed) throws IOException {
        succeed(List.of("run", "--resume", killed.toString()));
        Path undisturbed = temporary.resolve("undisturbed");
        succeed(command(steps, undisturbed));
        SedgeProcess.requireSameBytes(undisturbed, killed);
        assertThat(killed.resolve("samples.json")).hasSameBinaryContentAs(undisturbed.resolve("samples.json"));
    }
}
