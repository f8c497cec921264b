package dev.spectraledge.analysis.pretrained;

import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.config.RunConfig;
import dev.spectraledge.trainer.generation.TextGenerator;
import dev.spectraledge.trainer.generation.TokenSampler;
import dev.spectraledge.trainer.io.Json;
import dev.spectraledge.trainer.model.GptDecoder;
import dev.spectraledge.trainer.model.Parameters;
import dev.spectraledge.trainer.run.CheckpointFolder;
import dev.spectraledge.trainer.run.RunDirectory;
import dev.spectraledge.trainer.tokenizer.Tokenizer;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.LongStream;

/**
 * Texts that a run's model has written, kept beside its tables for people to look at: those of {@code sedge generate} with the
 * seeds 0, 1, … and no prompt, the same bytes each time.
 *
 * @param step after which the model was as it wrote them
 * @param tokens of each text
 * @param texts by seed; what is no UTF-8 in them is replaced
 */
public record TextSamples(long step, double temperature, int tokens, List<String> texts) {
    /** Its name in a run directory. */
    public static final String FILE_NAME = "samples.json";

    private static final int SEEDS = 3;
    private static final int TOKENS = 200;
    /** A little below 1, where models that are small or young are easier to read. */
    private static final double TEMPERATURE = 0.8;

    private static final String STEP = "step";
    private static final String TEXTS = "texts";

    /**
     * Lets a run's model write, as it was at the last checkpoint.
     *
     * @param weights {@code [1, P]} of that checkpoint, on the host; empty to read them from it
     * @return empty if it trains no language model, or one whose tokens are no text
     * @throws RunException with one line if nothing says what its tokens mean
     */
    public static Optional<TextSamples> of(RunDirectory run, Optional<Parameters> weights) {
        RunConfig config = run.config();
        if (!config.task().trainsGpt()
                || config.task().tokenizer(config.training().data()).isEmpty()) {
            return Optional.empty();
        }
        long step = CheckpointFolder.list(run.root()).lastKey();
        try (MemoryOwner owner = MemoryOwner.open("samples of text")) {
            LanguageModel model = weights.map(own -> LanguageModel.ofRun(run.root(), config, own))
                    .orElseGet(() -> LanguageModel.open(run.root(), owner, OptionalLong.of(step)));
            Tokenizer tokenizer = model.tokenizer();
            GptDecoder decoder = model.decoder(owner);
            List<String> texts = LongStream.range(0, SEEDS)
                    .mapToObj(seed -> text(decoder, tokenizer, seed))
                    .toList();
            return Optional.of(new TextSamples(step, TEMPERATURE, TOKENS, texts));
        }
    }

    private static String text(GptDecoder decoder, Tokenizer tokenizer, long seed) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        new TextGenerator(decoder, new TokenSampler(TEMPERATURE, Integer.MAX_VALUE, seed), tokenizer.vocabulary())
                .generate(new int[] {tokenizer.endOfText()}, TOKENS, token -> bytes.writeBytes(tokenizer.bytes(token)));
        return bytes.toString(StandardCharsets.UTF_8);
    }

    /** Writes them into a run directory. */
    public void write(Path run) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put(STEP, step);
        document.put("temperature", temperature);
        document.put("tokens", tokens);
        document.put(TEXTS, texts);
        Json.write(run.resolve(FILE_NAME), document);
    }

    /**
     * Reads a file of them.
     *
     * @throws RunException with one line if it is none
     */
    public static TextSamples read(Path file) {
        Map<String, Object> document = Json.readObject(file);
        if (document.get(STEP) instanceof Long step
                && document.get("temperature") instanceof Double temperature
                && document.get("tokens") instanceof Long tokens
                && document.get(TEXTS) instanceof List<?> list) {
            List<String> texts = new ArrayList<>();
            list.forEach(text -> texts.add(String.valueOf(text)));
            return new TextSamples(step, temperature, tokens.intValue(), List.copyOf(texts));
        }
        throw new RunException(file + ": field 'step', 'temperature', 'tokens' or 'texts' is missing or malformed");
    }
}
