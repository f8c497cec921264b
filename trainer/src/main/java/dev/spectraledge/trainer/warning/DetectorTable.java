package dev.spectraledge.trainer.warning;

import dev.spectraledge.trainer.Observed;
import java.util.Locale;

/** The tables of a run whose rows detectors see. */
public enum DetectorTable {
    /** Windows of the first observer of updates. */
    SPECTRUM("windows", "spectrum.csv", "observers (stride, window) says how many there are"),
    /** Windows of the first observer of gradients, clipped or not. */
    GRADIENTS(
            "windows", "spectrum_<observer>.csv", "an observer with of=gradients or of=clipped_gradients records them"),
    /** Evaluations. */
    METRICS("evaluations", "metrics.csv", "evaluation.every says how many there are"),
    /** Measurements of the commutator defect. */
    DEFECT("measurements", "defect.csv", "evaluation.defectEvery records it"),
    /** Measurements of the curvature along the gradient. */
    CURVATURE("measurements", "curvature.csv", "evaluation.curvatureEvery records it"),
    /** Measurements of the entropy of attention. */
    ATTENTION("measurements", "attention.csv", "evaluation.attentionEvery records it"),
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

    /** Name of its file in a run directory, where the observer's name may have to be filled in. */
    public String file() {
        return file;
    }

    /** What decides whether a run has it, in a clause for people. */
    public String setting() {
        return setting;
    }

    /** Whether its rows are windows of an observer of what is said. */
    public boolean isOf(Observed observed) {
        return this == (observed.isGradient() ? GRADIENTS : SPECTRUM);
    }

    static DetectorTable of(String key) {
        return valueOf(key.toUpperCase(Locale.ROOT));
    }
}
