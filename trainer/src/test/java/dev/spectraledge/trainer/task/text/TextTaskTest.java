package dev.spectraledge.trainer.task.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.spectraledge.kernels.Workers;
import dev.spectraledge.kernels.cpu.CpuBackend;
import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.UsageException;
import dev.spectraledge.trainer.config.ConfigResolver;
import dev.spectraledge.trainer.config.RunConfig;
import dev.spectraledge.trainer.corpus.CorpusWriter;
import dev.spectraledge.trainer.corpus.TextFiles;
import dev.spectraledge.trainer.corpus.TokenizerChoice;
import dev.spectraledge.trainer.data.EvaluationSet;
import dev.spectraledge.trainer.data.Examples;
import dev.spectraledge.trainer.step.Evaluation;
import dev.spectraledge.trainer.step.Lanes;
import dev.spectraledge.trainer.step.StepTrainer;
import dev.spectraledge.trainer.step.TrainingSetup;
import dev.spectraledge.trainer.tokenizer.ByteTokenizer;
import dev.spectraledge.trainer.training.RunInputs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TextTaskTest {
    private static final int CONTEXT = 16;

    @TempDir
    Path folder;

    private static RunConfig config(Path file, String... overrides) {
        ConfigResolver resolver = new ConfigResolver()
                .override("task.name=text")
                .override("task.contextLength=" + CONTEXT)
                .override("model.width=32")
                .override("model.heads=2")
                .override("model.feedForwardWidth=64")
                .override("training.batchSize=8")
                .override("threads=1");
        if (file != null) {
            resolver.override("training.data=" + file);
        }
        for (String override : overrides) {
            resolver.override(override);
        }
        return resolver.resolve();
    }

    private Path write(byte... content) throws IOException {
        return Files.write(folder.resolve("text"), content);
    }

    private static Evaluation[] trained(RunConfig config, int steps) {
        try (RunInputs inputs = new RunInputs(List.of(config));
                Workers workers = new Workers(1)) {
            TrainingSetup setup = inputs.setup();
            try (StepTrainer trainer =
                    new StepTrainer(Lanes.onHost(new CpuBackend(), workers), setup, inputs.batches(setup), List.of())) {
                trainer.initialise();
                trainer.start();
                trainer.advanceTo(steps, step -> {});
                return new Evaluation[] {trainer.evaluateTrain()[0], trainer.evaluateTest()[0]};
            }
        }
    }

    /** Logits of a fresh model are small, of a variance of 1/3, which makes up 1/6 of a nat. */
    @Test
    void theLossOfBytesThatSayNothingBeginsAtThatOfTheUniformDistribution() throws IOException {
        byte[] noise = new byte[40_000];
        new Random(3).nextBytes(noise);
        Evaluation[] fresh = trained(config(write(noise)), 0);
        for (Evaluation evaluation : fresh) {
            assertThat(evaluation.loss()).isBetween(Math.log(256), Math.log(256) + 1.0 / 3);
        }
    }

    @Test
    void aTinyTextIsLearnedByHeart() throws IOException {
        byte[] text = "In the beginning was the Word. ".repeat(40).getBytes(StandardCharsets.UTF_8);
        Evaluation[] learned = trained(config(write(text), "training.learningRate=3e-3"), 150);
        assertThat(learned[0].loss()).isLessThan(0.7);
        assertThat(learned[1].loss()).isLessThan(0.7);
        // The first byte of a window has nothing before it: at least 15 of 16 can be known.
        assertThat(learned[1].accuracy()).isGreaterThan(0.8);
    }

    /**
     * The same text that is learned by heart above: of targets at random no model knows more than that they are uniform. A nat
     * of spread would make the mean of 1,200 tokens uncertain by .03.
     */
    @Test
    void nothingIsLearnedOfTargetsAtRandom() throws IOException {
        byte[] text = "In the beginning was the Word. ".repeat(400).getBytes(StandardCharsets.UTF_8);
        Evaluation[] learned =
                trained(config(write(text), "training.learningRate=3e-3", "task.randomTargets=true"), 150);
        assertThat(learned[1].loss()).isGreaterThan(Math.log(256) - 0.1);
        try (RunInputs inputs = new RunInputs(List.of(config(write(text), "task.randomTargets=true")))) {
            var data = inputs.setup().data().getFirst();
            assertThat(data.train().token(0, 1)).isEqualTo('n');
            assertThat(IntStream.range(0, CONTEXT)
                            .filter(position -> data.train().target(0, position)
                                    == data.train().token(1, position))
                            .count())
                    .isLessThan(CONTEXT / 2);
        }
        assertThatThrownBy(() -> config(null, "task.randomTargets=true", "task.sampling=documents"))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("randomTargets needs task.sampling=stream or stream_in_order");
    }

    @Test
    void theEndOfTheFileIsTested() throws IOException {
        byte[] text = "a".repeat(900).concat("b".repeat(100)).getBytes(StandardCharsets.UTF_8);
        try (RunInputs inputs = new RunInputs(List.of(config(write(text))))) {
            var data = inputs.setup().data().getFirst();
            assertThat(data.train().size()).isEqualTo(900 - CONTEXT);
            assertThat(data.train().target(data.train().size() - 1, CONTEXT - 1))
                    .isEqualTo('a');
            assertThat(data.test().size()).isEqualTo(100 - CONTEXT);
            assertThat(data.test().token(0, 0)).isEqualTo('b');
        }
    }

    @Test
    void aFileThatIsTooShortIsRefusedInOneLine() throws IOException {
        Path brief = write(new byte[160]);
        assertRefused(
                brief,
                brief + ": has 160 bytes, of which one part, to train on or to test, has 16"
                        + " (task.testFraction=0.1); it takes more than the 16 of a window (task.contextLength)");
        Path empty = write();
        assertRefused(empty, empty + ": has 0 bytes");
        Files.write(empty, new byte[170]);
        try (RunInputs inputs = new RunInputs(List.of(config(empty)))) {
            assertThat(inputs.setup().data().getFirst().test().size()).isEqualTo(1);
        }
    }

    @Test
    void whatIsNoFileIsRefused() throws Exception {
        assertRefused(folder, folder + ": is not a corpus: it has no train.bin");
        assertRefused(folder.resolve("missing"), "cannot read " + folder.resolve("missing"));
        Path pipe = folder.resolve("pipe");
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/mkfifo")), "no mkfifo");
        assertThat(new ProcessBuilder("/usr/bin/mkfifo", pipe.toString())
                        .start()
                        .waitFor())
                .isZero();
        assertRefused(pipe, "it is a pipe, a socket or a device, not a regular file");
    }

    private static void assertRefused(Path file, String message) {
        try (RunInputs inputs = new RunInputs(List.of(config(file)))) {
            assertThatThrownBy(inputs::setup)
                    .isInstanceOf(RunException.class)
                    .hasMessageContaining(message)
                    .satisfies(refusal -> assertThat(refusal.getMessage()).doesNotContain("\n"));
        }
    }

    private Path corpus(String tokenizer, int vocabulary) throws IOException {
        Path text = Files.writeString(folder.resolve("words"), "In the beginning was the Word. ".repeat(40));
        TextFiles source = new TextFiles(List.of(text), "text", -1);
        CorpusWriter writer = new CorpusWriter(source, 0.2);
        Path corpus = folder.resolve("corpus");
        writer.write(corpus, new TokenizerChoice(tokenizer, vocabulary).tokenizer(writer::learn));
        return corpus;
    }

    @Test
    void aCorpusOfLearnedTokensIsTrainedOn() throws IOException {
        Path corpus = corpus("bpe", 270);
        RunConfig config = config(null, "task.corpus=" + corpus, "task.vocabulary=270");
        try (RunInputs inputs = new RunInputs(List.of(config))) {
            Examples test = inputs.setup().data().getFirst().test();
            assertThat(test.vocabulary()).isEqualTo(270);
            assertThat(test.size()).isPositive();
        }
        assertThat(trained(config, 1)[1].loss()).isBetween(Math.log(270) - 1, Math.log(270) + 1);
        RunConfig known = config.withFacts(note -> {});
        assertThat(known.toYaml()).containsPattern("corpusHash: [0-9a-f]{64}");
        assertThat(known.withFacts(note -> {})).isEqualTo(known);
        Path tokens = corpus.resolve("validation.bin");
        byte[] changed = Files.readAllBytes(tokens);
        changed[8]++;
        Files.write(tokens, changed);
        try (RunInputs inputs = new RunInputs(List.of(known))) {
            assertThatThrownBy(inputs::setup)
                    .isInstanceOf(RunException.class)
                    .hasMessage(corpus + ": is not the corpus that the run began with (task.corpusHash)");
        }
    }

    @Test
    void aFileThatHasChangedIsNotWhatTheRunBeganWith() throws IOException {
        Path file = write("What hath night to do with sleep? ".repeat(20).getBytes(StandardCharsets.UTF_8));
        RunConfig begun = config(file).withFacts(note -> {});
        assertThat(begun.training().dataHash()).matches("[0-9a-f]{64}");
        assertThat(begun.withFacts(note -> {})).isEqualTo(begun);
        assertThat(RunConfig.fromJson(begun.toJson())).isEqualTo(begun);
        try (RunInputs inputs = new RunInputs(List.of(begun))) {
            assertThat(inputs.setup().trainSequences()).isPositive();
        }
        Files.writeString(file, Files.readString(file).replaceFirst("night", "light"));
        try (RunInputs inputs = new RunInputs(List.of(begun))) {
            assertThatThrownBy(inputs::setup)
                    .isInstanceOf(RunException.class)
                    .hasMessage(file + ": is not what the run began with (training.dataHash)");
        }
    }

    private Path corpus(String name, String text, Path tokenizer) throws IOException {
        Path file = Files.writeString(folder.resolve(name + ".txt"), text);
        CorpusWriter writer = new CorpusWriter(new TextFiles(List.of(file), "text", -1), 0.2);
        Path corpus = folder.resolve(name);
        writer.write(corpus, new TokenizerChoice(tokenizer.toString(), 0).tokenizer(size -> null));
        return corpus;
    }

    @Test
    void otherTextsAreJudgedByTheSameTokens() throws IOException {
        Path trained = corpus("bpe", 270);
        Path other = corpus("other", "To be, or not to be. ".repeat(50), trained.resolve("tokenizer.json"));
        RunConfig config = config(null, "task.corpus=" + trained, "task.vocabulary=270", "task.validation=" + other);
        try (RunInputs inputs = new RunInputs(List.of(config))) {
            TrainingSetup setup = inputs.setup();
            assertThat(setup.otherNames()).containsExactly("other");
            EvaluationSet own = setup.testEvaluation().getFirst();
            EvaluationSet others = setup.otherEvaluation(0).getFirst();
            // Words that were learned are several bytes long; those that were not are nearer to one.
            assertThat(own.bytesOfTarget()).isGreaterThan(others.bytesOfTarget());
            assertThat(others.bytesOfTarget()).isBetween(1.0, 3.0);
        }
        RunConfig begun = config.withFacts(note -> {});
        assertThat(begun.toYaml()).containsPattern("validationHash: [0-9a-f]{64}\n");
        assertThat(begun.withoutFacts()).isEqualTo(config);
        assertThat(RunConfig.fromJson(begun.toJson())).isEqualTo(begun);
        Path tokens = other.resolve("validation.bin");
        byte[] changed = Files.readAllBytes(tokens);
        changed[8]++;
        Files.write(tokens, changed);
        try (RunInputs inputs = new RunInputs(List.of(begun))) {
            assertThatThrownBy(inputs::setup)
                    .hasMessage(other + ": is not the corpus that the run began with (task.validationHash)");
        }
    }

    @Test
    void aHashThatSomebodyGivesIsWhatTheCorpusIsHeldAgainst() throws IOException {
        Path corpus = corpus("bpe", 270);
        RunConfig given =
                config(null, "task.corpus=" + corpus, "task.vocabulary=270", "task.corpusHash=" + "0".repeat(64));
        assertThat(given.withFacts(note -> {})).isEqualTo(given);
        refused(
                corpus + ": is not the corpus that the run began with (task.corpusHash)",
                "task.corpus=" + corpus,
                "task.vocabulary=270",
                "task.corpusHash=" + "0".repeat(64));
        assertThatThrownBy(() -> config(null, "task.validationHash=" + "0".repeat(64)))
                .hasMessageEndingWith("validationHash must be a hash for each text of validation");
    }

    /** As nanoGPT makes a table of GPT-2's 50,257 tokens 50,304 rows long. */
    @Test
    void aModelMayHaveMoreTokensThanItsCorpus() throws IOException {
        Path corpus = corpus("bpe", 270);
        RunConfig config = config(null, "task.corpus=" + corpus, "task.vocabulary=320");
        List<String> notes = new ArrayList<>();
        assertThat(config.withFacts(notes::add).task().vocabulary()).isEqualTo(320);
        assertThat(notes)
                .containsExactly(corpus + ": has the tokens of a vocabulary of 270; of the model's 320"
                        + " (task.vocabulary) the others never come");
        assertThat(trained(config, 1)[1].loss()).isBetween(Math.log(320) - 1, Math.log(320) + 1);
        try (RunInputs inputs = new RunInputs(List.of(config))) {
            EvaluationSet test = inputs.setup().testEvaluation().getFirst();
            assertThat(test.bytesOfTarget()).isGreaterThan(1);
        }
    }

    @Test
    void textsOfOtherTokensAreRefused() throws IOException {
        Path trained = corpus("bpe", 270);
        Path file =
                Files.writeString(folder.resolve("more"), "The quick brown fox jumps over my lazy dog. ".repeat(40));
        CorpusWriter writer = new CorpusWriter(new TextFiles(List.of(file), "text", -1), 0.2);
        Path other = folder.resolve("other");
        writer.write(other, new TokenizerChoice("bpe", 270).tokenizer(writer::learn));
        refused(
                other + ": its tokens are not made by the tokenizer of " + trained + ", which the model is trained on",
                "task.corpus=" + trained,
                "task.vocabulary=270",
                "task.validation=" + other);
        assertThatThrownBy(() -> config(null, "task.validation=a/x,b/x"))
                .hasMessageEndingWith(
                        "validation must be texts of different names with commas between them, got" + " 'a/x,b/x'");
        assertThatThrownBy(() -> config(null, "task.validation=jdk-code", "task.source=rules"))
                .hasMessageEndingWith("validation needs task.source=corpus");
    }

    @Test
    void aCorpusThatDoesNotFitIsRefusedInOneLine() throws IOException {
        Path corpus = corpus("bpe", 270);
        refused(
                corpus + ": has the tokens of a vocabulary of 270 (bpe), the model one of 256 (task.vocabulary)",
                "task.corpus=" + corpus);
        long tokens = Files.size(corpus.resolve("validation.bin")) / 2;
        refused(
                corpus + "/validation.bin: has " + tokens
                        + " tokens; it takes more than the 128 of a window (task.contextLength)",
                "task.corpus=" + corpus,
                "task.vocabulary=270",
                "task.contextLength=128");
        refused(folder + ": is not a corpus: it has no train.bin", "task.corpus=" + folder);
        refused(
                "task.corpus cannot be 'jdk-poetry'; it is one of jdk-prose, jdk-code, or a folder that 'sedge data"
                        + " text' has written",
                "task.corpus=jdk-poetry");
        refused(
                folder.resolve("words") + ": its tokens are bytes, which are a vocabulary of 256 (task.vocabulary), not"
                        + " of 300",
                "training.data=" + folder.resolve("words"),
                "task.vocabulary=300");
    }

    private static void refused(String message, String... overrides) {
        try (RunInputs inputs = new RunInputs(List.of(config(null, overrides)))) {
            assertThatThrownBy(inputs::setup)
                    .isInstanceOf(RunException.class)
                    .extracting(Throwable::getMessage)
                    .isEqualTo(message);
        }
    }

    /** Stories of one to six words, shorter and longer than a window. */
    private Path stories() throws IOException {
        StringBuilder text = new StringBuilder();
        for (int story = 0; story < 60; story++) {
            text.append("so ".repeat(1 + story % 6)).append(story).append("\n<|endoftext|>\n");
        }
        Path file = Files.writeString(folder.resolve("stories"), text);
        return new CorpusWriter(new TextFiles(List.of(file), "text", -1), 0.2)
                .write(folder.resolve("told"), new ByteTokenizer())
                .folder();
    }

    private static RunConfig documents(Path corpus, String... more) {
        List<String> overrides = new ArrayList<>(List.of(
                "task.corpus=" + corpus,
                "task.sampling=documents",
                "training.precision=float64",
                "training.learningRate=3e-3",
                "training.warmUpSteps=0"));
        overrides.addAll(List.of(more));
        return config(null, overrides.toArray(String[]::new));
    }

    /**
     * What is packed has the loss of what is padded, as padding counts for nothing: order of summation alone differs, by some
     * 1e-17 of a gradient, which AdamW divides by no less than 1e-8 and multiplies by the rate of 3e-3.
     */
    @Test
    void paddingOfDocumentsCountsForNothingAndIsNotComputed() throws IOException {
        Path corpus = stories();
        Evaluation[] packed = trained(documents(corpus, "training.batching=packed"), 12);
        Evaluation[] padded = trained(documents(corpus, "training.batching=padded"), 12);
        Evaluation[] learned = trained(documents(corpus, "task.padInLoss=true"), 12);
        for (int part = 0; part < packed.length; part++) {
            assertThat(packed[part].loss()).isCloseTo(padded[part].loss(), within(1e-10));
            assertThat(Math.abs(learned[part].loss() - padded[part].loss())).isGreaterThan(0.01);
        }
        try (RunInputs inputs = new RunInputs(List.of(documents(corpus)))) {
            Examples data = inputs.setup().data().getFirst().train();
            EvaluationSet all = data.evaluation(Long.MAX_VALUE);
            int tokens = all.batches(0, 1, 1 << 20, 1 << 20).stream()
                    .flatMapToInt(Arrays::stream)
                    .map(index -> data.length(all.example(index)))
                    .sum();
            assertThat(all.size()).isEqualTo(48);
            assertThat(tokens).isLessThan(all.size() * CONTEXT);
        }
    }

    @Test
    void documentsAreOfACorpusThatSaysWhereTheyEnd() throws IOException {
        Path single = write(new byte[400]);
        refused(
                single
                        + ": is one text; task.sampling=documents takes a folder of many, which 'sedge data text'"
                        + " writes",
                "training.data=" + single,
                "task.sampling=documents");
        Path tokens = Files.createDirectories(folder.resolve("nano"));
        Files.write(tokens.resolve("train.bin"), new byte[200]);
        Files.write(tokens.resolve("validation.bin"), new byte[200]);
        refused(
                tokens + ": has no corpus.json, which says with which token a text ends (task.sampling=documents)",
                "task.corpus=" + tokens,
                "task.sampling=documents");
        Path corpus = stories();
        Files.write(corpus.resolve("validation.bin"), new byte[6]);
        refused(
                corpus + "/validation.bin: has no text of two tokens or more (task.sampling=documents)",
                "task.corpus=" + corpus,
                "task.sampling=documents");
        assertThatThrownBy(() -> config(null, "task.sampling=documents", "task.source=rules"))
                .hasMessageEndingWith("sampling=documents needs task.source=corpus");
        assertThatThrownBy(() -> config(null, "task.padInLoss=true"))
                .hasMessageEndingWith("padInLoss needs task.sampling=documents");
    }

    /** The first step sees the first windows. */
    @Test
    void aTextIsReadInOrderWhereSomebodyAsksForIt() throws IOException {
        byte[] text = "0123456789".repeat(100).getBytes(StandardCharsets.UTF_8);
        RunConfig config = config(write(text), "task.sampling=stream_in_order");
        try (RunInputs inputs = new RunInputs(List.of(config))) {
            TrainingSetup setup = inputs.setup();
            long[] draws = new long[8];
            inputs.batches(setup).draw(1, 0, draws);
            assertThat(draws).containsExactly(0, 16, 32, 48, 64, 80, 96, 112);
        }
    }

    /** As nanoGPT has them: nothing says which vocabulary they are of. */
    @Test
    void aFolderOfTokensWithoutARecordIsTakenAsItIs() throws IOException {
        Path tokens = Files.createDirectories(folder.resolve("nano"));
        byte[] content = new byte[200];
        content[2] = 99;
        Files.write(tokens.resolve("train.bin"), content);
        Files.write(tokens.resolve("validation.bin"), content);
        try (RunInputs inputs = new RunInputs(List.of(config(tokens, "task.vocabulary=100")))) {
            assertThat(inputs.setup().data().getFirst().train().size()).isEqualTo(100 - CONTEXT);
        }
        try (RunInputs inputs = new RunInputs(List.of(config(tokens, "task.vocabulary=99")))) {
            assertThatThrownBy(inputs::setup)
                    .hasMessage(tokens + "/train.bin: token 99 at position 1 is outside of 0…98");
        }
    }

    /** What follows a token is one of two, equally often, of eight. */
    @Test
    void aSourceOfKnownEntropyIsLearned() {
        RunConfig config = config(
                null,
                "task.source=rules",
                "task.vocabulary=8",
                "task.branches=2",
                "task.tokens=20000",
                "training.learningRate=3e-3");
        List<String> notes = new ArrayList<>();
        assertThat(config.withFacts(notes::add)).isEqualTo(config);
        assertThat(notes)
                .containsExactly(
                        "the source has an entropy rate of 0.693147 nats per token, below which no test loss stays");
        Evaluation[] learned = trained(config, 150);
        assertThat(learned[1].loss()).isBetween(Math.log(2) * 0.98, Math.log(2) * 1.2);
    }

    @Test
    void nobodyCanWaitUntilItGroks() {
        assertThatThrownBy(() -> config(null, "training.stopOn=grok+5"))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining(
                        "training.stopOn (grok+5) needs evaluation.grokAccuracy, which says what that event is");
    }
}
