package dev.spectraledge.trainer.tokenizer;

import java.util.Arrays;
import java.util.PriorityQueue;
import java.util.function.IntConsumer;

/**
 * Encodes word by word. Words that were encoded before are looked up, as texts consist of few different ones; the table
 * begins anew when it is full.
 */
final class BytePairEncoder implements Encoder {
    private static final int CACHED_WORDS = 1 << 18;
    private static final int CACHED_BYTES = 1 << 22;
    /** Longer words are seldom seen again. */
    private static final int LONGEST_CACHED = 64;

    private final MergeList merges;

    private WordTable words = new WordTable();
    /** Where the tokens of each word begin, and behind the last one. */
    private int[] begins = new int[1 << 12];

    private int[] tokens = new int[1 << 14];

    /** Of the word that is being encoded: tokens, and where the next and the one before begin. */
    private int[] parts = new int[LONGEST_CACHED];

    private int[] next = new int[LONGEST_CACHED];
    private int[] previous = new int[LONGEST_CACHED];
    /** Merges that might come next: rank, then where the left one is. */
    private final PriorityQueue<Long> candidates = new PriorityQueue<>();

    BytePairEncoder(MergeList merges) {
        this.merges = merges;
    }

    @Override
    public void encode(byte[] text, int from, int to, IntConsumer target) {
        int begin = from;
        while (begin < to) {
            int end = WordSplitter.end(text, begin, to);
            if (end - begin <= LONGEST_CACHED) {
                encodeCached(text, begin, end, target);
            } else {
                int count = encodeWord(text, begin, end);
                for (int index = 0; index < count; index++) {
                    target.accept(parts[index]);
                }
            }
            begin = end;
        }
    }

    private void encodeCached(byte[] text, int from, int to, IntConsumer target) {
        int known = words.size();
        int word = words.add(text, from, to);
        if (word == known) {
            remember(word, encodeWord(text, from, to));
        }
        for (int index = begins[word]; index < begins[word + 1]; index++) {
            target.accept(tokens[index]);
        }
        if (words.size() == CACHED_WORDS || words.bytes() > CACHED_BYTES) {
            words = new WordTable();
        }
    }

    private void remember(int word, int count) {
        if (word + 2 > begins.length) {
            begins = Arrays.copyOf(begins, 2 * begins.length);
        }
        int end = begins[word] + count;
        if (end > tokens.length) {
            tokens = Arrays.copyOf(tokens, 2 * end);
        }
        System.arraycopy(parts, 0, tokens, begins[word], count);
        begins[word + 1] = end;
    }

    /**
     * Encodes one word, however long, in a time that grows with its length times the logarithm of it.
     *
     * @return how many tokens it has, which are at the beginning of {@link #parts}
     */
    int encodeWord(byte[] text, int from, int to) {
        int length = to - from;
        makeRoom(length);
        for (int at = 0; at < length; at++) {
            parts[at] = merges.tokenOfByte(Byte.toUnsignedInt(text[from + at]));
            next[at] = at + 1;
            previous[at] = at - 1;
        }
        for (int at = 0; at + 1 < length; at++) {
            propose(at, length);
        }
        while (!candidates.isEmpty()) {
            long candidate = candidates.poll();
            merge((int) (candidate >>> Integer.SIZE), (int) candidate, length);
        }
        int count = 0;
        for (int at = 0; at < length; at = next[at]) {
            parts[count++] = parts[at];
        }
        return count;
    }

    int part(int index) {
        return parts[index];
    }

    private void makeRoom(int length) {
        if (length > parts.length) {
            parts = new int[length];
            next = new int[length];
            previous = new int[length];
        }
    }

    private void propose(int at, int length) {
        int neighbour = next[at];
        if (neighbour < length) {
            int rank = merges.rank(parts[at], parts[neighbour]);
            if (rank != PairTable.ABSENT) {
                candidates.add((long) rank << Integer.SIZE | at);
            }
        }
    }

    /** Merges what is at a place with its neighbour, unless one of them has become part of something else meanwhile. */
    private void merge(int rank, int at, int length) {
        int neighbour = next[at];
        if (parts[at] != merges.left(rank) || neighbour >= length || parts[neighbour] != merges.right(rank)) {
            return;
        }
        parts[at] = merges.merged(rank);
        // No token, so that no pair is seen there.
        parts[neighbour] = -1;
        next[at] = next[neighbour];
        if (next[at] < length) {
            previous[next[at]] = at;
        }
        propose(at, length);
        if (previous[at] >= 0) {
            propose(previous[at], length);
        }
    }
}
