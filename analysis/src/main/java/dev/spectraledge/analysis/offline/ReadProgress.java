package dev.spectraledge.analysis.offline;

import dev.spectraledge.trainer.run.StatusLine;
import java.util.Locale;

/** Says how far a pass over checkpoints is, at which rate, and how long it will take. */
public final class ReadProgress implements AutoCloseable {
    private static final double NANOS_PER_SECOND = 1e9;
    private static final double GIGABYTE = 1e9;
    private static final int SECONDS_PER_MINUTE = 60;

    /** Null where nobody looks. */
    private final StatusLine line;

    private long total;
    private long done;
    private long begin;
    private long shown;

    /** @param line where it is said */
    public ReadProgress(StatusLine line) {
        this.line = line;
    }

    /** Says nothing. */
    public static ReadProgress silent() {
        return new ReadProgress(null);
    }

    void begin(long bytes) {
        total = bytes;
        done = 0;
        if (line != null) {
            begin = line.now();
            shown = begin;
        }
    }

    /** After {@code bytes} more were read. */
    void advance(long bytes) {
        done += bytes;
        if (line != null) {
            long now = line.now();
            if (line.isDue(shown, now)) {
                shown = now;
                line.show(text(done, total, (now - begin) / NANOS_PER_SECOND));
            }
        }
    }

    static String text(long done, long total, double seconds) {
        long left = Math.round(seconds * (total - done) / done);
        return String.format(
                Locale.ROOT,
                "read %.1f of %.1f GB  %.1f GB/s  ETA %d:%02d",
                done / GIGABYTE,
                total / GIGABYTE,
                done / GIGABYTE / seconds,
                left / SECONDS_PER_MINUTE,
                left % SECONDS_PER_MINUTE);
    }

    @Override
    public void close() {
        if (line != null) {
            line.clear();
        }
    }
}
