package dev.spectraledge.analysis.experiment;

import java.util.Locale;

/** How a quantity was measured. */
public enum Procedure {
    /** Exactly as the paper's own code does it. */
    PUBLISHED,
    /** With the control that could have failed, or without the artefact (ours). */
    CONTROLLED;

    /** Name in files. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }
}
