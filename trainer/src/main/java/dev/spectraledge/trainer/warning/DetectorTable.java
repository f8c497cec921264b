package dev.spectraledge.trainer.warning;

import java.util.Locale;

/** The tables of a run whose rows detectors see. */
public enum DetectorTable {
    /** Windows of the first observer. */
    SPECTRUM("windows"),
    /** Evaluations. */
    METRICS("evaluations");

    private final String rows;

    DetectorTable(String rows) {
        this.rows = rows;
    }

    /** What its rows are. */
    String rows() {
        return rows;
    }

    static DetectorTable of(String key) {
        return valueOf(key.toUpperCase(Locale.ROOT));
    }
}
