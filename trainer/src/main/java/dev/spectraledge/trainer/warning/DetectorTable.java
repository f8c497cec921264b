package dev.spectraledge.trainer.warning;

import java.util.Locale;

/** The tables of a run whose rows detectors see. */
public enum DetectorTable {
    /** Windows of the first observer. */
    SPECTRUM("windows", "spectrum.csv", "observers (stride, window) says how many there are"),
    /** Evaluations. */
    METRICS("evaluations", "metrics.csv", "evaluation.every says how many there are"),
    /** Steps. */
    TRACE("steps", "trace.csv", "training.trace=true records every step");

    private final String rows;
    private final String file;
    private final String setting;

    DetectorTable(String rows, String file, String setting) {
        this.rows = rows;
        this.file = file;
        this.setting = setting;
    }

    /** What its rows are. */
    String rows() {
        return rows;
    }

    /** Name of its file in a run directory. */
    public String file() {
        return file;
    }

    /** What decides whether a run has it, in a clause for people. */
    public String setting() {
        return setting;
    }

    static DetectorTable of(String key) {
        return valueOf(key.toUpperCase(Locale.ROOT));
    }
}
