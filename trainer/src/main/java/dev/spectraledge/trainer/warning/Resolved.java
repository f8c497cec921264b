package dev.spectraledge.trainer.warning;

import java.util.Locale;

/** What must stand above the rounding of a window's products for a number to be one. */
public enum Resolved {
    /** Nothing: the number is not made of small differences. */
    NOTHING,
    /** The number itself, which is a share of Σσ². */
    VALUE,
    /** Every singular value of the window, as for ratios of them. */
    EDGE;

    /** @param key null for nothing */
    static Resolved of(Object key) {
        return key == null ? NOTHING : valueOf(key.toString().toUpperCase(Locale.ROOT));
    }
}
