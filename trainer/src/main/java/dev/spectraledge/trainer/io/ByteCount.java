package dev.spectraledge.trainer.io;

import java.util.Locale;

/** Numbers of bytes for people: {@code 1.5 GB}, a thousand of each unit being one of the next. */
public final class ByteCount {
    private static final String[] UNITS = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};

    private ByteCount() {}

    public static String text(long bytes) {
        return text((double) bytes);
    }

    public static String text(double bytes) {
        double shown = bytes;
        int unit = 0;
        while (shown >= 1000 && unit < UNITS.length - 1) {
            shown /= 1000;
            unit++;
        }
        return String.format(Locale.ROOT, shown < 1e6 ? "%.1f %s" : "%.1e %s", shown, UNITS[unit]);
    }
}
