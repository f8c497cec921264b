package dev.spectraledge.trainer.task.text;

import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.PhiloxKey;
import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.corpus.BuiltInCorpus;
import dev.spectraledge.trainer.corpus.Corpus;
import dev.spectraledge.trainer.corpus.TokenizerChoice;
import dev.spectraledge.trainer.data.Examples;
import dev.spectraledge.trainer.data.SplitData;
import dev.spectraledge.trainer.data.TokenDocuments;
import dev.spectraledge.trainer.data.TokenStream;
import dev.spectraledge.trainer.data.TokenWidth;
import dev.spectraledge.trainer.data.ValidationSet;
import dev.spectraledge.trainer.io.Printable;
import dev.spectraledge.trainer.key.DefaultValue;
import dev.spectraledge.trainer.key.LeftOutByDefault;
import dev.spectraledge.trainer.key.MayBeNull;
import dev.spectraledge.trainer.key.Range;
import dev.spectraledge.trainer.key.SameAs;
import dev.spectraledge.trainer.key.ToldByData;
import dev.spectraledge.trainer.model.Architecture;
import dev.spectraledge.trainer.model.GptArchitecture;
import dev.spectraledge.trainer.model.ModelConfig;
import dev.spectraledge.trainer.task.Task;
import dev.spectraledge.trainer.tokenizer.ByteTokenizer;
import dev.spectraledge.trainer.tokenizer.Tokenizer;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Text: predict each token from those before it in a window. Tokens are those of a corpus, or drawn from a source whose entropy
 * rate is known.
 *
 * @param source where tokens come from
 * @param corpus {@code jdk-prose}, {@code jdk-code}, or a folder with {@code train.bin} and {@code validation.bin}
 * @param corpusHash of the tokens of the corpus, which must be the same when a run goes on; null until it has begun
 * @param tokenizer of a corpus that is made here: bytes, bpe, gpt2, or a {@code tokenizer.json}
 * @param validation further texts that models are judged by, with commas between them: names of corpora as of {@code corpus}
 * @param validationHash of the tokens of these texts, one after another with commas between them, like {@code corpusHash}
 * @param sampling what a sequence is
 * @param padInLoss whether a document that is shorter than a sequence is filled up, and what fills it is learned as well
 * @param shiftedCorpus what is trained on after {@code training.shiftAfter}, as of {@code corpus}; models are judged by its
 *     validation set throughout. Null if it stays the same.
 * @param shiftedCorpusHash of its tokens, like {@code corpusHash}
 * @param randomTargets whether every target is a token at random, so that nothing can be learned but how often each token comes
 * @param vocabulary number of tokens that the model has; those of a corpus may be fewer
 * @param chain file of a Markov chain, or null for a random one
 * @param order tokens that decide what follows
 * @param branches what can follow them: successors, or rules
 * @param tokens that are drawn from a source, for training and test
 * @param sourceSeed seed of the source and of what is drawn
 * @param contextLength tokens of a window; as many as the model has positions if nothing is said
 * @param testFraction share of the tokens, at their end, that is not trained on but tested; of a corpus that is made here,
 *     share of the documents
 */
public record TextTask(
        String name,
        @DefaultValue("corpus") TokenOrigin source,
        @DefaultValue("jdk-prose") String corpus,

        @DefaultValue("null") @LeftOutByDefault @MayBeNull @ToldByData
        String corpusHash,

        @DefaultValue("bytes") String tokenizer,

        @DefaultValue("null") @LeftOutByDefault @MayBeNull String validation,

        @DefaultValue("null") @LeftOutByDefault @MayBeNull @ToldByData
        String validationHash,

        @DefaultValue("stream") @LeftOutByDefault TextSampling sampling,

        @DefaultValue("false") @LeftOutByDefault boolean padInLoss,
        @DefaultValue("null") @LeftOutByDefault @MayBeNull String shiftedCorpus,

        @DefaultValue("null") @LeftOutByDefault @MayBeNull @ToldByData
        String shiftedCorpusHash,

        @DefaultValue("false") @LeftOutByDefault boolean randomTargets,

        @DefaultValue("256") @Range(min = 2, max = 1_000_000)
        int vocabulary,

        @DefaultValue("null") @LeftOutByDefault @MayBeNull Path chain,

        @DefaultValue("1") @LeftOutByDefault @Range(min = 1, max = 24)
        int order,

        @DefaultValue("4") @LeftOutByDefault @Range(min = 1, max = 1_000_000)
        int branches,

        @DefaultValue("10000000") @LeftOutByDefault @Range(min = 2, max = 1_000_000_000)
        long tokens,

        @DefaultValue("0") @LeftOutByDefault @Range(min = 0) long sourceSeed,

        @Range(min = 1, max = 1_000_000) @SameAs(group = "model", key = "positions")
        int contextLength,

        @Range(min = 0, aboveMin = true, max = 1, belowMax = true)
        double testFraction)
        implements Task {
    /** Values of a byte. */
    private static final int BYTES = 256;

    private static final long RANDOM_TARGETS = 0x74617267;

    public TextTask {
        if (!name.equals("text")) {
            throw new IllegalArgumentException("name must be 'text', not '" + Printable.value(name) + "'");
        }
        if (chain != null && source != TokenOrigin.MARKOV) {
            throw new IllegalArgumentException("chain needs task.source=markov");
        }
        if (sampling == TextSampling.DOCUMENTS && source != TokenOrigin.CORPUS) {
            throw new IllegalArgumentException("sampling=documents needs task.source=corpus");
        }
        if (padInLoss && sampling != TextSampling.DOCUMENTS) {
            throw new IllegalArgumentException("padInLoss needs task.sampling=documents");
        }
        if (randomTargets && sampling == TextSampling.DOCUMENTS) {
            throw new IllegalArgumentException("randomTargets needs task.sampling=stream or stream_in_order");
        }
        requireNames(validation, shiftedCorpus, source);
        if (validationHash != null
                && texts(validationHash).count() != texts(validation).count()) {
            throw new IllegalArgumentException("validationHash must be a hash for each text of validation");
        }
        if (shiftedCorpus != null && source != TokenOrigin.CORPUS) {
            throw new IllegalArgumentException("shiftedCorpus needs task.source=corpus");
        }
    }

    private static void requireNames(String validation, String shiftedCorpus, TokenOrigin source) {
        if (validation == null) {
            return;
        }
        if (source != TokenOrigin.CORPUS) {
            throw new IllegalArgumentException("validation needs task.source=corpus");
        }
        List<String> names = otherTexts(validation, shiftedCorpus).stream()
                .map(TextTask::nameOf)
                .toList();
        if (names.contains("") || names.stream().distinct().count() < names.size()) {
            throw new IllegalArgumentException(
                    "validation must be texts of different names with commas between them, got '"
                            + Printable.value(validation) + "'");
        }
    }

    @Override
    public String variant() {
        return source == TokenOrigin.CORPUS ? name : name + "_" + source.name().toLowerCase(Locale.ROOT);
    }

    @Override
    public List<String> objectives() {
        return List.of("next_token");
    }

    @Override
    public boolean trainsGpt() {
        return true;
    }

    @Override
    public boolean fillsWindows() {
        return sampling != TextSampling.DOCUMENTS;
    }

    @Override
    public boolean followsPyTorch() {
        return false;
    }

    /** Windows are all of one length; any token will do for those that count for nothing. */
    @Override
    public int paddingToken() {
        return 0;
    }

    @Override
    public Map<String, Object> facts(Consumer<String> notes) {
        if (source != TokenOrigin.CORPUS) {
            notes.accept(String.format(
                    Locale.ROOT,
                    "the source has an entropy rate of %.6f nats per token, below which no test loss stays",
                    markovChain().entropyRate()));
            return Map.of();
        }
        Corpus trained = open(notes);
        if (trained.vocabulary() != 0 && trained.vocabulary() < vocabulary) {
            notes.accept(trained.folder() + ": has the tokens of a vocabulary of " + trained.vocabulary()
                    + "; of the model's " + vocabulary + " (task.vocabulary) the others never come");
        }
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("corpusHash", trained.hash());
        if (validation != null) {
            facts.put(
                    "validationHash",
                    texts(validation)
                            .map(text -> open(text, trained::choice, notes).hash())
                            .collect(Collectors.joining(",")));
        }
        if (shiftedCorpus != null) {
            facts.put(
                    "shiftedCorpusHash",
                    open(shiftedCorpus, trained::choice, notes).hash());
        }
        return facts;
    }

    @Override
    public Optional<String> shiftedTo() {
        return Optional.ofNullable(shiftedCorpus);
    }

    @Override
    public Examples shifted(MemoryOwner owner) {
        Corpus trained = open(note -> {});
        Corpus shifted = other(shiftedCorpus, trained);
        requireHash(shifted, shiftedCorpusHash, "task.shiftedCorpusHash");
        return map(owner, shifted, shifted.train(), bytes(trained));
    }

    @Override
    public SplitData generate(MemoryOwner owner, long seedOfData) {
        return source == TokenOrigin.CORPUS ? map(owner, open(note -> {})) : drawn(owner);
    }

    /** The corpus, which is made if it is one of the built-in ones and not there yet. */
    private Corpus open(Consumer<String> notes) {
        boolean learned = tokenizer.equals(TokenizerChoice.LEARNED);
        return open(corpus, () -> new TokenizerChoice(tokenizer, learned ? vocabulary : 0), notes);
    }

    private Corpus open(String text, Supplier<TokenizerChoice> choice, Consumer<String> notes) {
        return BuiltInCorpus.of(text)
                .map(builtIn -> builtIn.corpus(choice.get(), testFraction, notes))
                .orElseGet(() -> folder(text));
    }

    private static Corpus folder(String text) {
        Path folder = Path.of(text);
        if (!Files.isDirectory(folder)) {
            throw new RunException("task.corpus cannot be '" + Printable.value(text) + "'; it is one of "
                    + String.join(", ", BuiltInCorpus.names()) + ", or a folder that 'sedge data text' has written");
        }
        return Corpus.open(folder);
    }

    private SplitData map(MemoryOwner owner, Corpus opened) {
        requireVocabulary(opened);
        requireHash(opened, corpusHash, "task.corpusHash");
        int[] bytes = bytes(opened);
        return new SplitData(
                map(owner, opened, opened.train(), bytes),
                map(owner, opened, opened.validation(), bytes),
                others(owner, opened, bytes));
    }

    private static void requireHash(Corpus opened, String hash, String key) {
        if (hash != null && !hash.equals(opened.hash())) {
            throw new RunException(opened.folder() + ": is not the corpus that the run began with (" + key + ")");
        }
    }

    private void requireVocabulary(Corpus opened) {
        if (opened.vocabulary() > vocabulary) {
            throw new RunException(opened.folder() + ": has the tokens of a vocabulary of " + opened.vocabulary() + " ("
                    + Printable.value(opened.tokenizer()) + "), the model one of " + vocabulary
                    + " (task.vocabulary)");
        }
    }

    /** Of each token, the bytes of text that it stands for: none of the end of a text. Null where nothing says what it is. */
    private int[] bytes(Corpus opened) {
        return opened.tokenizer() == null ? null : bytes(opened.meaning());
    }

    private int[] bytes(Tokenizer made) {
        int[] bytes = new int[Math.max(vocabulary, made.vocabulary())];
        for (int token = 0; token < made.vocabulary(); token++) {
            bytes[token] = token == made.endOfText() ? 0 : made.bytes(token).length;
        }
        return bytes;
    }

    /** Validation tokens of further corpora, made by the tokenizer of the one that is trained on. */
    private List<ValidationSet> others(MemoryOwner owner, Corpus trained, int[] bytes) {
        List<ValidationSet> sets = new ArrayList<>();
        for (String text : otherTexts(validation, shiftedCorpus)) {
            Corpus other = other(text, trained);
            requireHash(other, hashOf(text), "task.validationHash");
            sets.add(new ValidationSet(nameOf(text), map(owner, other, other.validation(), bytes)));
        }
        return sets;
    }

    private Corpus other(String text, Corpus trained) {
        Corpus other = open(text, trained::choice, note -> {});
        requireVocabulary(other);
        if (trained.tokenizer() != null && !trained.tokenizerSha256().equals(other.tokenizerSha256())) {
            throw new RunException(other.folder() + ": its tokens are not made by the tokenizer of " + trained.folder()
                    + ", which the model is trained on");
        }
        return other;
    }

    /** Null if the run has not begun, or the text is none of those of {@code validation}. */
    private String hashOf(String text) {
        int index = validationHash == null ? -1 : texts(validation).toList().indexOf(text);
        return index < 0 ? null : texts(validationHash).toList().get(index);
    }

    /** Models are judged by both of the corpora that they are trained on. */
    private static List<String> otherTexts(String validation, String shiftedCorpus) {
        return Stream.concat(texts(validation), Stream.ofNullable(shiftedCorpus))
                .distinct()
                .toList();
    }

    /** What a list with commas names, which may be null. */
    private static Stream<String> texts(String list) {
        return list == null ? Stream.of() : Arrays.stream(list.split(",")).map(String::strip);
    }

    /** A corpus in the headings of tables: its name, or that of its folder. */
    private static String nameOf(String text) {
        return String.valueOf(Path.of(text).normalize().getFileName());
    }

    private Examples map(MemoryOwner owner, Corpus opened, Path file, int[] bytes) {
        TokenStream stream = TokenStream.map(owner, file, opened.width(), vocabulary, contextLength)
                .ofText(bytes);
        if (sampling == TextSampling.DOCUMENTS) {
            return documents(owner, opened, file, stream);
        }
        if (stream.tokens() <= contextLength) {
            throw new RunException(file + ": has " + stream.tokens() + " tokens; it takes more than the "
                    + contextLength + " of a window (task.contextLength)");
        }
        // What is tested is drawn independently of what is learned.
        return inOrder(targeted(owner, stream, file.equals(opened.train()) ? 0 : 1));
    }

    /** @param part which of the independent draws */
    private TokenStream targeted(MemoryOwner owner, TokenStream stream, int part) {
        return randomTargets
                ? stream.withRandomTargets(owner, new PhiloxKey(sourceSeed, RANDOM_TARGETS + part))
                : stream;
    }

    private TokenDocuments documents(MemoryOwner owner, Corpus opened, Path file, TokenStream stream) {
        if (opened.endOfText() == Corpus.UNKNOWN) {
            throw new RunException(opened.folder() + ": has no corpus.json, which says with which token a text ends"
                    + " (task.sampling=documents)");
        }
        TokenDocuments documents = TokenDocuments.of(owner, stream, opened.endOfText(), padInLoss);
        if (documents.documents() == 0) {
            throw new RunException(file + ": has no text of two tokens or more (task.sampling=documents)");
        }
        return documents;
    }

    private TokenStream inOrder(TokenStream stream) {
        return sampling == TextSampling.STREAM_IN_ORDER ? stream.inOrder() : stream;
    }

    private MarkovChain markovChain() {
        if (chain == null) {
            return source == TokenOrigin.RULES
                    ? MarkovChains.rules(vocabulary, order, branches, sourceSeed)
                    : MarkovChains.random(vocabulary, order, branches, sourceSeed);
        }
        MarkovChain read = MarkovChains.read(chain);
        if (read.vocabulary() != vocabulary) {
            throw new RunException(chain + ": is a chain of " + read.vocabulary() + " tokens, the model has "
                    + vocabulary + " (task.vocabulary)");
        }
        return read;
    }

    private SplitData drawn(MemoryOwner owner) {
        TokenWidth width = TokenWidth.of(vocabulary);
        MemorySegment memory = owner.allocate(tokens * width.bytes());
        long[] drawn = {0};
        markovChain().draw(sourceSeed, tokens, token -> width.write(memory, drawn[0]++, token));
        return split(
                owner, TokenStream.of(memory, width, vocabulary, contextLength), "task.tokens=" + tokens, "tokens");
    }

    /** Of a corpus of bytes it is known without looking at it. */
    @Override
    public Optional<Tokenizer> tokenizer(Path file) {
        if (file != null) {
            return Optional.of(Files.isDirectory(file) ? Corpus.open(file).meaning() : new ByteTokenizer());
        }
        if (source != TokenOrigin.CORPUS) {
            return Optional.empty();
        }
        boolean isOfBytes = BuiltInCorpus.of(corpus).isPresent() && tokenizer.equals(TokenizerChoice.BYTES);
        return Optional.of(isOfBytes ? new ByteTokenizer() : open(note -> {}).meaning());
    }

    @Override
    public String hash(Path file) {
        return Files.isDirectory(file) ? Corpus.open(file).hash() : Task.super.hash(file);
    }

    /** The bytes of a file, or a folder of tokens. */
    @Override
    public SplitData read(MemoryOwner owner, Path file) {
        if (Files.isDirectory(file)) {
            return map(owner, Corpus.open(file));
        }
        if (sampling == TextSampling.DOCUMENTS) {
            throw new RunException(file + ": is one text; task.sampling=documents takes a folder of many, which 'sedge"
                    + " data text' writes");
        }
        if (vocabulary != BYTES) {
            throw new RunException(file + ": its tokens are bytes, which are a vocabulary of " + BYTES
                    + " (task.vocabulary), not of " + vocabulary);
        }
        int[] single = new int[BYTES];
        Arrays.fill(single, 1);
        return split(
                owner,
                TokenStream.map(owner, file, TokenWidth.U8, BYTES, contextLength)
                        .ofText(single),
                file.toString(),
                "bytes");
    }

    private SplitData split(MemoryOwner owner, TokenStream all, String origin, String unit) {
        long trained = all.tokens() - (long) (testFraction * all.tokens());
        long shorter = Math.min(trained, all.tokens() - trained);
        if (shorter <= contextLength) {
            throw new RunException(origin + ": has " + all.tokens() + " " + unit
                    + ", of which one part, to train on or to test, has "
                    + shorter + " (task.testFraction=" + testFraction + "); it takes more than the " + contextLength
                    + " of a window (task.contextLength)");
        }
        TokenStream whole = targeted(owner, all, 0);
        return new SplitData(inOrder(whole.part(0, trained)), inOrder(whole.part(trained, whole.tokens())));
    }

    @Override
    public Architecture architecture(ModelConfig model, int longest) {
        return new GptArchitecture(model.shape(vocabulary, vocabulary, longest), model.style());
    }
}
