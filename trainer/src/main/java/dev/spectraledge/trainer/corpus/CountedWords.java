package dev.spectraledge.trainer.corpus;

import dev.spectraledge.trainer.tokenizer.WordCounts;

/** Counts the words of the documents that are trained on, from which a vocabulary is learned. */
final class CountedWords implements DocumentSink {
    private final WordCounts words = new WordCounts();
    private final TextSegments segments = new TextSegments(words::add);
    private final DocumentSplit split;
    private long documents;
    private boolean counts;

    CountedWords(DocumentSplit split) {
        this.split = split;
    }

    WordCounts words() {
        return words;
    }

    @Override
    public void begin() {
        counts = !split.validates(documents++);
    }

    @Override
    public void text(byte[] buffer, int from, int to) {
        if (counts) {
            segments.add(buffer, from, to);
        }
    }

    /** Of tokens nothing is learned. */
    @Override
    public void token(int token, String file, long position) {}

    @Override
    public void end() {
        segments.end();
    }
}
