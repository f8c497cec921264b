package dev.spectraledge.analysis.cli;

import static dev.spectraledge.analysis.cli.CommandLineRunner.sedge;
import static org.assertj.core.api.Assertions.assertThat;

import dev.spectraledge.analysis.cli.CommandLineRunner.Outcome;
import dev.spectraledge.analysis.pretrained.TextSamples;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Text of a model that has learned one sentence. */
class GenerateCommandTest {
    private static final String SENTENCE = "What hath night to do with sleep? ";
    private static final List<String> SIZES = List.of(
            "model.positions=16",
            "model.layers=1",
            "model.width=32",
            "model.heads=2",
            "model.feedForwardWidth=64",
            "training.batchSize=8",
            "training.learningRate=1e-2",
            "evaluation.tokens=200",
            "device=cpu",
            "threads=1");

    @TempDir
    private static Path folder;

    private static Path run;

    @BeforeAll
    static void train() throws IOException {
        Path text = Files.write(folder.resolve("text"), SENTENCE.repeat(60).getBytes(StandardCharsets.UTF_8));
        run = folder.resolve("run");
        List<Object> command = new ArrayList<>(List.of("run", "text", "--data", text));
        command.addAll(SIZES);
        command.addAll(List.of("--steps", 150, "--out", run));
        Outcome outcome = sedge(command.toArray());
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
    }

    /** Twice as long as the context. */
    @Test
    void theMostProbableTextIsWhatWasLearned() {
        Outcome outcome = sedge("generate", run, "--prompt", "What hath ", "--tokens", 40, "--temperature", 0);
        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.out()).isEqualTo((SENTENCE + SENTENCE).substring(0, 50) + "\n");
        assertThat(outcome.exitCode()).isZero();
    }

    @Test
    void seedsDecide() {
        String first = sedge("generate", run, "--temperature", 3, "--seed", 1).out();
        assertThat(first)
                .isEqualTo(
                        sedge("generate", run, "--temperature", 3, "--seed", 1).out());
        assertThat(first)
                .isNotEqualTo(
                        sedge("generate", run, "--temperature", 3, "--seed", 2).out());
    }

    /** The sentence comes with a space behind it, and not always: what is improbable is drawn as well. */
    @Test
    void samplesThatTheRunKeepsAreWhatItGenerates() throws IOException {
        TextSamples samples = TextSamples.read(run.resolve(TextSamples.FILE_NAME));
        assertThat(samples.step()).isEqualTo(150);
        assertThat(samples.texts()).hasSize(3).allMatch(text -> text.contains(SENTENCE.strip()));
        for (int seed = 0; seed < samples.texts().size(); seed++) {
            Outcome generated = sedge(
                    "generate",
                    run,
                    "--tokens",
                    samples.tokens(),
                    "--temperature",
                    samples.temperature(),
                    "--seed",
                    seed);
            assertThat(generated.out()).isEqualTo(samples.texts().get(seed) + "\n");
        }
        assertThat(Files.readString(run.resolve("report.html")))
                .contains("What the model writes", "<pre>" + samples.texts().getFirst() + "</pre>");
    }

    @Test
    void ofALongPromptTheEndIsRead() {
        Outcome outcome = sedge("generate", run, "--prompt", SENTENCE, "--tokens", 9, "--temperature", 0);
        assertThat(outcome.err()).isEqualTo("sedge: the prompt has 34 tokens, of which the model reads the last 16\n");
        assertThat(outcome.out()).isEqualTo(SENTENCE + "What hath\n");
    }

    @Test
    void whatItExportsWritesTheSame() {
        Path exported = folder.resolve("exported");
        assertThat(sedge("export", run, "--to", "huggingface", "-o", exported))
                .isEqualTo(new Outcome(0, exported + "\n", ""));
        assertThat(sedge("generate", exported, "--prompt", "What hath ", "--tokens", 40, "--temperature", 0))
                .isEqualTo(new Outcome(0, (SENTENCE + SENTENCE).substring(0, 50) + "\n", ""));
        assertThat(sedge("export", run, "--to", "nanogpt").err())
                .startsWith("sedge: nanoGPT has no such model: its models have learned positions");
    }

    @Test
    void badInputIsOneLine() {
        refuses(2, "--tokens is at least 1, not 0", run, "--tokens", 0);
        refuses(2, "--temperature is 0 or more, not -1.0", run, "--temperature", -1);
        refuses(2, "--top-k is at least 1, not 0", run, "--top-k", 0);
        refuses(1, run + ": has no checkpoint of step 7; it has those of steps 0 to 150", run, "--step", 7);
        Path nowhere = folder.resolve("nowhere");
        refuses(1, "cannot read " + nowhere.resolve("config.json") + ": no such file or directory", nowhere);
    }

    private static void refuses(int exitCode, String line, Object... arguments) {
        List<Object> command = new ArrayList<>(List.of("generate"));
        command.addAll(List.of(arguments));
        assertThat(sedge(command.toArray())).isEqualTo(new Outcome(exitCode, "", "sedge: " + line + "\n"));
    }

    @Test
    void otherTasksHaveNoText() {
        Path drawn = folder.resolve("drawn");
        List<Object> command = new ArrayList<>(List.of("run", "text", "task.source=markov", "task.tokens=5000"));
        command.addAll(SIZES);
        command.addAll(List.of("training.warmUpSteps=1", "--steps", 2, "--out", drawn));
        Outcome outcome = sedge(command.toArray());
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        assertThat(drawn.resolve(TextSamples.FILE_NAME)).doesNotExist();
        assertThat(outcome.err()).doesNotContain("samples");
        refuses(1, drawn + ": its tokens are numbers, not text; there is nothing to be written", drawn);
    }
}
