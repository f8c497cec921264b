package dev.spectraledge.analysis.experiment.weights;

import java.util.Locale;

/** Which window's gap is the early one: three definitions are published (thesis §3.4, item 2). */
enum EarlyGap {
    /** The largest up to the grok step, in the script for Dyck and SCAN. */
    UP_TO_GROK,
    /** The largest before the grok step, in the script for modular arithmetic. */
    BEFORE_GROK,
    /** That of the first window, in the words above that script. */
    FIRST;

    /** In items of findings. */
    String key() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
