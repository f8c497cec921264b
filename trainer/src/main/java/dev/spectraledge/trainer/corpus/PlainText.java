package dev.spectraledge.trainer.corpus;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A text file: one document, or several with lines between them that are nothing but {@value #SEPARATOR}. */
final class PlainText {
    private static final String SEPARATOR = "<|endoftext|>";
    private static final byte[] SEPARATING_LINE = (SEPARATOR + "\n").getBytes(StandardCharsets.US_ASCII);

    private final DocumentSink sink;
    /** The beginning of a line, as long as it could be the separator. */
    private final byte[] held = new byte[SEPARATING_LINE.length];

    private int holds;
    private boolean isLineBegin = true;

    private PlainText(DocumentSink sink) {
        this.sink = sink;
    }

    static void read(Utf8Input input, DocumentSink sink) {
        PlainText text = new PlainText(sink);
        sink.begin();
        for (int size = input.next(); size > 0; size = input.next()) {
            text.add(input.buffer(), size);
        }
        text.end();
    }

    private void add(byte[] buffer, int size) {
        int from = 0;
        while (from < size) {
            if (isLineBegin) {
                from = hold(buffer, from, size);
            } else {
                int end = from;
                while (end < size && buffer[end] != '\n') {
                    end++;
                }
                isLineBegin = end < size;
                end = Math.min(size, end + 1);
                sink.text(buffer, from, end);
                from = end;
            }
        }
    }

    /** Looks at the beginning of a line until it is the separator or something else. */
    private int hold(byte[] buffer, int from, int size) {
        int at = from;
        while (at < size && holds < held.length && buffer[at] == SEPARATING_LINE[holds]) {
            held[holds++] = buffer[at++];
        }
        if (holds == held.length) {
            holds = 0;
            sink.end();
            sink.begin();
        } else if (at < size) {
            sink.text(held, 0, holds);
            holds = 0;
            isLineBegin = false;
        }
        return at;
    }

    private void end() {
        boolean separates = holds == held.length - 1;
        if (!separates) {
            sink.text(Arrays.copyOf(held, holds), 0, holds);
        }
        sink.end();
    }
}
