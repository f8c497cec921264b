package dev.spectraledge.trainer.tokenizer;

import dev.spectraledge.bindings.Sha256;
import dev.spectraledge.trainer.io.Json;
import java.util.List;

/**
 * Byte-level byte-pair encoding as of GPT-2: words ({@link WordSplitter}) are bytes at first, then the pair of neighbours
 * whose merge is the earliest in a list becomes one token, the leftmost of equal ones first, until no neighbours are in the
 * list.
 */
public final class BytePairTokenizer implements Tokenizer {
    /** What the token behind each text is usually called. */
    static final String END_OF_TEXT = "<|endoftext|>";

    private final String name;
    /** Of each token; null where the vocabulary has a hole. */
    private final byte[][] pieces;

    private final int endOfText;
    private final MergeList merges;

    /**
     * Makes one.
     *
     * @param pieces the bytes of each token, null where there is none
     * @param endOfText the token behind each text
     * @param merges in order
     */
    BytePairTokenizer(String name, List<byte[]> pieces, int endOfText, MergeList merges) {
        this.name = name;
        this.pieces = pieces.toArray(byte[][]::new);
        this.endOfText = endOfText;
        this.merges = merges;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int vocabulary() {
        return pieces.length;
    }

    @Override
    public int endOfText() {
        return endOfText;
    }

    MergeList merges() {
        return merges;
    }

    /** Whether there is a token of this number. */
    boolean has(int token) {
        return token >= 0 && token < pieces.length && pieces[token] != null;
    }

    @Override
    public byte[] bytes(int token) {
        if (!has(token)) {
            throw new IndexOutOfBoundsException(
                    "token " + token + " is not in the vocabulary of " + pieces.length + " tokens");
        }
        return pieces[token];
    }

    @Override
    public Encoder encoder() {
        return new BytePairEncoder(merges);
    }

    @Override
    public String sha256() {
        return Sha256.hex(Json.compact(TokenizerJson.document(this)));
    }
}
