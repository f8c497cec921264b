package dev.spectraledge.analysis.online;

import java.util.List;

/** How wrong the row of a window may be, as further columns of its table. */
public interface WindowCertificate {
    /** Names of the numbers, in order. */
    List<String> columns();

    /** Number {@code index} of the newest window; NaN where the window is too small for it. */
    double value(int index);
}
