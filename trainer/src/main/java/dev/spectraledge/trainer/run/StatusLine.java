package dev.spectraledge.trainer.run;

import dev.spectraledge.trainer.io.Printable;
import java.io.PrintStream;
import java.util.function.LongSupplier;

/**
 * Where a process says how far it is: one line that renews itself on a terminal, a line every ten seconds elsewhere. Used
 * by one thread at a time.
 */
public final class StatusLine implements AutoCloseable {
    private static final long LIVE_INTERVAL_NANOS = 200_000_000L;
    private static final long SPARSE_INTERVAL_NANOS = 10_000_000_000L;

    private static final String ERASE_LINE = "\r\u001b[K";
    private static final String BOLD = "\u001b[1m";
    private static final String PLAIN = "\u001b[0m";

    private final PrintStream out;
    private final Terminal terminal;
    private final LongSupplier nanoTime;
    private boolean liveLineShown;

    /** A line on standard error, in the way that suits where it leads. */
    public static StatusLine onStandardError() {
        return new StatusLine(System.err, Terminal.ofStandardError(System.getenv()), System::nanoTime);
    }

    StatusLine(PrintStream out, Terminal terminal, LongSupplier nanoTime) {
        this.out = out;
        this.terminal = terminal;
        this.nanoTime = nanoTime;
    }

    /** The clock's present time. */
    public long now() {
        return nanoTime.getAsLong();
    }

    /** Whether the line should be renewed that was shown at {@code shownNanos}. */
    public boolean isDue(long shownNanos, long now) {
        return now - shownNanos >= (terminal.isLive() ? LIVE_INTERVAL_NANOS : SPARSE_INTERVAL_NANOS);
    }

    /** Characters for which a line has room. */
    int columns() {
        // A terminal goes to the next line after its last column, and the line could not be renewed.
        return terminal.isLive() ? terminal.columns() - 1 : terminal.columns();
    }

    /** Shows how far it is. */
    public void show(String line) {
        if (terminal.isLive()) {
            String printable = Printable.line(line);
            String shown = printable.substring(0, Math.min(printable.length(), columns()));
            out.print(ERASE_LINE + (terminal.hasStyle() ? emphasised(shown) : shown));
            liveLineShown = true;
        } else {
            out.println(Printable.line(line));
        }
        out.flush();
    }

    private static String emphasised(String line) {
        int end = line.indexOf("  ");
        return end < 0 ? line : BOLD + line.substring(0, end) + PLAIN + line.substring(end);
    }

    /** Prints a line that stays. */
    public void message(String text) {
        clear();
        out.println(Printable.line(text));
        out.flush();
    }

    /** Makes room for somebody else's line. */
    public void clear() {
        if (liveLineShown) {
            out.print(ERASE_LINE);
            out.flush();
            liveLineShown = false;
        }
    }

    /** Ends the live line. */
    @Override
    public void close() {
        if (liveLineShown) {
            out.println();
            liveLineShown = false;
        }
        out.flush();
    }
}
