package dev.spectraledge.trainer.io;

import dev.spectraledge.trainer.RunException;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;

/** The lines of a table in UTF-8, one after another, in memory that all of them share: the file is never there as a whole. */
public final class TextLines implements Closeable {
    /** A longer line is none of a table. */
    static final int LONGEST_LINE = 1 << 20;

    private static final int CHUNK = 1 << 13;

    private final Path file;
    private final Reader reader;
    private final char[] chunk = new char[CHUNK];
    private int position;
    private int end;
    private char[] text = new char[CHUNK];
    private int length;
    private int number;
    private boolean complete;

    private TextLines(Path file, Reader reader) {
        this.file = file;
        this.reader = reader;
    }

    /**
     * Opens a file; symbolic links are followed.
     *
     * @param longest most bytes that it may have
     */
    public static TextLines open(Path file, long longest) throws IOException {
        return new TextLines(
                file, new InputStreamReader(RegularFile.stream(file, longest), StandardCharsets.UTF_8.newDecoder()));
    }

    /** Whether there is another line, which {@link #text} then holds without carriage returns. */
    public boolean next() throws IOException {
        length = 0;
        complete = false;
        while (!complete && (position < end || isFilled())) {
            char next = chunk[position++];
            if (next == '\n') {
                complete = true;
            } else if (next != '\r') {
                append(next);
            }
        }
        boolean isThere = complete || length > 0;
        number += isThere ? 1 : 0;
        return isThere;
    }

    private boolean isFilled() throws IOException {
        position = 0;
        end = reader.read(chunk);
        return end > 0;
    }

    private void append(char next) {
        if (length == LONGEST_LINE) {
            throw tooLong(file);
        }
        if (length == text.length) {
            text = Arrays.copyOf(text, 2 * length);
        }
        text[length++] = next;
    }

    static RunException tooLong(Path file) {
        return new RunException(file + ": not a table: a line has more than " + LONGEST_LINE + " bytes");
    }

    /** Whether the line has its end, which what a killed or still writing process has begun lacks. */
    public boolean isComplete() {
        return complete;
    }

    /** The line is its first {@link #length} characters. */
    char[] text() {
        return text;
    }

    int length() {
        return length;
    }

    /** From 1 on. */
    public int number() {
        return number;
    }

    /** The line. */
    @Override
    public String toString() {
        return new String(text, 0, length);
    }

    @Override
    public void close() throws IOException {
        reader.close();
    }
}
