package dev.spectraledge.analysis.cli;

import static dev.spectraledge.analysis.cli.CommandLineRunner.sedge;
import static org.assertj.core.api.Assertions.assertThat;

import dev.spectraledge.analysis.cli.CommandLineRunner.Outcome;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.io.CsvReader;
import dev.spectraledge.trainer.io.Json;
import dev.spectraledge.trainer.io.SafetensorsFile;
import dev.spectraledge.trainer.io.SafetensorsWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs that go on with the weights of a folder as {@code transformers} has them, here one that a run has been exported to. */
class PretrainedRunTest {
    private static final String SENTENCE = "What hath night to do with sleep? ";
    private static final List<String> SIZES =
            List.of("training.batchSize=4", "evaluation.every=10", "evaluation.tokens=200", "device=cpu", "threads=1");
    private static final String GAIN = "model.layers.0.input_layernorm.weight";

    @TempDir
    private static Path folder;

    private static Path text;
    private static Path first;
    private static Path model;

    @BeforeAll
    static void train() throws IOException {
        text = Files.write(folder.resolve("text"), SENTENCE.repeat(60).getBytes(StandardCharsets.UTF_8));
        first = folder.resolve("first");
        Outcome outcome = run(
                first,
                "--steps=20",
                "model.positions=16",
                "model.layers=1",
                "model.width=16",
                "model.heads=2",
                "model.feedForwardWidth=12",
                "model.rotaryShare=1",
                "model.norm=rms_norm",
                "model.normEpsilon=1e-6",
                "model.gated=true",
                "model.tied=false");
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        model = folder.resolve("model");
        assertThat(sedge("export", first, "--to", "huggingface", "-o", model))
                .isEqualTo(new Outcome(0, model + "\n", ""));
    }

    private static Outcome run(Path out, String... more) {
        List<Object> command = new ArrayList<>(List.of("run", "text"));
        if (List.of(more).stream().noneMatch(word -> word.startsWith("task.corpus"))) {
            command.addAll(List.of("--data", text));
        }
        command.addAll(SIZES);
        command.addAll(List.of("--out", out));
        command.addAll(List.of(more));
        return sedge(command.toArray());
    }

    private static void refused(int exitCode, String line, Path weights, String... more) {
        Path out = folder.resolve("refused");
        List<String> words = new ArrayList<>(List.of("--init", weights.toString()));
        words.addAll(List.of(more));
        assertThat(run(out, words.toArray(String[]::new)))
                .isEqualTo(new Outcome(exitCode, "", "sedge: " + line + "\n"));
        assertThat(out).doesNotExist();
    }

    /** A copy of the model that can be spoilt. */
    private static Path copy(String name) throws IOException {
        Path copy = Files.createDirectory(folder.resolve(name));
        for (String file : List.of("config.json", "model.safetensors", "tokenizer.json")) {
            Files.copy(model.resolve(file), copy.resolve(file));
        }
        return copy;
    }

    /** The same windows are looked at, and single precision goes through unchanged. */
    @Test
    void goesOnWhereTheModelHasCome() {
        Path second = folder.resolve("second");
        Outcome outcome = run(second, "--init", model.toString(), "--steps", "3");
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        CsvReader before = CsvReader.read(first.resolve("metrics.csv"));
        CsvReader after = CsvReader.read(second.resolve("metrics.csv"));
        double[] losses = before.column("test_loss");
        assertThat(before.column("step")[losses.length - 1]).isEqualTo(20);
        assertThat(after.column("step")[0]).isZero();
        assertThat(after.column("test_loss")[0]).isEqualTo(losses[losses.length - 1]);
        assertThat(Json.readObject(second.resolve("config.json")).get("model"))
                .isEqualTo(Json.readObject(first.resolve("config.json")).get("model"));
    }

    @Test
    void contextsBeyondThePositionsAreRefused() {
        refused(
                2,
                "command line: model.positions (16) must be at least task.contextLength (17)",
                model,
                "task.contextLength=17");
    }

    @Test
    void groupedQueriesAreRefused() throws IOException {
        Path grouped = copy("grouped");
        Map<String, Object> settings = Json.readObject(grouped.resolve("config.json"));
        settings.put("num_key_value_heads", 1);
        Json.write(grouped.resolve("config.json"), settings);
        refused(
                1,
                grouped.resolve("config.json")
                        + ": num_key_value_heads is 1; grouped queries are not supported: each of the 2 heads "
                        + "needs its own keys and values",
                grouped);
    }

    @Test
    void tensorsThatAreNotThereAreNamed() throws IOException {
        Path incomplete = copy("incomplete");
        spoil(incomplete, null);
        refused(1, incomplete + ": has no tensor '" + GAIN + "'", incomplete);
        Path misshapen = copy("misshapen");
        spoil(misshapen, "model.layers.0.mlp.down_proj.weight");
        refused(1, misshapen + ": tensor '" + GAIN + "' has shape [16, 12], needed is [16]", misshapen);
    }

    /** Puts another tensor in the place of the first gain, or none. */
    private static void spoil(Path spoilt, String other) {
        Path file = spoilt.resolve("model.safetensors");
        try (MemoryOwner owner = MemoryOwner.open("spoilt")) {
            Map<String, Tensor> tensors = new LinkedHashMap<>();
            try (SafetensorsFile read = SafetensorsFile.open(file)) {
                for (String name : read.names()) {
                    tensors.put(name, read.read(owner, name));
                }
            }
            if (other == null) {
                tensors.remove(GAIN);
            } else {
                tensors.put(GAIN, tensors.get(other));
            }
            SafetensorsWriter.write(file, tensors, Map.of("format", "pt"));
        }
    }

    @Test
    void aCorpusOfOtherTokensIsRefused() {
        Path corpus = folder.resolve("corpus");
        Outcome made = sedge("data", "text", text, "--tokenizer", "bpe", "--vocabulary", 260, "--out", corpus);
        assertThat(made.exitCode()).as(made.err()).isZero();
        refused(
                1,
                model.resolve("tokenizer.json") + ": is not the tokenizer of the corpus (bpe, 260 tokens); 'sedge"
                        + " data text … --tokenizer " + model.resolve("tokenizer.json") + "' makes a corpus with it",
                model,
                "task.corpus=" + corpus);
    }

    @Test
    void moreMemoryThanThereIsIsRefused() {
        Outcome outcome = run(folder.resolve("refused"), "--init", model.toString(), "training.batchSize=100000000");
        assertThat(outcome.exitCode()).isEqualTo(2);
        assertThat(outcome.err().lines())
                .singleElement()
                .asString()
                .startsWith("sedge: training.batchSize=100000000: ")
                .contains(" of memory ");
        assertThat(folder.resolve("refused")).doesNotExist();
    }

    @Test
    void nothingSaysWhatTokensAFolderWithoutATokenizerHas() throws IOException {
        Path silent = copy("silent");
        Files.delete(silent.resolve("tokenizer.json"));
        Outcome outcome = run(folder.resolve("third"), "--init", silent.toString(), "--steps", "1");
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        assertThat(outcome.err())
                .startsWith("sedge: " + silent + " has no tokenizer.json: nothing says what tokens its model was"
                        + " trained on\n");
    }
}
