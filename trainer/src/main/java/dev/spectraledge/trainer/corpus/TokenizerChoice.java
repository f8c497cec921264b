package dev.spectraledge.trainer.corpus;

import dev.spectraledge.trainer.UsageException;
import dev.spectraledge.trainer.io.Printable;
import dev.spectraledge.trainer.tokenizer.BytePairTrainer;
import dev.spectraledge.trainer.tokenizer.ByteTokenizer;
import dev.spectraledge.trainer.tokenizer.Gpt2Tokenizer;
import dev.spectraledge.trainer.tokenizer.Tokenizer;
import dev.spectraledge.trainer.tokenizer.TokenizerJson;
import java.nio.file.Path;
import java.util.function.IntFunction;

/**
 * Which tokenizer somebody wants.
 *
 * @param name {@value #BYTES}, {@value #GPT2}, {@value #LEARNED}, which is to be learned from the corpus itself, or a file
 * @param vocabulary number of tokens to be learned; 0 otherwise
 */
public record TokenizerChoice(String name, int vocabulary) {
    public static final String BYTES = "bytes";
    public static final String GPT2 = "gpt2";
    public static final String LEARNED = "bpe";

    private static final String JSON = ".json";

    public TokenizerChoice {
        boolean learned = name.equals(LEARNED);
        if (learned && (vocabulary < BytePairTrainer.SMALLEST_VOCABULARY || vocabulary > 1_000_000)) {
            throw new UsageException("a vocabulary is learned of " + BytePairTrainer.SMALLEST_VOCABULARY
                    + " to 1000000 tokens, not " + vocabulary);
        }
        if (!learned && !name.equals(BYTES) && !name.equals(GPT2) && !name.endsWith(JSON)) {
            throw new UsageException("the tokenizer cannot be '" + Printable.value(name)
                    + "'; it is bytes, bpe, gpt2 or the path of a tokenizer.json");
        }
    }

    /** The name in a few letters, for names of folders. */
    String label() {
        return name.endsWith(JSON) ? "json" : vocabulary > 0 ? name + vocabulary : name;
    }

    /** What tells it from others, the content of its file if it has one. */
    String identity() {
        return name.endsWith(JSON) ? TokenizerJson.read(Path.of(name)).sha256() : label();
    }

    /**
     * Makes it.
     *
     * @param learn learns a vocabulary of so many tokens
     */
    public Tokenizer tokenizer(IntFunction<Tokenizer> learn) {
        return switch (name) {
            case BYTES -> new ByteTokenizer();
            case GPT2 -> Gpt2Tokenizer.load();
            case LEARNED -> learn.apply(vocabulary);
            default -> TokenizerJson.read(Path.of(name));
        };
    }
}
