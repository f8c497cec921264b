package dev.spectraledge.trainer.corpus;

import dev.spectraledge.bindings.Sha256;
import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.data.TokenWidth;
import dev.spectraledge.trainer.io.Json;
import dev.spectraledge.trainer.io.RegularFile;
import dev.spectraledge.trainer.tokenizer.ByteTokenizer;
import dev.spectraledge.trainer.tokenizer.Tokenizer;
import dev.spectraledge.trainer.tokenizer.TokenizerJson;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * A folder with {@code train.bin} and {@code validation.bin}, tokens as nanoGPT has them, and {@code corpus.json} if this
 * program wrote it.
 *
 * @param vocabulary number of tokens, or 0 where nothing says so
 * @param tokenizer its name, or null
 * @param tokenizerSha256 of everything that decides what tokens mean, or null
 * @param endOfText the token behind each text, or {@value #UNKNOWN} where nothing says which
 */
public record Corpus(
        Path folder, TokenWidth width, int vocabulary, String tokenizer, String tokenizerSha256, int endOfText) {
    /** In place of a token. */
    public static final int UNKNOWN = -1;

    static final String TRAIN = "train.bin";
    static final String VALIDATION = "validation.bin";
    static final String RECORD = "corpus.json";
    static final String TOKENIZER = "tokenizer.json";

    /**
     * Looks at a folder.
     *
     * @throws RunException with one line if it is none of this kind
     */
    public static Corpus open(Path folder) {
        for (String name : new String[] {TRAIN, VALIDATION}) {
            if (!Files.exists(folder.resolve(name))) {
                throw new RunException(folder + ": is not a corpus: it has no " + name);
            }
        }
        Path record = folder.resolve(RECORD);
        if (!Files.exists(record)) {
            return new Corpus(folder, TokenWidth.U16, 0, null, null, UNKNOWN);
        }
        Map<String, Object> document = Json.readObject(record);
        if (document.get("tokenizer") instanceof Map<?, ?> tokenizer
                && tokenizer.get("vocabulary") instanceof Long vocabulary
                && tokenizer.get("name") instanceof String name
                && tokenizer.get("sha256") instanceof String meaning
                && tokenizer.get("endOfText") instanceof Long endOfText
                && vocabulary > 0
                && vocabulary <= Integer.MAX_VALUE
                && endOfText >= 0
                && endOfText < vocabulary) {
            int tokens = vocabulary.intValue();
            return new Corpus(folder, TokenWidth.of(tokens), tokens, name, meaning, endOfText.intValue());
        }
        throw new RunException(record + ": field 'tokenizer' is missing or malformed");
    }

    /**
     * The tokenizer that it was written with.
     *
     * @throws RunException with one line if nothing in the folder says which that was
     */
    public Tokenizer meaning() {
        Path file = folder.resolve(TOKENIZER);
        if (Files.exists(file)) {
            return TokenizerJson.read(file);
        }
        Tokenizer bytes = new ByteTokenizer();
        if (bytes.name().equals(tokenizer)) {
            return bytes;
        }
        throw new RunException(folder + ": nothing says what its tokens mean: it has no " + TOKENIZER);
    }

    /**
     * What made the tokens, to make others with.
     *
     * @throws RunException if nothing says what it was
     */
    public TokenizerChoice choice() {
        if (tokenizer == null) {
            throw new RunException(folder + ": has no " + RECORD + ", which says what its tokens mean");
        }
        Path vocabularyFile = folder.resolve(TOKENIZER);
        return new TokenizerChoice(Files.exists(vocabularyFile) ? vocabularyFile.toString() : tokenizer, 0);
    }

    /** The SHA-256 of the tokens of both files, which are read for it. */
    public String hash() {
        return Sha256.hex(RegularFile.sha256(train()) + " " + RegularFile.sha256(validation()));
    }

    public Path train() {
        return folder.resolve(TRAIN);
    }

    public Path validation() {
        return folder.resolve(VALIDATION);
    }
}
