package dev.spectraledge.trainer.tokenizer;

import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/** Encodes text after text. Not for several threads at once. */
public interface Encoder {
    /**
     * Encodes the bytes {@code [from, to)}.
     *
     * @param tokens takes each token
     */
    void encode(byte[] text, int from, int to, IntConsumer tokens);

    /** The tokens of a text. */
    default int[] encode(byte[] text) {
        IntStream.Builder tokens = IntStream.builder();
        encode(text, 0, text.length, tokens);
        return tokens.build().toArray();
    }
}
