package dev.spectraledge.analysis.cli;

import dev.spectraledge.trainer.io.Printable;
import dev.spectraledge.trainer.run.Terminal;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Where a command writes: results for people and programs, and everything else beside them. */
final class Console {
    private final CheckedOutput checked;
    private final PrintStream out;
    private final PrintStream help;
    private final PrintStream err;
    private final int outColumns;
    private final int errColumns;

    /**
     * Writes UTF-8, and lines as long as they are.
     *
     * @param out receives results
     * @param err receives progress, warnings and failures
     */
    Console(OutputStream out, OutputStream err) {
        this(out, err, Integer.MAX_VALUE, Integer.MAX_VALUE);
    }

    /**
     * Writes UTF-8. Where lines have an end, they lead to a terminal, and hold nothing that it obeys.
     *
     * @param outColumns characters for which a line of {@code out} has room
     * @param errColumns characters for which a line of {@code err} has room
     */
    Console(OutputStream out, OutputStream err, int outColumns, int errColumns) {
        this.outColumns = outColumns;
        this.errColumns = errColumns;
        checked = new CheckedOutput(out);
        this.out = utf8(outColumns == Integer.MAX_VALUE ? checked : new PrintableOutput(checked));
        this.help = utf8(checked);
        this.err = utf8(errColumns == Integer.MAX_VALUE ? err : new PrintableOutput(err));
    }

    private static PrintStream utf8(OutputStream stream) {
        return new PrintStream(stream, true, StandardCharsets.UTF_8);
    }

    /** The standard streams; lines that lead to a terminal are broken as is fitting there. */
    static Console ofProcess() {
        return new Console(
                new FileOutputStream(FileDescriptor.out),
                new FileOutputStream(FileDescriptor.err),
                columns(Terminal.ofStandardOutput(System.getenv())),
                columns(Terminal.ofStandardError(System.getenv())));
    }

    private static int columns(Terminal terminal) {
        return terminal.isLive() ? terminal.columns() : Integer.MAX_VALUE;
    }

    PrintStream out() {
        return out;
    }

    /** Beside {@link #out}, for the program's own words, which a terminal may show in colours. */
    PrintStream help() {
        return help;
    }

    PrintStream err() {
        return err;
    }

    void flush() {
        out.flush();
        err.flush();
    }

    /** Why some of the results did not arrive; empty if all did so far. */
    Optional<IOException> lostOutput() {
        out.flush();
        return Optional.ofNullable(checked.failure);
    }

    /** One line of talk. */
    void say(String line) {
        wrapped("sedge: " + Printable.line(line), errColumns, "  ").forEach(err::println);
    }

    /**
     * Prints a name and what it means, with as many lines as that needs.
     *
     * @param width characters for the name
     */
    void define(String name, int width, String meaning) {
        String label = name + " ".repeat(Math.max(0, width - name.length())) + " ";
        wrapped(label + meaning, outColumns, " ".repeat(label.length())).forEach(out::println);
    }

    /** Prints a row of a table, cut where a line has no room for it. */
    void row(String row) {
        out.println(row.length() <= outColumns ? row : row.substring(0, outColumns - 1) + "…");
    }

    /** Broken between words; a word that is longer than a line stays whole. */
    static List<String> wrapped(String text, int columns, String indent) {
        List<String> lines = new ArrayList<>();
        String rest = text;
        while (rest.length() > columns) {
            int end = rest.lastIndexOf(' ', columns);
            if (end <= indent.length() || rest.substring(0, end).isBlank()) {
                end = rest.indexOf(' ', columns);
            }
            if (end < 0) {
                break;
            }
            lines.add(rest.substring(0, end).stripTrailing());
            rest = indent + rest.substring(end).stripLeading();
        }
        lines.add(rest);
        return lines;
    }

    /** Remembers what a {@link PrintStream} keeps to itself. */
    private static final class CheckedOutput extends OutputStream {
        private final OutputStream target;
        private IOException failure;

        CheckedOutput(OutputStream target) {
            this.target = target;
        }

        @Override
        public void write(int octet) throws IOException {
            write(new byte[] {(byte) octet}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            try {
                target.write(bytes, offset, length);
            } catch (IOException lost) {
                throw remember(lost);
            }
        }

        @Override
        public void flush() throws IOException {
            try {
                target.flush();
            } catch (IOException lost) {
                throw remember(lost);
            }
        }

        private IOException remember(IOException lost) {
            if (failure == null) {
                failure = lost;
            }
            return lost;
        }
    }
}
