package dev.spectraledge.trainer.data;

import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Philox;
import dev.spectraledge.kernels.PhiloxKey;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Objects;

/**
 * The documents of a stream of tokens, one a sequence, as the language models of Spectral Edge Dynamics were trained: of a
 * document that is longer than a sequence a random crop is drawn, a shorter one ends with the token that ends a text. Example i
 * begins at token number i and ends with its document, or with the context. What is behind its end is either no part of it,
 * which costs nothing, or learned like the rest of it, as in the first of the published runs, which counted their padding.
 */
public final class TokenDocuments implements JudgedText {
    /** The crops that models are judged by are the same for every run, unlike the published ones, which differed each time. */
    private static final PhiloxKey JUDGED = new PhiloxKey(0, 0x63726f70);

    private final TokenStream text;
    private final int endOfText;
    private final boolean padded;
    /** INT64 {@code [documents, 2]}: where each document of two tokens or more begins, and where the next one can. */
    private final MemorySegment bounds;
    /** Examples that models are judged by; null for a sample of documents. */
    private final long[] judged;

    private TokenDocuments(TokenStream text, int endOfText, boolean padded, MemorySegment bounds, long[] judged) {
        this.text = text;
        this.endOfText = endOfText;
        this.padded = padded;
        this.bounds = bounds;
        this.judged = judged;
    }

    /**
     * Looks for the documents, for which it reads all tokens once.
     *
     * @param owner of the memory that holds where they are, 16 bytes each
     * @param endOfText the token behind each of them, which is a part of it
     * @param padded whether sequences are filled up with that token to the context, and all of it is learned
     */
    public static TokenDocuments of(MemoryOwner owner, TokenStream text, int endOfText, boolean padded) {
        long[] count = {0};
        find(text, endOfText, (begin, end) -> count[0]++);
        MemorySegment bounds = owner.allocate(2 * Long.BYTES * count[0]);
        long[] filled = {0};
        find(text, endOfText, (begin, end) -> {
            bounds.setAtIndex(ValueLayout.JAVA_LONG, filled[0]++, begin);
            bounds.setAtIndex(ValueLayout.JAVA_LONG, filled[0]++, end);
        });
        return new TokenDocuments(text, endOfText, padded, bounds, null);
    }

    private interface Bounds {
        void document(long begin, long end);
    }

    /** Of a document of one token there is nothing to learn. */
    private static void find(TokenStream text, int endOfText, Bounds found) {
        long begin = 0;
        for (long index = 0; index < text.tokens(); index++) {
            if (text.at(index) == endOfText || index == text.tokens() - 1) {
                if (index > begin) {
                    found.document(begin, index + 1);
                }
                begin = index + 1;
            }
        }
    }

    @Override
    public TokenDocuments judgedBy(long[] examples) {
        for (long example : examples) {
            Objects.checkIndex(example, size());
        }
        return new TokenDocuments(text, endOfText, padded, bounds, examples.clone());
    }

    /** Number of documents of two tokens or more. */
    public long documents() {
        return bounds.byteSize() / (2 * Long.BYTES);
    }

    private long begin(long document) {
        return bounds.getAtIndex(ValueLayout.JAVA_LONG, 2 * document);
    }

    private long end(long document) {
        return bounds.getAtIndex(ValueLayout.JAVA_LONG, 2 * document + 1);
    }

    /** Tokens of an example that have a target in the same document: none of the last token, or of a document of one. */
    private int unpadded(long example) {
        Objects.checkIndex(example, size());
        long from = 0;
        long to = documents();
        while (from < to) {
            long middle = (from + to) >>> 1;
            if (begin(middle) <= example) {
                from = middle + 1;
            } else {
                to = middle;
            }
        }
        return from == 0 ? 0 : Math.clamp(end(from - 1) - 1 - example, 0, contextLength());
    }

    /**
     * Where an example begins.
     *
     * @param number of a stream that says which crop it is
     */
    private long crop(long document, PhiloxKey key, long number, int[] words) {
        long longer = end(document) - begin(document) - 1 - contextLength();
        return begin(document) + (longer <= 0 ? 0 : Philox.below(key, number, longer + 1, words));
    }

    @Override
    public ExampleForm form() {
        return text.form();
    }

    @Override
    public int vocabulary() {
        return text.vocabulary();
    }

    @Override
    public int contextLength() {
        return text.contextLength();
    }

    /** Number of tokens, at each of which an example may begin. */
    @Override
    public long size() {
        return text.tokens();
    }

    @Override
    public int length(long example) {
        return padded ? contextLength() : unpadded(example);
    }

    @Override
    public int token(long example, int position) {
        return padded && position > unpadded(example) ? endOfText : text.at(example + position);
    }

    @Override
    public int target(long example, int position) {
        return padded && position >= unpadded(example) ? endOfText : text.at(example + position + 1);
    }

    @Override
    public int countedTargets(long example) {
        return length(example);
    }

    @Override
    public boolean fillContext() {
        return padded;
    }

    /** Nobody compares all of them with each other. */
    @Override
    public long representative(long example) {
        return example;
    }

    @Override
    public Sources sources() {
        return null;
    }

    @Override
    public double bytes(long example) {
        return text.bytes(example + 1, unpadded(example));
    }

    /** Draw number i takes elements 2i and 2i + 1 of the stream, for the document and for where its crop begins. */
    @Override
    public ExampleDraws draws(PhiloxKey key) {
        int[] words = new int[Philox.WORDS];
        return (step, draws) -> {
            for (int i = 0; i < draws.length; i++) {
                long number = 2 * (step * draws.length + i);
                draws[i] = crop(Philox.below(key, number, documents(), words), key, number + 1, words);
            }
        };
    }

    @Override
    public EvaluationSet evaluation(long most) {
        if (judged != null) {
            return EvaluationSet.of(this, Arrays.stream(judged));
        }
        long tokens = 0;
        for (long document = 0; document < documents(); document++) {
            tokens += length(begin(document));
        }
        int[] words = new int[Philox.WORDS];
        return EvaluationSet.sample(
                this, documents(), tokens, document -> crop(document, JUDGED, document, words), most);
    }
}
