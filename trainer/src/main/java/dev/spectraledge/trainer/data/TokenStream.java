package dev.spectraledge.trainer.data;

import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Philox;
import dev.spectraledge.kernels.PhiloxKey;
import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.io.RegularFile;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;

/**
 * Windows of a stream of tokens in a mapped file: window i are the tokens from number i on, each of which has the token
 * behind it as its target. Whoever judges a model by everything takes windows that do not overlap.
 */
public final class TokenStream implements JudgedText {
    private final MemorySegment tokens;
    /** What follows each token is read here: the tokens themselves, or others in their place. */
    private final MemorySegment followers;

    private final TokenWidth width;
    private final int vocabulary;
    private final int contextLength;
    /** Bytes of text that each token stands for; null where nobody knows. */
    private final int[] bytes;
    /** Windows that models are judged by; null for a sample of those that do not overlap. */
    private final long[] judged;
    /** Whether windows are learned one after the other. */
    private final boolean inOrder;

    private TokenStream(
            MemorySegment tokens,
            MemorySegment followers,
            TokenWidth width,
            int vocabulary,
            int contextLength,
            int[] bytes,
            long[] judged,
            boolean inOrder) {
        this.tokens = tokens;
        this.followers = followers;
        this.width = width;
        this.vocabulary = vocabulary;
        this.contextLength = contextLength;
        this.bytes = bytes;
        this.judged = judged;
        this.inOrder = inOrder;
    }

    /**
     * Maps a file that is nothing but tokens.
     *
     * @param owner of the mapping; what is mapped is read when it is needed and takes none of the heap
     * @throws RunException with one line if it cannot be read, is no regular file, is shorter than one window, or has a
     *     token that is not in the vocabulary
     */
    public static TokenStream map(MemoryOwner owner, Path file, TokenWidth width, int vocabulary, int contextLength) {
        MemorySegment mapped;
        try (FileChannel channel = RegularFile.open(file)) {
            mapped = owner.map(channel);
        } catch (IOException failure) {
            throw RunException.of("cannot read", file, failure);
        }
        if (mapped.byteSize() % width.bytes() != 0) {
            throw new RunException(file + ": has " + mapped.byteSize() + " bytes, not a whole number of tokens of "
                    + width.bytes() + " bytes");
        }
        TokenStream stream = of(mapped, width, vocabulary, contextLength);
        if (width.exceeds(vocabulary)) {
            stream.requireTokens(file);
        }
        return stream;
    }

    /** Of tokens of a vocabulary that are in memory. */
    public static TokenStream of(MemorySegment tokens, TokenWidth width, int vocabulary, int contextLength) {
        return new TokenStream(tokens, tokens, width, vocabulary, contextLength, null, null, false);
    }

    /**
     * The same, of text.
     *
     * @param ofTokens bytes that each token of the vocabulary stands for
     */
    public TokenStream ofText(int[] ofTokens) {
        return new TokenStream(tokens, followers, width, vocabulary, contextLength, ofTokens, judged, inOrder);
    }

    /** The same, of which models are judged by certain windows, each of which there must be. */
    @Override
    public TokenStream judgedBy(long[] windows) {
        for (long window : windows) {
            Objects.checkIndex(window, size());
        }
        return new TokenStream(tokens, followers, width, vocabulary, contextLength, bytes, windows.clone(), inOrder);
    }

    private void requireTokens(Path file) {
        for (long index = 0; index < tokens(); index++) {
            int token = width.read(tokens, index);
            if (token < 0 || token >= vocabulary) {
                throw new RunException(
                        file + ": token " + token + " at position " + index + " is outside of 0…" + (vocabulary - 1));
            }
        }
    }

    /** The same, whose windows are learned one after the other, so that every token is before any is again. */
    public TokenStream inOrder() {
        return new TokenStream(tokens, followers, width, vocabulary, contextLength, bytes, judged, true);
    }

    /**
     * The same, in which a token drawn at random from the vocabulary is the target in the place of each that follows: there is
     * nothing to learn, and no text that targets stand for.
     *
     * @param owner of the targets, which take as much memory as the tokens
     * @param key of the stream that they are drawn from, one for each token
     */
    public TokenStream withRandomTargets(MemoryOwner owner, PhiloxKey key) {
        MemorySegment random = owner.allocate(tokens.byteSize());
        int[] words = new int[Philox.WORDS];
        for (long index = 0; index < tokens(); index++) {
            width.write(random, index, Philox.below(key, index, vocabulary, words));
        }
        return new TokenStream(tokens, random, width, vocabulary, contextLength, null, judged, inOrder);
    }

    /** Token number {@code index}. */
    int at(long index) {
        return width.read(tokens, index);
    }

    /** Bytes of text that {@code count} tokens stand for; NaN where nobody knows. */
    double bytes(long first, int count) {
        if (bytes == null) {
            return Double.NaN;
        }
        long sum = 0;
        for (long index = first; index < first + count; index++) {
            sum += bytes[at(index)];
        }
        return sum;
    }

    /** Number of tokens. */
    public long tokens() {
        return tokens.byteSize() / width.bytes();
    }

    /** The tokens {@code [from, to)}, of which there must be more than a window has. */
    public TokenStream part(long from, long to) {
        if (to - from <= contextLength) {
            throw new IllegalArgumentException(
                    "windows of " + contextLength + " tokens and a target need more than " + (to - from) + " tokens");
        }
        return new TokenStream(
                part(tokens, from, to),
                part(followers, from, to),
                width,
                vocabulary,
                contextLength,
                bytes,
                null,
                inOrder);
    }

    private MemorySegment part(MemorySegment all, long from, long to) {
        return all.asSlice(from * width.bytes(), (to - from) * width.bytes());
    }

    @Override
    public ExampleForm form() {
        return ExampleForm.ofTokens();
    }

    @Override
    public int vocabulary() {
        return vocabulary;
    }

    @Override
    public int contextLength() {
        return contextLength;
    }

    @Override
    public long size() {
        return tokens() - contextLength;
    }

    @Override
    public int length(long window) {
        return contextLength;
    }

    @Override
    public int token(long window, int position) {
        return width.read(tokens, Objects.checkIndex(window, size()) + Objects.checkIndex(position, contextLength));
    }

    @Override
    public int target(long window, int position) {
        return width.read(
                followers, Objects.checkIndex(window, size()) + Objects.checkIndex(position, contextLength) + 1);
    }

    @Override
    public int countedTargets(long window) {
        return contextLength;
    }

    /** Nobody compares all windows with each other. */
    @Override
    public long representative(long window) {
        return window;
    }

    @Override
    public Sources sources() {
        return null;
    }

    @Override
    public double bytes(long window) {
        return bytes(window + 1, contextLength);
    }

    @Override
    public boolean fillContext() {
        return true;
    }

    /** Windows that do not overlap. */
    private long windows() {
        return (tokens() - 1) / contextLength;
    }

    @Override
    public ExampleDraws lessons(PhiloxKey key) {
        if (!inOrder) {
            return draws(key);
        }
        return (step, draws) -> {
            for (int i = 0; i < draws.length; i++) {
                draws[i] = Math.floorMod((step - 1) * draws.length + i, windows()) * contextLength;
            }
        };
    }

    @Override
    public EvaluationSet evaluation(long most) {
        if (judged != null) {
            return EvaluationSet.of(this, Arrays.stream(judged));
        }
        return EvaluationSet.sample(this, windows(), windows() * contextLength, window -> window * contextLength, most);
    }
}
