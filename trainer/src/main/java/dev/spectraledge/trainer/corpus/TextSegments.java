package dev.spectraledge.trainer.corpus;

import dev.spectraledge.trainer.tokenizer.WordSplitter;
import java.util.Arrays;

/** Collects a text that comes in pieces and hands it on in longer ones, which have the words of the whole. */
final class TextSegments {
    /** A segment has so many bytes, more only where there is no place to cut. */
    private static final int SEGMENT = 1 << 18;

    /** Takes the bytes {@code [from, to)}. */
    @FunctionalInterface
    interface Consumer {
        void accept(byte[] text, int from, int to);
    }

    private final Consumer target;
    private byte[] pending = new byte[2 * SEGMENT];
    private int size;
    /** Below this size nothing is cut, so that a text without places to cut is not searched again and again. */
    private int enough = SEGMENT;

    TextSegments(Consumer target) {
        this.target = target;
    }

    void add(byte[] buffer, int from, int to) {
        if (to - from > pending.length - size) {
            pending = Arrays.copyOf(pending, Math.max(2 * pending.length, Math.addExact(size, to - from)));
        }
        System.arraycopy(buffer, from, pending, size, to - from);
        size += to - from;
        if (size >= enough) {
            int cut = WordSplitter.lastCut(pending, 0, size);
            if (cut > 0) {
                target.accept(pending, 0, cut);
                System.arraycopy(pending, cut, pending, 0, size - cut);
                size -= cut;
            }
            enough = Math.max(SEGMENT, 2 * size);
        }
    }

    /** The text ends here. */
    void end() {
        target.accept(pending, 0, size);
        size = 0;
        enough = SEGMENT;
    }
}
