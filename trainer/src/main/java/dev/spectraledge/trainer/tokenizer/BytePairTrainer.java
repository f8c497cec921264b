package dev.spectraledge.trainer.tokenizer;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * Learns merges from counts of words: again and again the pair of neighbours that occurs most often becomes a token; of
 * pairs that occur equally often the one whose left token has the smaller number, then whose right one has. Tokens are first
 * the bytes in the order of {@link ByteCharacters}, then the merged ones in the order of their merges, then the end of a text.
 * The order and these rules are those of the Python library {@code tokenizers}, which learns the same merges.
 *
 * <p>Each pair knows its count and the words in which it occurs, so that a merge looks at no others (Sennrich et al. 2016).
 */
public final class BytePairTrainer {
    /** Fewer tokens would be less than the bytes and the end of a text. */
    public static final int SMALLEST_VOCABULARY = ByteTokenizer.BYTES + 1;
    /** A pair that occurs once says nothing. */
    private static final long FEWEST = 2;

    /** No token: all pairs of a word are new. */
    private static final int EVERY = -1;

    private record Candidate(long count, long pair, int number) {
        /** Pairs of tokens are ordered as their numbers, because no token is negative. */
        private static final Comparator<Candidate> ORDER =
                Comparator.comparingLong(Candidate::count).reversed().thenComparingLong(Candidate::pair);
    }

    /** The tokens of all words, one word behind the other, and where each begins. */
    private final int[] tokens;

    private final int[] begins;
    private final int[] lengths;
    private final WordCounts words;

    private final PairTable numbers = new PairTable();
    private long[] counts = new long[1 << 12];
    /** Words in which each pair occurs or did: a list with its length at the beginning. */
    private int[][] places = new int[1 << 12][];

    /** The pair of each number, and how many there are. */
    private long[] pairOf = new long[1 << 12];

    private int pairs;
    private final PriorityQueue<Candidate> candidates = new PriorityQueue<>(Candidate.ORDER);

    private BytePairTrainer(WordCounts words) {
        this.words = words;
        WordTable table = words.words();
        tokens = new int[table.bytes()];
        begins = new int[table.size()];
        lengths = new int[table.size()];
        int at = 0;
        for (int word = 0; word < table.size(); word++) {
            begins[word] = at;
            lengths[word] = table.length(word);
            for (int index = 0; index < lengths[word]; index++) {
                tokens[at++] = ByteCharacters.position(table.byteAt(word, index));
            }
        }
    }

    /**
     * Learns a vocabulary.
     *
     * @param vocabulary number of tokens, at least {@value #SMALLEST_VOCABULARY}; there are fewer if no pair is left that
     *     occurs twice
     */
    public static BytePairTokenizer train(WordCounts words, int vocabulary) {
        if (vocabulary < SMALLEST_VOCABULARY) {
            throw new IllegalArgumentException("a vocabulary has at least " + SMALLEST_VOCABULARY + " tokens");
        }
        return new BytePairTrainer(words).train(vocabulary);
    }

    private BytePairTokenizer train(int vocabulary) {
        for (int word = 0; word < begins.length; word++) {
            count(word, words.count(word), EVERY);
        }
        for (int number = 0; number < pairs; number++) {
            propose(number);
        }
        List<byte[]> pieces = new ArrayList<>();
        int[] tokensOfBytes = new int[ByteTokenizer.BYTES];
        for (int position = 0; position < ByteTokenizer.BYTES; position++) {
            pieces.add(new byte[] {(byte) ByteCharacters.byteAt(position)});
            tokensOfBytes[ByteCharacters.byteAt(position)] = position;
        }
        MergeList merges = new MergeList(tokensOfBytes);
        while (pieces.size() < vocabulary - 1) {
            Candidate best = candidates.poll();
            if (best == null) {
                break;
            }
            if (best.count() != counts[best.number()]) {
                // Its count has fallen since.
                propose(best.number());
                continue;
            }
            int left = PairTable.left(best.pair());
            int right = PairTable.right(best.pair());
            int token = pieces.size();
            merges.add(left, right, token);
            pieces.add(joined(pieces.get(left), pieces.get(right)));
            merge(best, token);
        }
        int endOfText = pieces.size();
        pieces.add(BytePairTokenizer.END_OF_TEXT.getBytes(StandardCharsets.US_ASCII));
        return new BytePairTokenizer("bpe", pieces, endOfText, merges);
    }

    private static byte[] joined(byte[] left, byte[] right) {
        byte[] joined = Arrays.copyOf(left, left.length + right.length);
        System.arraycopy(right, 0, joined, left.length, right.length);
        return joined;
    }

    private void merge(Candidate best, int token) {
        int left = PairTable.left(best.pair());
        int right = PairTable.right(best.pair());
        int[] list = places[best.number()];
        places[best.number()] = null;
        int known = pairs;
        for (int index = 1; index < list[0]; index++) {
            int word = list[index];
            if (holds(word, left, right)) {
                long count = words.count(word);
                count(word, -count, token);
                replace(word, left, right, token);
                count(word, count, token);
            }
        }
        for (int number = known; number < pairs; number++) {
            propose(number);
        }
    }

    private boolean holds(int word, int left, int right) {
        for (int at = begins[word]; at + 1 < begins[word] + lengths[word]; at++) {
            if (tokens[at] == left && tokens[at + 1] == right) {
                return true;
            }
        }
        return false;
    }

    private void replace(int word, int left, int right, int token) {
        int end = begins[word] + lengths[word];
        int target = begins[word];
        for (int at = begins[word]; at < end; at++) {
            if (at + 1 < end && tokens[at] == left && tokens[at + 1] == right) {
                tokens[target++] = token;
                at++;
            } else {
                tokens[target++] = tokens[at];
            }
        }
        lengths[word] = target - begins[word];
    }

    /**
     * Adds to the counts of a word's pairs.
     *
     * @param token that the pairs have to which the word is new
     */
    private void count(int word, long times, int token) {
        for (int at = begins[word]; at + 1 < begins[word] + lengths[word]; at++) {
            int left = tokens[at];
            int right = tokens[at + 1];
            int number = number(PairTable.pair(left, right));
            counts[number] += times;
            if (token == EVERY || left == token || right == token) {
                places[number] = with(places[number], word);
            }
        }
    }

    private int number(long pair) {
        int number = numbers.putIfAbsent(pair, pairs);
        if (number == pairs) {
            if (pairs == pairOf.length) {
                pairOf = Arrays.copyOf(pairOf, 2 * pairs);
                counts = Arrays.copyOf(counts, 2 * pairs);
                places = Arrays.copyOf(places, 2 * pairs);
            }
            pairOf[pairs++] = pair;
        }
        return number;
    }

    /** The list with a word at its end, which is not there twice when one word is added after another. */
    private static int[] with(int[] list, int word) {
        if (list == null) {
            return new int[] {2, word, 0};
        }
        int end = list[0];
        if (list[end - 1] == word) {
            return list;
        }
        int[] longer = end == list.length ? Arrays.copyOf(list, 2 * end) : list;
        longer[end] = word;
        longer[0] = end + 1;
        return longer;
    }

    private void propose(int number) {
        if (counts[number] >= FEWEST) {
            candidates.add(new Candidate(counts[number], pairOf[number], number));
        }
    }
}
