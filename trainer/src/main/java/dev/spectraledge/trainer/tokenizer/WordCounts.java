package dev.spectraledge.trainer.tokenizer;

import java.util.Arrays;

/** How often each word occurs in texts. */
public final class WordCounts {
    private final WordTable words = new WordTable();
    private long[] counts = new long[1 << 12];

    /** Adds the words of the bytes {@code [from, to)}. */
    public void add(byte[] text, int from, int to) {
        int begin = from;
        while (begin < to) {
            int end = WordSplitter.end(text, begin, to);
            int word = words.add(text, begin, end);
            if (word == counts.length) {
                counts = Arrays.copyOf(counts, 2 * word);
            }
            counts[word]++;
            begin = end;
        }
    }

    WordTable words() {
        return words;
    }

    long count(int word) {
        return counts[word];
    }
}
