package dev.spectraledge.trainer.tokenizer;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * A text with many kinds of words, and what the Python library {@code tokenizers} 0.23.2 makes of it: GPT-2's tokens; a
 * vocabulary of 800 tokens that it learned from the text ({@code BpeTrainer}, alphabet of bytes, {@code min_frequency} 2, the
 * end of a text first); and the text's tokens by that, after the name of the special token in it was changed.
 */
final class SampleText {
    private SampleText() {}

    static byte[] bytes() {
        return read("sample.txt");
    }

    /** The text that the learned vocabulary encoded. */
    static byte[] withoutSpecialToken() {
        String text = new String(bytes(), StandardCharsets.UTF_8);
        return text.replace(BytePairTokenizer.END_OF_TEXT, "<|endofline|>").getBytes(StandardCharsets.UTF_8);
    }

    static int[] tokensOfGpt2() {
        return tokens("sample-gpt2.txt");
    }

    static int[] tokensOfLearned() {
        return tokens("sample-trained.txt");
    }

    /** The learned vocabulary, as that library saved it. */
    static Path learned() {
        try {
            return Path.of(
                    SampleText.class.getResource("trained-by-tokenizers.json").toURI());
        } catch (URISyntaxException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static int[] tokens(String name) {
        return new String(read(name), StandardCharsets.US_ASCII)
                .lines()
                .mapToInt(Integer::parseInt)
                .toArray();
    }

    private static byte[] read(String name) {
        try (InputStream stream = SampleText.class.getResourceAsStream(name)) {
            return stream.readAllBytes();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
