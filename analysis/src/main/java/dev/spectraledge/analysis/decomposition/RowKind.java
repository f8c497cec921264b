package dev.spectraledge.analysis.decomposition;

import java.util.Locale;

/** What a row of a trajectory is. */
public enum RowKind {
    /** The difference of a file and the one before it. */
    UPDATES,
    /** A file as it is. */
    SNAPSHOTS;

    /** As command lines and documents spell it. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Rows that so many files make. */
    int of(int files) {
        return this == UPDATES ? files - 1 : files;
    }
}
